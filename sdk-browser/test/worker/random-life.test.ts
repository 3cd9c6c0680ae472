import { expect } from 'chai';
import fc from 'fast-check';
import { createTestGateway, settle } from '../../src/testing.ts';
import { openTabs, type Tab, withSharedWorkers } from './tabs.ts';

type Step =
  | { do: 'call' | 'cancel' | 'leave' | 'answer'; pick: number }
  | { do: 'drop' | 'restart' | 'drain' }
  | { do: 'wait'; ms: number };

const picked = (what: 'call' | 'cancel' | 'leave' | 'answer') => fc.record({ do: fc.constant(what), pick: fc.nat(20) });
const plain = (what: 'drop' | 'restart' | 'drain') => fc.record({ do: fc.constant(what) });
const gentle = [
  { weight: 8, arbitrary: picked('call') },
  { weight: 6, arbitrary: picked('answer') },
  { weight: 2, arbitrary: picked('cancel') },
  { weight: 1, arbitrary: picked('leave') },
  { weight: 2, arbitrary: plain('drop') },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 3_000 }) }) },
];
const rough = [...gentle, { weight: 1, arbitrary: plain('restart') }, { weight: 1, arbitrary: plain('drain') }];

/** Patience beyond any life. */
const PATIENT = { timeouts: { idle: 600_000 }, offlineQueue: { maxAgeMs: 600_000 } };

interface Ended {
  /** How often the call ended. */
  times: number;
  ok: boolean;
  /** It was cancelled, or its tab left: it may fail. */
  givenUp: boolean;
  /** How often the tool ran for it. */
  runs: number;
}

/** A life of some tabs; afterwards every call must have ended once. Answers how. */
async function live(steps: readonly Step[]): Promise<Ended[]> {
  const ends: (() => void)[] = [];
  const gateway = createTestGateway({
    tools: { work: ({ n }) => new Promise((end) => ends.push(() => end(n))) },
    maxInFlight: 2,
  });
  const open = openTabs(gateway);
  const tabs: Tab[] = [open(PATIENT), open(PATIENT), open(PATIENT)];
  const calls: (Ended & { readonly tab: Tab; cancel(): void })[] = [];
  const over: Promise<void>[] = [];

  function call(tab: Tab): void {
    const n = calls.length;
    const call = tab.client.call('work', { n });
    const ended = { tab, times: 0, ok: false, givenUp: false, runs: 0, cancel: () => call.cancel() };
    calls.push(ended);
    over.push(
      call.settled().then((report) => {
        ended.times += 1;
        ended.ok = report.ok;
        expect(report.ok ? report.value : n).to.equal(n);
      }),
    );
  }

  async function take(step: Step): Promise<void> {
    const at = 'pick' in step ? step.pick % tabs.length : 0;
    const tab = tabs[at];
    if (step.do === 'call' && tab) call(tab);
    else if (step.do === 'answer') ends.splice(step.pick % Math.max(1, ends.length), 1)[0]?.();
    else if (step.do === 'cancel') {
      const call = calls[step.pick % Math.max(1, calls.length)];
      if (call) call.givenUp = true;
      call?.cancel();
    } else if (step.do === 'leave' && tab) {
      tabs[at] = open(PATIENT);
      for (const call of calls) if (call.tab === tab) call.givenUp = true;
      void tab.client.close();
    } else if (step.do === 'drop') gateway.drop();
    else if (step.do === 'restart') gateway.restart();
    else if (step.do === 'drain') gateway.notify('session/draining', {});
    else if (step.do === 'wait') await gateway.clock.advance(step.ms);
  }

  for (const step of steps) {
    await take(step);
    await settle();
  }
  while (calls.some(({ times }) => times === 0)) {
    for (const end of ends.splice(0)) end();
    await gateway.clock.advance(1_000);
  }
  await Promise.all(over);
  expect(calls.every(({ times }) => times === 1)).to.equal(true);
  await Promise.all(tabs.map(({ client }) => client.close()));
  await gateway.clock.advance(5_000);
  expect({ timers: gateway.clock.pending, lines: gateway.lines.filter((line) => line.open).length }).to.deep.equal({
    timers: 0,
    lines: 0,
  });
  for (const { args } of gateway.calls) {
    const call = calls[Number(args.n)];
    if (call) call.runs += 1;
  }
  return calls;
}

describe('whatever happens to tabs that share a connection', () => {
  withSharedWorkers();

  it('every call ends exactly once, and nothing is left behind', async () => {
    const lives = fc.array(fc.oneof(...rough), { minLength: 5, maxLength: 60, size: 'max' });
    await fc.assert(
      fc.asyncProperty(lives, async (steps) => void (await live(steps))),
      { numRuns: 150 },
    );
  });

  it('while its session is resumed, no call is run twice and none is lost', async () => {
    const lives = fc.array(fc.oneof(...gentle), { minLength: 5, maxLength: 60, size: 'max' });
    await fc.assert(
      fc.asyncProperty(lives, async (steps) => {
        for (const { ok, givenUp, runs } of await live(steps)) {
          expect(runs).to.be.at.most(1);
          expect(ok || givenUp).to.equal(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});
