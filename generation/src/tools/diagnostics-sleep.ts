import type { Tool } from '@callsheet/protocol';
import type { Clock } from '../providers/clock.ts';
import { integer, object } from '../schemas/keywords.ts';

type Arguments = { readonly ms: number };
type Slept = { readonly slept_ms: number };

const LONGEST_MS = 600_000;
const STEPS = 20;

/** Waits, reporting progress, until the time is over or the call is cancelled. */
export function diagnosticsSleep(clock: Clock): Tool<Arguments, Slept> {
  return {
    name: 'diagnostics_sleep',
    title: 'Sleep',
    description: 'Waits for the given time while reporting progress. For testing cancellation, deadlines and jobs.',
    category: 'diagnostics',
    input: object({ ms: integer({ minimum: 0, maximum: LONGEST_MS, description: 'Milliseconds to wait.' }) }, ['ms']),
    output: object({ slept_ms: integer() }, ['slept_ms']),
    execution: 'call',
    idempotent: true,
    readOnly: true,
    timeoutMs: LONGEST_MS + 10_000,
    slots: 'network',
    async run({ ms }, ctx) {
      const began = clock.now();
      for (let step = 1; step <= STEPS; step += 1) {
        // Aims at the step's own moment, so that late timers do not add up.
        const left = (ms * step) / STEPS - (clock.now() - began);
        await clock.sleep(Math.max(0, left), ctx.signal);
        ctx.progress({ stage: 'sleep', fraction: step / STEPS });
      }
      return { slept_ms: Math.round(clock.now() - began) };
    },
  };
}
