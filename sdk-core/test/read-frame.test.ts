import { parseFrame } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Message, readFrame } from '../src/read-frame.ts';

function read(text: string): Message[] {
  const messages: Message[] = [];
  readFrame(text, (message) => messages.push(message));
  return messages;
}

/** What the server's strict parser makes of it. */
function parsed(text: string): { kind: string; id: unknown }[] {
  const frame = parseFrame(text);
  return frame.kind === 'single' ? [summary(frame.message)] : frame.messages.map(summary);
}

const summary = (message: { kind: string; id?: unknown }): { kind: string; id: unknown } => ({
  kind: message.kind,
  id: message.id,
});

const absent = Symbol('absent');
const member = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(absent) }, { weight: 3, arbitrary: value });
const odd = fc.constantFrom(null, true, 0, '', 'x', [], {}, [1], { a: 1 });

/** Messages that are right, nearly right and wrong. */
const message = fc
  .record({
    jsonrpc: fc.oneof({ weight: 9, arbitrary: fc.constant('2.0') }, member(odd)),
    id: member(fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constantFrom(2 ** 53, 1e300), odd)),
    method: member(fc.oneof(fc.constantFrom('a', 'tools/call'), odd)),
    params: member(fc.oneof(fc.object(), odd)),
    result: member(fc.oneof(fc.jsonValue(), odd)),
    error: member(
      fc.oneof(fc.record({ code: fc.oneof(fc.integer(), fc.double(), odd), message: fc.oneof(fc.string(), odd) }), odd),
    ),
  })
  .map((members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== absent)));

describe('reading a frame', () => {
  it('agrees with the strict parser on what every message is, and whose', () => {
    const frames = fc.oneof(message, fc.array(fc.oneof(message, odd), { maxLength: 5 }), fc.jsonValue());
    fc.assert(
      fc.property(frames, (frame) => {
        const text = JSON.stringify(frame);
        fc.pre(!text.includes('__proto__'));
        expect(read(text).map(summary)).to.deep.equal(parsed(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('agrees on texts that were cut or damaged on their way, too, and never throws', () => {
    const damaged = fc
      .tuple(message, fc.nat(200), fc.nat(5), fc.constantFrom('', '"', '}', '[', ',', '\\', '0'))
      .map(([whole, at, cut, put]) => {
        const text = JSON.stringify(whole);
        return text.slice(0, at) + put + text.slice(at + cut);
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string()), (text) => {
        fc.pre(!text.includes('__proto__'));
        expect(read(text).map(summary)).to.deep.equal(parsed(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('keeps what the messages carry', () => {
    const frame = [
      { jsonrpc: '2.0', id: 1, result: null },
      { jsonrpc: '2.0', id: 'a', error: { code: 4040, message: 'no', data: { name: 'NOT_FOUND' } } },
      { jsonrpc: '2.0', method: 'n', params: { a: 1 } },
      { jsonrpc: '2.0', id: null, method: 'r' },
    ];
    expect(read(JSON.stringify(frame))).to.deep.equal([
      { kind: 'success', id: 1, result: null },
      { kind: 'failure', id: 'a', error: frame[1]?.error },
      { kind: 'notification', method: 'n', params: { a: 1 } },
      { kind: 'request', id: null, method: 'r', params: undefined },
    ]);
  });

  it('says whose message it cannot read, where it can tell', () => {
    expect(read('{')).to.deep.equal([{ kind: 'invalid', id: null }]);
    expect(read('{"jsonrpc":"2.0","id":7}')).to.deep.equal([{ kind: 'invalid', id: 7 }]);
  });

  it('takes any depth without overflowing the stack', () => {
    const depth = 200_000;
    const text = `{"jsonrpc":"2.0","id":1,"result":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(read(text)[0]?.kind).to.equal('success');
    expect(read('['.repeat(depth) + ']'.repeat(depth))[0]?.kind).to.equal('invalid');
  });

  it('a member named __proto__ changes no prototype', () => {
    const text = '{"jsonrpc":"2.0","id":1,"__proto__":{"method":"x"},"result":{"__proto__":{"isAdmin":true}}}';
    const [answer] = read(text);
    expect(answer?.kind).to.equal('success');
    expect(answer?.kind === 'success' && Reflect.get(answer.result as object, 'isAdmin')).to.equal(undefined);
    expect(Reflect.get({}, 'isAdmin')).to.equal(undefined);
  });
});
