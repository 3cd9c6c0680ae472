import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { houseOf, talk } from './talk.ts';

const call = (id: unknown, params: string): string =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":"measure","params":${params}}`;
const list = (count: number): string => `{"list":[${Array(count).fill('0').join(',')}]}`;
const deep = (depth: number): string => `{"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`;

function coalescing(changes: Parameters<typeof houseOf>[1] = {}) {
  const caller = talk(houseOf({ measure: ({ list }) => (Array.isArray(list) ? list.length : 'none') }, changes));
  caller.conversation.open(undefined, { coalesce: true });
  return caller;
}

/** Each answer by its id: a result, or the code of an error. */
function outcomes(answers: unknown[]): JsonObject {
  const flat = answers.flat() as { id: string; result?: string; error?: { code: number } }[];
  return Object.fromEntries(flat.map(({ id, result, error }) => [String(id), error?.code ?? result ?? null]));
}

describe('a coalesced frame', () => {
  it('runs two calls that are legal alone and together exceed the bound of one', async () => {
    expect(outcomes(await coalescing().say(`[${call(1, list(6_000))},${call(2, list(6_000))}]`))).to.deep.equal({
      '1': 6_000,
      '2': 6_000,
    });
  });

  for (const [what, params] of Object.entries({
    'of 11,000 items': list(11_000),
    '70 deep': deep(70),
    'with a member __proto__': '{"__proto__":{"admin":true}}',
  })) {
    it(`answers a call ${what} under its own id, and runs its neighbours`, async () => {
      const text = `[${call(1, list(1))},${call('culprit', params)},${call(3, list(3))}]`;
      expect(outcomes(await coalescing().say(text))).to.deep.equal({ '1': 1, culprit: -32600, '3': 3 });
    });

    it(`answers a call ${what} under its own id when it comes alone`, async () => {
      expect(outcomes(await coalescing().say(call('culprit', params)))).to.deep.equal({ culprit: -32600 });
    });

    it(`refuses a batch with a call ${what} as a whole`, async () => {
      const { say } = talk(houseOf({ measure: () => 'ran' }));
      expect(outcomes(await say(`[${call(1, list(1))},${call('culprit', params)}]`))).to.deep.equal({ null: -32600 });
    });
  }

  it('is answered once under no id when it is no JSON, and nothing of it runs', async () => {
    const answers = await coalescing().say(`[${call(1, list(1))},${call(2, deep(70))},{`);
    expect(outcomes(answers)).to.deep.equal({ null: -32700 });
    expect(answers.flat()).to.have.length(1);
  });

  it('counts each refused member as an unreadable message', async () => {
    const { say, closes } = coalescing({ maxUnreadable: 3 });
    await say(`[${call(1, deep(70))},${call(2, deep(70))}]`);
    expect(closes).to.deep.equal([]);
    await say(`[${call(3, deep(70))}]`);
    expect(closes.map(({ code }) => code)).to.deep.equal([1008]);
  });

  it('gives a message that is too large the id it begins with', async () => {
    const large = call('large', `{"text":"${'x'.repeat(1_048_576)}"}`);
    expect(outcomes(await coalescing().say(large))).to.deep.equal({ large: 4130 });
  });
});
