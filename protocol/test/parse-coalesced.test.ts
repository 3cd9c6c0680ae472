import { DEFAULT_LIMITS, type Message, parseCoalesced, parseFrame, type WireLimits } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';

const call = (id: unknown, params: string): string =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":"x","params":${params}}`;
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const items = (count: number): string => `[${Array(count).fill('0').join(',')}]`;
const frame = (...members: string[]): string => `[${members.join(',')}]`;

/** What became of each member: its kind and its id. */
function read(text: string, limits?: WireLimits): string[] {
  const parsed = parseCoalesced(text, limits);
  if (parsed.kind !== 'array') throw new Error('expected an array');
  return parsed.messages.map(told);
}

function told(message: Message): string {
  return `${message.kind} ${'id' in message ? String(message.id) : ''}`.trim();
}

/** The code the whole frame is refused with, under no id. */
function refusal(text: string): number {
  const parsed = parseCoalesced(text);
  if (parsed.kind !== 'single' || parsed.message.kind !== 'invalid') throw new Error('expected one refusal');
  expect(parsed.message.id).to.equal(null);
  return parsed.message.error.code;
}

describe('parseCoalesced', () => {
  it('judges each member by the bounds of a message of its own', () => {
    expect(read(frame(call(1, items(6_000)), call(2, items(6_000))))).to.deep.equal(['request 1', 'request 2']);
    const full = Array.from({ length: DEFAULT_LIMITS.maxBatch }, (_, id) => call(id, items(9_990)));
    expect(read(frame(...full)).filter((member) => member.startsWith('request'))).to.have.length(50);
  });

  for (const [what, params] of Object.entries({
    'of too many members': items(11_000),
    'too deep': nested(70),
    '100,000 levels deep': nested(100_000),
    'with a member __proto__': '{"a":[{"__proto__":1}]}',
    'with a member __proto__ spelt otherwise': '{"\\u005f_proto__":1}',
    'with brackets that do not match': `${'[{"a":'.repeat(40)}${'}]'.repeat(39)}]}`,
  })) {
    it(`answers a member ${what} under its own id, and reads its neighbours`, () => {
      for (const text of [
        frame(call('bad', params), call(2, '[1]'), call(3, '{}')),
        frame(call(1, '{"a":",]}"}'), call('bad', params), call(3, '{}')),
        ` [ ${call(1, '[]')} , ${call(2, '{}')} , ${call('bad', params)} ] `,
      ]) {
        const parsed = read(text);
        expect(parsed).to.have.length(3);
        expect(parsed.filter((member) => member.startsWith('request'))).to.have.length(2);
        expect(parsed).to.include('invalid bad');
      }
    });
  }

  it('keeps the place of each member, several of them refused', () => {
    expect(
      read(frame(call(1, nested(70)), '{"jsonrpc":"2.0","method":"n"}', call(2, items(20_000)), '1', call(3, '[]'))),
    ).to.deep.equal(['invalid 1', 'notification', 'invalid 2', 'invalid null', 'request 3']);
  });

  it('says which bound was broken', () => {
    const parsed = parseCoalesced(frame(call(1, nested(70)), call(2, items(20_000))));
    if (parsed.kind !== 'array') throw new Error('expected an array');
    const sentences = parsed.messages.map((message) => (message.kind === 'invalid' ? message.error.message : ''));
    expect(sentences[0]).to.match(/deeper than 64 levels/);
    expect(sentences[1]).to.match(/more than 10000 members/);
  });

  it('refuses as a whole what is not JSON, whichever member is the reason', () => {
    const good = call(1, '[]');
    for (const text of [
      frame(good, '{"jsonrpc"'),
      frame(good, call(2, nested(70)), ''),
      `[${good},${call(2, nested(70))}`,
      `[${good},${'['.repeat(100_000)}`,
      `[${good}${call(2, nested(70))}, nonsense]`,
      `${frame(good, call(2, nested(70)))}]`,
      '[',
    ]) {
      expect(refusal(text), text.slice(0, 100)).to.equal(-32700);
    }
  });

  it('refuses no message at all, and more than a frame may hold, once', () => {
    expect(refusal('[]')).to.equal(-32600);
    expect(refusal(frame(...Array<string>(51).fill('1')))).to.equal(-32600);
    expect(refusal(frame(...Array<string>(51).fill(call(1, items(300)))))).to.equal(-32600);
    expect(refusal(`[${'1,'.repeat(200_000)}`)).to.equal(-32600);
  });

  it('reads what is no array as ever', () => {
    for (const text of [call(1, '[]'), call(1, nested(70)), '', 'nonsense', '1', ' {}', '\ufeff[]']) {
      expect(parseCoalesced(text).kind).to.equal('single');
      expect(JSON.stringify(parseCoalesced(text))).to.equal(JSON.stringify(parseFrame(text)));
    }
  });

  it('makes of each member what it would be alone, whatever it is', () => {
    const limits = { ...DEFAULT_LIMITS, maxDepth: 4, maxArrayItems: 6, maxBatch: 5 };
    const members = fc.oneof(
      fc.json({ maxDepth: 6 }),
      fc
        .record({ id: fc.oneof(fc.integer(), fc.string()), params: fc.array(fc.jsonValue({ maxDepth: 5 })) })
        .map((given) => JSON.stringify({ jsonrpc: '2.0', method: 'x', ...given })),
      fc.constant(call('p', '{"__proto__":1}')),
    );
    const blank = fc.constantFrom('', ' ', '\n');
    fc.assert(
      fc.property(fc.array(members, { minLength: 1, maxLength: 5 }), blank, (texts, space) => {
        const alone = texts.map((text) => {
          // An array is no message; alone it would be read as a batch.
          if (text.startsWith('[')) return 'invalid null';
          const parsed = parseFrame(text, limits);
          return parsed.kind === 'single' ? told(parsed.message) : '';
        });
        expect(read(`${space}[${texts.join(`${space},${space}`)}]`, limits)).to.deep.equal(alone);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws, whatever the text', () => {
    const bits = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '1', '"id"', '"__proto__"', ' ');
    const limits = { ...DEFAULT_LIMITS, maxDepth: 3, maxArrayItems: 4, maxBatch: 3 };
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 60 }), (parts) => {
        expect(parseCoalesced(`[${parts.join('')}`, limits).kind).to.be.oneOf(['single', 'array']);
        expect(parseCoalesced(`[${parts.join('')}]`, limits).kind).to.be.oneOf(['single', 'array']);
      }),
      { numRuns: 3_000 },
    );
  });
});
