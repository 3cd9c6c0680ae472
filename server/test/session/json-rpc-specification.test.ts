import type { JsonObject, Params } from '@callsheet/protocol';
import { expect } from 'chai';
import type { MethodEntry } from '../../src/methods/table.ts';
import { houseOf, talk } from './talk.ts';

/** The methods the specification's examples call; they take parameters by place as well as by name. */
const METHODS: Record<string, (params: JsonObject) => unknown> = {
  subtract: (params) => Number(params.minuend ?? params[0]) - Number(params.subtrahend ?? params[1]),
  sum: (params) => Object.values(params).reduce<number>((total, value) => total + Number(value), 0),
  get_data: () => ['hello', 5],
  update: () => null,
  notify_sum: () => null,
  notify_hello: () => null,
};

function specification() {
  const entry = (run: (params: JsonObject) => unknown): MethodEntry => ({
    run,
    beforeOpening: false,
    guarded: false,
    read: (params: Params | undefined) => ({ ...params }) as JsonObject,
  });
  const methods = new Map(Object.entries(METHODS).map(([name, run]) => [name, entry(run)]));
  return talk(houseOf({}, { methods }));
}

/** An error answer with only what the specification prescribes: its code and its id. */
function bare(answer: unknown): unknown {
  const { jsonrpc, id, error, result } = answer as {
    jsonrpc: string;
    id: unknown;
    error?: { code: number };
    result?: unknown;
  };
  return error === undefined ? { jsonrpc, id, result } : { jsonrpc, id, error: error.code };
}

// https://www.jsonrpc.org/specification#examples, in its order and with its texts.
describe('the examples of the JSON-RPC 2.0 specification', () => {
  const single: [string, string, unknown[]][] = [
    [
      'positional parameters',
      '{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}',
      [{ jsonrpc: '2.0', result: 19, id: 1 }],
    ],
    [
      'positional parameters, swapped',
      '{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}',
      [{ jsonrpc: '2.0', result: -19, id: 2 }],
    ],
    [
      'named parameters',
      '{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
      [{ jsonrpc: '2.0', result: 19, id: 3 }],
    ],
    [
      'named parameters, other order',
      '{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}',
      [{ jsonrpc: '2.0', result: 19, id: 4 }],
    ],
    ['a notification', '{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}', []],
    ['a notification of an unknown method', '{"jsonrpc": "2.0", "method": "foobar"}', []],
    [
      'a call of a method that is not there',
      '{"jsonrpc": "2.0", "method": "foobar", "id": "1"}',
      [{ jsonrpc: '2.0', error: -32601, id: '1' }],
    ],
    [
      'invalid JSON',
      '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]',
      [{ jsonrpc: '2.0', error: -32700, id: null }],
    ],
    [
      'an invalid request object',
      '{"jsonrpc": "2.0", "method": 1, "params": "bar"}',
      [{ jsonrpc: '2.0', error: -32600, id: null }],
    ],
    [
      'a batch of invalid JSON',
      '[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},{"jsonrpc": "2.0", "method"]',
      [{ jsonrpc: '2.0', error: -32700, id: null }],
    ],
    ['an empty array', '[]', [{ jsonrpc: '2.0', error: -32600, id: null }]],
  ];
  for (const [name, text, expected] of single) {
    it(`answers ${name}`, async () => {
      expect((await specification().say(text)).map(bare)).to.deep.equal(expected);
    });
  }

  it('answers an invalid batch that is not empty', async () => {
    const [answers] = await specification().say('[1]');
    expect((answers as unknown[]).map(bare)).to.deep.equal([{ jsonrpc: '2.0', error: -32600, id: null }]);
  });

  it('answers every member of an invalid batch', async () => {
    const [answers] = await specification().say('[1,2,3]');
    expect((answers as unknown[]).map(bare)).to.deep.equal(Array(3).fill({ jsonrpc: '2.0', error: -32600, id: null }));
  });

  it('answers a mixed batch', async () => {
    const [answers] = await specification().say(`[
      {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
      {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
      {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
      {"foo": "boo"},
      {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
      {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
    ]`);
    expect((answers as unknown[]).map(bare)).to.have.deep.members([
      { jsonrpc: '2.0', result: 7, id: '1' },
      { jsonrpc: '2.0', result: 19, id: '2' },
      { jsonrpc: '2.0', error: -32600, id: null },
      { jsonrpc: '2.0', error: -32601, id: '5' },
      { jsonrpc: '2.0', result: ['hello', 5], id: '9' },
    ]);
  });

  it('answers nothing to a batch of notifications', async () => {
    const text =
      '[{"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}]';
    expect(await specification().say(text)).to.deep.equal([]);
  });
});
