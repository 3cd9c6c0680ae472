import { expect } from 'chai';
import fc from 'fast-check';
import { RpcClientError } from '../src/index.ts';
import { converse } from './conversation.ts';
import { settle } from './fake-clock.ts';
import type { FakeGateway, Received } from './fake-gateway.ts';
import { TopicLog } from './topic-log.ts';

type Step =
  | { do: 'call'; key: boolean; abortable: boolean; totalMs: number | undefined }
  | { do: 'answer'; pick: number }
  | { do: 'refuse'; pick: number }
  | { do: 'abort'; pick: number }
  | { do: 'drop'; code: number }
  | { do: 'publish'; count: number }
  | { do: 'skip' }
  | { do: 'repeat'; pick: number }
  | { do: 'outage'; ms: number }
  | { do: 'wait'; ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      key: fc.boolean(),
      abortable: fc.boolean(),
      totalMs: fc.option(fc.integer({ min: 1, max: 90_000 }), { nil: undefined }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('answer' as const), pick: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const), pick: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('abort' as const), pick: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('drop' as const), code: fc.constantFrom(1006, 1012, 1013) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('skip' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), pick: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('outage' as const), ms: fc.integer({ min: 1, max: 40_000 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 20_000 }) }) },
);

/** One life of a client, step by step; afterwards everything must have ended well. */
async function live(steps: readonly Step[], seed: number, coalesce: boolean): Promise<void> {
  let randomness = seed;
  const random = (): number => {
    randomness = (randomness * 16_807) % 2_147_483_647;
    return randomness / 2_147_483_647;
  };
  const { client, gateway, clock } = converse(coalesce ? {} : { coalesce: false }, undefined, random);
  const open = gateway.handlers['session/open'];
  gateway.handlers['session/open'] = (...args) => ({
    ...(open?.(...args) as object),
    window: { maxInFlight: 3 },
    capabilities: { coalesce: true },
  });
  gateway.handlers['tools/list'] = () => ({
    tools: [{ name: 'work', annotations: { idempotentHint: false, timeoutMs: 1 } }],
  });
  const log = new TopicLog(gateway);

  const settled = new Map<number, number>();
  const aborts: AbortController[] = [];
  const waiting: Promise<void>[] = [];
  let started = 0;
  const begin = (given: Extract<Step, { do: 'call' }>): void => {
    const at = started++;
    const abort = new AbortController();
    if (given.abortable) aborts.push(abort);
    const note = (): void => void settled.set(at, (settled.get(at) ?? 0) + 1);
    const call = client.call(
      'work',
      { at },
      {
        signal: abort.signal,
        ...(given.key && { idempotencyKey: `k${at}` }),
        ...(given.totalMs !== undefined && { totalMs: given.totalMs }),
      },
    );
    waiting.push(
      call.then(
        (value) => {
          expect(value).to.equal(at);
          note();
        },
        (error: unknown) => {
          expect(error).to.satisfy(RpcClientError.is);
          note();
        },
      ),
    );
  };

  const seen: number[] = [];
  const reading = (async () => {
    try {
      for await (const { seq } of client.subscribe('jobs/1', { fromSeq: 1 })) seen.push(seq);
    } catch (error) {
      expect(error).to.include({ code: 'CLOSED' });
    }
  })();

  await settle();
  for (const given of steps) {
    await take(given);
    await settle();
  }
  gateway.down = false;
  // Longer than any call may take: the idle minute, the age of the queue and one longest pause.
  await clock.advance(200_000);
  expect(settled.size, 'every call settled').to.equal(started);
  expect(
    [...settled.values()].every((times) => times === 1),
    'once',
  ).to.equal(true);
  log.publish(1);
  await settle();
  expect(seen, 'events gapless and in order').to.deep.equal(Array.from({ length: log.lastSeq }, (_, at) => at + 1));
  await client.close();
  await Promise.all([...waiting, reading]);
  await settle();
  expect(clock.pending, 'timers left').to.equal(0);

  async function take(given: Step): Promise<void> {
    if (given.do === 'call') begin(given);
    else if (given.do === 'answer' || given.do === 'refuse') reply(gateway, given.do, given.pick);
    else if (given.do === 'abort') aborts[given.pick % Math.max(1, aborts.length)]?.abort();
    else if (given.do === 'drop') gateway.lines.at(-1)?.drop(given.code);
    else if (given.do === 'publish') log.publish(given.count);
    else if (given.do === 'skip') log.skip(1);
    else if (given.do === 'repeat') log.repeat(1 + (given.pick % Math.max(1, log.lastSeq)));
    else if (given.do === 'wait') await clock.advance(given.ms);
    else {
      gateway.down = true;
      gateway.lines.at(-1)?.drop();
      await clock.advance(given.ms);
      gateway.down = false;
    }
  }
}

/** Answers one of the requests of the newest line, perhaps one that was answered or given up before. */
function reply(gateway: FakeGateway, how: 'answer' | 'refuse', pick: number): void {
  const line = gateway.lines.at(-1);
  const requests: Received[] = line?.requests('tools/call') ?? [];
  const request = requests[pick % Math.max(1, requests.length)];
  if (request === undefined || line === undefined) return;
  const { at } = request.params.arguments as { at: number };
  if (how === 'answer') line.answer(request.id, { structuredContent: at });
  else line.fail(request.id, 5021);
}

describe('whatever happens', () => {
  it('every call ends exactly once, and the events of a topic come gapless and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 80, size: 'max' }),
        fc.integer({ min: 1, max: 2_147_483_646 }),
        fc.boolean(),
        live,
      ),
      { numRuns: 500 },
    );
  });
});
