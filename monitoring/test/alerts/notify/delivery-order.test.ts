import { expect } from 'chai';
import fc from 'fast-check';
import { type AlertChannel, DeliveryError } from '../../../src/alerts/notify/channel.ts';
import type { AlertNotice, NoticeStatus } from '../../../src/alerts/notify/notice.ts';
import { hang, house } from './house.ts';
import { noticeOf } from './some-notice.ts';
import type { TurnedClock } from './turned-clock.ts';

/** What a channel does with one delivery. `heard` says whether it took the notices before it failed. */
type Act =
  | { readonly kind: 'take' | 'throw' | 'hang' | 'refuse' | '500'; readonly heard: boolean }
  | { readonly kind: '429'; readonly retryAfterMs: number }
  /** Takes the notices after so long, or not at all when it obeys a signal that aborts before. */
  | { readonly kind: 'slow'; readonly ms: number; readonly obeys: boolean };

/** What happens to one of three alerts, and how long after what happened before. */
interface Happening {
  readonly afterMs: number;
  readonly rule: number;
  readonly reminds: boolean;
}

const RULES = ['a', 'b', 'c'] as const;
/** Less than delivery and grace together: what goes on for longer is abandoned, and nobody can know its order. */
const SLOWEST_MS = 19_000;

const failing = fc.oneof<fc.Arbitrary<Act>[]>(
  fc.record({ kind: fc.constantFrom('take', 'throw', '500'), heard: fc.boolean() }),
  fc.record({ kind: fc.constant('429'), retryAfterMs: fc.integer({ min: 0, max: 30_000 }) }),
  fc.record({ kind: fc.constant('slow'), ms: fc.integer({ min: 1, max: SLOWEST_MS }), obeys: fc.boolean() }),
);
const anything = fc.oneof<fc.Arbitrary<Act>[]>(
  failing,
  fc.record({ kind: fc.constantFrom('hang', 'refuse'), heard: fc.boolean() }),
);
const happenings = fc.array(
  fc.record({ afterMs: fc.integer({ min: 0, max: 12_000 }), rule: fc.nat({ max: 2 }), reminds: fc.boolean() }),
  { minLength: 1, maxLength: 30 },
);

/** A channel that does what the acts say, then takes everything; `heard` is what it took, in its order. */
function actor(clock: () => TurnedClock, acts: readonly Act[]): AlertChannel & { readonly heard: AlertNotice[] } {
  const heard: AlertNotice[] = [];
  const left = [...acts];
  return {
    name: 'actor',
    heard,
    deliver(notices, signal) {
      const take = () => void heard.push(...notices);
      const act: Act = left.shift() ?? { kind: 'take', heard: true };
      if (act.kind === 'slow') {
        return new Promise((resolve, reject) => {
          const cancel = clock().after(act.ms, () => {
            take();
            resolve();
          });
          if (!act.obeys) return;
          signal.addEventListener('abort', () => {
            cancel();
            reject(signal.reason);
          });
        });
      }
      const retryAfterMs = act.kind === '429' ? act.retryAfterMs : undefined;
      if (act.kind === 'take' || (act.kind !== '429' && act.heard)) take();
      if (act.kind === 'take') return Promise.resolve();
      if (act.kind === 'hang') return hang();
      if (act.kind === 'throw') throw new Error('at once');
      return Promise.reject(new DeliveryError(act.kind, { retryable: act.kind !== 'refuse', retryAfterMs }));
    },
  };
}

/** Lets alerts begin, go on and end as it is written, ends all that still fire, and waits until nothing waits. */
async function live(acts: readonly Act[], story: readonly Happening[], mostWaiting: number, dice: number) {
  let told = 0;
  const channel = actor(() => clock, acts);
  const { notifier, clock, countsOf } = house([channel], { mostWaiting, random: () => dice, attempts: 100 });
  const firing = new Map<string, number>();
  const tell = (rule: string, status: NoticeStatus) => {
    told += 1;
    const startsAt = firing.get(rule) ?? clock.now();
    if (status === 'resolved') firing.delete(rule);
    else firing.set(rule, startsAt);
    // The value numbers the notices: no two of them happen in the same order, whatever the clock says.
    notifier.notify(noticeOf(rule, { status, startsAt, timestamp: clock.now(), value: told }));
  };
  for (const { afterMs, rule, reminds } of story) {
    await clock.advance(afterMs);
    const name = RULES[rule] ?? 'a';
    if (!firing.has(name)) tell(name, 'triggered');
    else tell(name, reminds ? 'repeated' : 'resolved');
  }
  for (const rule of [...firing.keys()]) tell(rule, 'resolved');
  await clock.advance(7_200_000);
  const counts = countsOf('actor') ?? expect.fail('no such channel');
  return { heard: channel.heard, counts, told };
}

function lastHeard(heard: readonly AlertNotice[], rule: string): AlertNotice | undefined {
  return heard.findLast(({ rule_name }) => rule_name === rule);
}

function expectOrder(heard: readonly AlertNotice[]): void {
  for (const rule of RULES) {
    const numbers = heard.filter(({ rule_name }) => rule_name === rule).map(({ value }) => value);
    expect(numbers).to.deep.equal([...numbers].sort((a, b) => a - b));
  }
}

describe('notices of one alert, whatever a channel does', () => {
  it('arrive in their order, and every one is accounted for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anything, { maxLength: 40 }),
        happenings,
        fc.integer({ min: 1, max: 12 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (acts, story, mostWaiting, dice) => {
          const { heard, counts, told } = await live(acts, story, mostWaiting, dice);
          expectOrder(heard);
          expect(counts.waiting).to.equal(0);
          expect(counts.sent + counts.failed + counts.dropped + counts.merged).to.equal(told);
          const leftOpen = RULES.filter((rule) => {
            const last = lastHeard(heard, rule);
            return last !== undefined && last.status !== 'resolved';
          });
          expect(leftOpen.length).to.be.at.most(counts.failed + counts.dropped);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are never given up by a channel that fails for a while, and the end of each is heard', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(failing, { maxLength: 40 }), happenings, async (acts, story) => {
        const { heard, counts } = await live(acts, story, 1_000, 0.5);
        expectOrder(heard);
        expect(counts).to.include({ failed: 0, dropped: 0, waiting: 0 });
        for (const rule of new Set(story.map(({ rule }) => RULES[rule] ?? 'a'))) {
          expect(lastHeard(heard, rule)?.status).to.equal('resolved');
        }
      }),
      { numRuns: 200 },
    );
  });
});
