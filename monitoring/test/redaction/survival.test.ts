import { expect } from 'chai';
import fc from 'fast-check';
import { Redactor } from '../../src/index.ts';
import { knownSecret, prose, shapedSecret } from './secrets.ts';

const RUNS = { numRuns: 1_000 };
const NAMES = ['password', 'apiKey', 'x-api-key', 'Set-Cookie', 'refreshToken', 'hmac_signature', 'PEPPER', 'ticket'];

/** Every place a text can hide in. */
const PLACES: Record<string, (text: string) => unknown> = {
  value: (text) => text,
  member: (text) => ({ note: text }),
  name: (text) => ({ [text]: 1 }),
  nested: (text) => ({ a: [{ b: { c: ['x', { d: text }] } }] }),
  array: (text) => ['x', text, 'y'],
  map: (text) =>
    new Map<unknown, unknown>([
      ['x', text],
      [text, 1],
    ]),
  set: (text) => new Set([text]),
  message: (text) => new Error(text),
  cause: (text) => new Error('outer', { cause: new TypeError(text) }),
  causeText: (text) => new Error('outer', { cause: text }),
  aggregate: (text) => new AggregateError([new Error(text)], 'several'),
  errorMember: (text) => Object.assign(new Error('failed'), { request: { url: text } }),
  json: (text) => JSON.stringify({ body: JSON.stringify({ text }) }),
  url: (text) => `https://example.org/${encodeURIComponent(text)}`,
  twice: (text) => JSON.stringify({ url: `https://example.org/?q=${encodeURIComponent(text)}` }),
  unicode: (text) => [...text].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  boxed: (text) => Object(text),
  getter: (text) => ({
    get x() {
      return text;
    },
  }),
  json_method: (text) => ({ toJSON: () => ({ text }), text }),
};
const place = fc.constantFrom(...Object.keys(PLACES));
const planted = (where: string, text: string): unknown => PLACES[where]?.(text);

describe('A secret', () => {
  it('of a shape we know survives in no place of a value', () => {
    const redactor = new Redactor();
    fc.assert(
      fc.property(shapedSecret, prose, prose, place, (secret, before, after, where) => {
        const text = `${before} ${secret} ${after}`;
        if (where === 'unicode') fc.pre(secret.length === [...secret].length);
        const told = JSON.stringify(redactor.value(planted(where, text)));
        expect(told).not.to.contain(secret.slice(-20));
        expect(told).to.contain('REDACTED');
      }),
      RUNS,
    );
  });

  it('the configuration knows survives in no place of a value', () => {
    fc.assert(
      fc.property(knownSecret, prose, prose, place, (secret, before, after, where) => {
        const redactor = new Redactor({ secrets: [secret] });
        fc.pre(!JSON.stringify(redactor.value(planted(where, `${before}${after}`))).includes('REDACTED'));
        expectGone(redactor.value(planted(where, `${before}${secret}${after}`)), secret);
      }),
      RUNS,
    );
  });

  it('of a shape we know survives neither in texts nor in payloads', () => {
    const redactor = new Redactor();
    fc.assert(
      fc.property(shapedSecret, prose, prose, place, (secret, before, after, where) => {
        const text = `${before} ${secret} ${after}`;
        expect(redactor.text(text)).not.to.contain(secret.slice(-20));
        expect(JSON.stringify(redactor.shapes(planted(where, text)))).not.to.contain(secret.slice(-20));
      }),
      RUNS,
    );
  });

  it('the configuration knows survives neither in texts nor in payloads', () => {
    fc.assert(
      fc.property(fc.array(knownSecret, { minLength: 1, maxLength: 4 }), prose, place, (secrets, words, where) => {
        const redactor = new Redactor({ secrets });
        const text = `${words}${secrets.join(words)}`;
        const payload = redactor.shapes(planted(where, text));
        for (const secret of secrets) {
          expect(redactor.text(text)).not.to.contain(secret);
          expectGone(payload, secret);
        }
      }),
      RUNS,
    );
  });

  it('under a name that says so survives nowhere, whatever it looks like', () => {
    const redactor = new Redactor();
    const name = fc.constantFrom(...NAMES);
    const secret = fc.string({ minLength: 12, unit: fc.constantFrom(...'abcdefgh') });
    const around = fc.constantFrom<(member: object) => unknown>(
      (member) => member,
      (member) => ({ deep: [{ er: member }] }),
      (member) => new Map([['options', member]]),
      (member) => Object.assign(new Error('failed'), { config: member }),
      (member) => Object.entries(member),
      (member) => ['--user', 'me', ...Object.entries(member).flat()],
      (member) => Object.entries(member).map(([key, value]) => ({ name: key, value })),
      (member) => new URLSearchParams(Object.entries(member)),
      (member) => new Headers(Object.entries(member)),
      (member) => `The body was ${JSON.stringify(member)}`,
      (member) => `The body was ${JSON.stringify(JSON.stringify(member))}`,
      (member) => `https://example.org/?x=1&${new URLSearchParams(Object.entries(member))}`,
    );
    fc.assert(
      fc.property(name, secret, around, (key, value, put) => {
        expect(JSON.stringify(redactor.value(put({ [key]: value })))).not.to.contain(value);
      }),
      RUNS,
    );
  });

  it('is found in a long text wherever it stands, and where the text is cut', () => {
    const redactor = new Redactor();
    fc.assert(
      fc.property(shapedSecret, fc.integer({ min: 0, max: 66_000 }), (secret, at) => {
        const text = `${'x '.repeat(at / 2)}${secret} ${'y '.repeat(35_000)}`;
        const told = redactor.text(text);
        expect(told).not.to.contain(secret.slice(-20));
        expect(told).not.to.contain(secret.slice(0, 24));
        expect(told.length).to.be.below(33_000);
      }),
      { numRuns: 200 },
    );
  });

  it('that the cut leaves half does not move into sight when others before it shrink', () => {
    const redactor = new Redactor();
    const key = `csk_live_abcdefgh_${'k'.repeat(49)}`;
    const half = `tkt_${'t'.repeat(43)}`;
    const text = `${`${key} `.repeat(715)}${' '.repeat(518)}${half} ${'y'.repeat(2_000)}`;
    expect(text.slice(0, 49_152)).to.match(/tkt_t{1,19}$/);
    const told = redactor.text(text);
    expect(told).not.to.contain('tkt_');
    expect(told).to.match(/^\[REDACTED\] .*… \[51186 characters\]$/);
  });
});

function expectGone(told: unknown, secret: string): void {
  const text = JSON.stringify(told) ?? '';
  expect(text).not.to.contain(JSON.stringify(secret).slice(1, -1));
  expect(text).not.to.contain(encodeURIComponent(Buffer.from(secret).toString('utf8')));
}
