import type { Json, Tool } from '@callsheet/protocol';
import { object } from '../schemas/keywords.ts';

type Echo = { readonly value?: Json };

/** Answers what it was given: the smallest call there is. */
export function diagnosticsEcho(): Tool<Echo, Echo> {
  const shape = object({ value: { description: 'Any JSON value.' } });
  return {
    name: 'diagnostics_echo',
    title: 'Echo',
    description: 'Answers the value it was given. For testing and measuring the road of a call.',
    category: 'diagnostics',
    input: shape,
    output: shape,
    execution: 'call',
    idempotent: true,
    readOnly: true,
    timeoutMs: 5000,
    run: async ({ value }) => (value === undefined ? {} : { value }),
  };
}
