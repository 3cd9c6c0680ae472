import { CallError, ERRORS, type ErrorName, type Tool } from '@callsheet/protocol';
import { boolean, number, object, oneOf } from '../schemas/keywords.ts';

type Arguments = { readonly code?: ErrorName; readonly rate?: number };
type Spared = { readonly failed: false };

/** Fails on purpose, always or at a given rate: for testing retries and breakers. @param random 0 to 1 */
export function diagnosticsFail(random: () => number): Tool<Arguments, Spared> {
  return {
    name: 'diagnostics_fail',
    title: 'Fail',
    description:
      'Fails with the given error, always or as often as "rate" says. For testing retries and circuit breakers.',
    category: 'diagnostics',
    input: object({
      code: oneOf(Object.keys(ERRORS), { default: 'TOOL_FAILED', description: 'Name of the error.' }),
      rate: number({ minimum: 0, maximum: 1, default: 1, description: 'Share of the calls that fail, by chance.' }),
    }),
    output: object({ failed: boolean({ const: false }) }, ['failed']),
    execution: 'call',
    idempotent: true,
    readOnly: true,
    timeoutMs: 5000,
    async run({ code = 'TOOL_FAILED', rate = 1 }) {
      if (random() < rate) throw new CallError(code, `Failed with ${code}, as asked`);
      return { failed: false };
    },
  };
}
