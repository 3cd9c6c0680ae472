import { DEFAULT_LIMITS, type Message, parseFrame } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';

function read(text: string): Message {
  const frame = parseFrame(text);
  if (frame.kind !== 'single') throw new Error('expected one message');
  return frame.message;
}

/** The code and id an unreadable text is answered with. */
function refusal(text: string): { code: number; id: unknown } {
  const message = read(text);
  if (message.kind !== 'invalid') throw new Error(`expected a refusal, got a ${message.kind}`);
  return { code: message.error.code, id: message.id };
}

const nested = (depth: number): string =>
  `{"jsonrpc":"2.0","id":1,"method":"x","params":${'['.repeat(depth)}${']'.repeat(depth)}}`;

describe('parseFrame', () => {
  it('reads a request with its id, method and params', () => {
    expect(read('{"jsonrpc":"2.0","method":"subtract","params":[42,23],"id":1}')).to.deep.equal({
      kind: 'request',
      id: 1,
      method: 'subtract',
      params: [42, 23],
    });
  });

  it('takes a request without an id for a notification, and one with id null for a request', () => {
    expect(read('{"jsonrpc":"2.0","method":"update"}').kind).to.equal('notification');
    expect(read('{"jsonrpc":"2.0","method":"update","id":null}').kind).to.equal('request');
  });

  for (const id of ['""', '"a"', '0', '-1', '1.5', 'null', '9007199254740991']) {
    it(`keeps the legal id ${id}`, () => {
      expect(read(`{"jsonrpc":"2.0","method":"x","id":${id}}`)).to.deep.include({
        kind: 'request',
        id: JSON.parse(id),
      });
    });
  }

  for (const id of ['{}', '[]', 'true', '1e400', '9007199254740993', `"${'x'.repeat(257)}"`]) {
    it(`refuses the id ${id.slice(0, 20)} as an invalid request, not as a fault of the server`, () => {
      expect(refusal(`{"jsonrpc":"2.0","method":"x","id":${id}}`)).to.deep.equal({ code: -32600, id: null });
    });
  }

  it('answers an unreadable request under the id it came with', () => {
    expect(refusal('{"jsonrpc":"2.0","id":"a","method":1}')).to.deep.equal({ code: -32600, id: 'a' });
    expect(refusal('{"jsonrpc":"1.0","id":2,"method":"x"}')).to.deep.equal({ code: -32600, id: 2 });
    expect(refusal('{"jsonrpc":"2.0","id":3,"method":"x","params":null}')).to.deep.equal({ code: -32600, id: 3 });
    expect(refusal('{"jsonrpc":"2.0","id":4,"method":"x","params":"bar"}')).to.deep.equal({ code: -32600, id: 4 });
    expect(refusal(`{"jsonrpc":"2.0","id":5,"method":"${'m'.repeat(129)}"}`)).to.deep.equal({ code: -32600, id: 5 });
  });

  it('refuses a message that is question and answer at once', () => {
    expect(refusal('{"jsonrpc":"2.0","id":1,"method":"x","result":1}').code).to.equal(-32600);
    expect(refusal('{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":"x"}}').code).to.equal(-32600);
  });

  it('reads answers, and refuses those that answer nothing', () => {
    expect(read('{"jsonrpc":"2.0","id":1,"result":null}')).to.deep.equal({ kind: 'success', id: 1, result: null });
    expect(read('{"jsonrpc":"2.0","id":1,"error":{"code":5030,"message":"x"}}').kind).to.equal('failure');
    expect(refusal('{"jsonrpc":"2.0","result":1}').code).to.equal(-32600);
    expect(refusal('{"jsonrpc":"2.0","id":1,"error":{"code":"5","message":"x"}}').code).to.equal(-32600);
    expect(refusal('{"jsonrpc":"2.0","id":1}').code).to.equal(-32600);
  });

  it('tells text that is not JSON from JSON that is no request', () => {
    expect(refusal('{"jsonrpc":"2.0","method":"foobar,"params":"bar","baz]').code).to.equal(-32700);
    for (const text of ['1', 'null', '"x"', 'true']) expect(refusal(text).code).to.equal(-32600);
  });

  it('reads an array member by member, and refuses an empty or too long one once', () => {
    const frame = parseFrame('[1,{"jsonrpc":"2.0","method":"x","id":1}]');
    if (frame.kind !== 'array') throw new Error('expected an array');
    expect(frame.messages.map((message) => message.kind)).to.deep.equal(['invalid', 'request']);
    expect(refusal('[]').code).to.equal(-32600);
    expect(refusal(`[${Array(51).fill('{"jsonrpc":"2.0","method":"x","id":1}').join(',')}]`).code).to.equal(-32600);
    expect(refusal(`[${Array(10_000).fill('{"jsonrpc":"2.0","method":"x","id":1}').join(',')}]`).code).to.equal(-32600);
  });

  it('refuses depth before anything recursive sees it, and allows exactly the limit', () => {
    expect(read(nested(DEFAULT_LIMITS.maxDepth - 1)).kind).to.equal('request');
    expect(refusal(nested(DEFAULT_LIMITS.maxDepth))).to.deep.equal({ code: -32600, id: 1 });
    expect(refusal(nested(100_000))).to.deep.equal({ code: -32600, id: 1 });
  });

  it('does not count brackets inside strings', () => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'x', params: { a: `${'['.repeat(200)}\\"{` } });
    expect(read(text).kind).to.equal('request');
  });

  it('refuses more members than the limit', () => {
    const items = (count: number): string =>
      `{"jsonrpc":"2.0","id":1,"method":"x","params":[${Array(count).fill('0').join(',')}]}`;
    expect(read(items(9_990)).kind).to.equal('request');
    expect(refusal(items(10_001))).to.deep.equal({ code: -32600, id: 1 });
  });

  it('judges a batch as one message, and answers it once under no id', () => {
    const half = `{"jsonrpc":"2.0","id":1,"method":"x","params":[${Array(6_000).fill('0').join(',')}]}`;
    expect(refusal(`[${half},${half}]`)).to.deep.equal({ code: -32600, id: null });
    expect(refusal(`[${nested(70)},${nested(1)}]`)).to.deep.equal({ code: -32600, id: null });
    expect(refusal(`[${nested(1)},{"jsonrpc":"2.0","id":2,"method":"x","__proto__":1}]`)).to.deep.equal({
      code: -32600,
      id: null,
    });
  });

  it('does not repeat an id that may not be one, of a message too deep to be parsed', () => {
    const deep = `"method":"x","params":${'['.repeat(70)}${']'.repeat(70)}`;
    for (const id of [`"${'x'.repeat(257)}"`, '9007199254740993', '{}', 'true']) {
      expect(refusal(`{"jsonrpc":"2.0","id":${id},${deep}}`)).to.deep.equal({ code: -32600, id: null });
    }
  });

  it('refuses a member named __proto__ at any depth, however it is spelt, and keeps the id', () => {
    expect(refusal('{"jsonrpc":"2.0","id":7,"method":"x","__proto__":{"a":1}}')).to.deep.equal({ code: -32600, id: 7 });
    expect(refusal('{"jsonrpc":"2.0","id":8,"method":"x","params":{"a":[{"\\u005f_proto__":1}]}}')).to.deep.equal({
      code: -32600,
      id: 8,
    });
    expect(read('{"jsonrpc":"2.0","id":9,"method":"x","params":{"text":"__proto__"}}').kind).to.equal('request');
  });

  it('never throws, whatever the text', () => {
    const bits = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      'null',
      '1e999',
      '"jsonrpc"',
      '"2.0"',
      '"id"',
      '"method"',
      ' ',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(bits, { maxLength: 60 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const frame = parseFrame(text);
        expect(frame.kind).to.be.oneOf(['single', 'array']);
      }),
      { numRuns: 3_000 },
    );
  });

  it('reads back every request it is given', () => {
    const params = fc.option(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), { nil: undefined });
    const ids = fc.oneof(fc.string({ maxLength: 256 }), fc.maxSafeInteger(), fc.constant(null));
    fc.assert(
      fc.property(ids, fc.string({ maxLength: 128 }), params, (id, method, value) => {
        const text = JSON.stringify({ jsonrpc: '2.0', id, method, params: value });
        fc.pre(!text.includes('"__proto__":'));
        const sent = JSON.parse(text);
        expect(read(text)).to.deep.equal({ kind: 'request', id: sent.id, method, params: sent.params });
      }),
    );
  });
});
