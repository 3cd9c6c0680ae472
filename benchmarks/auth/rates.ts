import { CallLimiter } from '../../server/src/limits/call-limiter.ts';
import { Gcra, GcraCell } from '../../server/src/limits/gcra.ts';
import { GcraMap } from '../../server/src/limits/gcra-map.ts';
import { batchOf, type Contestant } from './measure.ts';

const CALLERS = 1_000;
const TIMES = 20;
/** Nobody is refused: what is measured is the usual call. */
const RATE = { calls: 1_000_000, windowMs: 1_000, burst: 1_000_000 };

interface Caller {
  readonly id: string;
  readonly cell: GcraCell;
}

/** The rate limit alone, as a field and by name, and the whole limiter: two limits for each call. */
export function rates(): readonly Contestant[] {
  const gcra = new Gcra(RATE);
  const callers = Array.from(
    { length: CALLERS },
    (_, n): Caller => ({ id: `key:caller-${n}`, cell: new GcraCell(gcra) }),
  );
  const cells = new GcraMap(gcra);
  const names = new Map(callers.map(({ id }, n) => [id, n]));
  const rules = { principal: RATE, tools: [{ pattern: 'a_tool', rate: RATE }] };
  const limiter = new CallLimiter({ rules, matches: (pattern, tool) => pattern === tool });
  const floor = { name: 'Map lookup', prepare: () => batchOf(callers, ({ id }) => names.get(id), TIMES) };
  const contestant = (name: string, barMicros: number, take: (caller: Caller, now: number) => boolean): Contestant => ({
    ...{ name, barMicros, floor },
    prepare: () => {
      let now = performance.now();
      const next = (): number => {
        now += 0.000_1;
        return now;
      };
      return batchOf(callers, (caller) => take(caller, next()) || undefined, TIMES);
    },
  });
  return [
    contestant('rate limit, a field', 0.1, ({ cell }, now) => cell.take(now) === 0),
    contestant('rate limit, by name', 0.1, ({ id }, now) => cells.take(id, now) === 0),
    contestant('limiter, caller and tool', 0.4, ({ id }, now) => limiter.take(id, 'user', 'a_tool', now) === undefined),
  ];
}
