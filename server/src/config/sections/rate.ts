import type { Sections } from '../setting.ts';

/** `[rate]` */
export const RATE = {
  calls: {
    kind: 'integer',
    default: 100,
    min: 1,
    max: 100_000_000,
    help: 'Calls of tools one caller may make in a window.',
  },
  window_s: { kind: 'integer', default: 60, min: 1, max: 86_400, help: 'The window.' },
  burst: { kind: 'integer', default: 20, min: 0, max: 100_000_000, help: 'Calls beyond that, at once.' },
  global: {
    kind: 'text',
    format: 'rate',
    default: 'off',
    help: 'Calls of tools by all callers together.',
  },
  connection: {
    kind: 'text',
    format: 'rate',
    default: '6000/60s+600',
    help: 'Requests of any kind on one connection.',
  },
  tools: {
    kind: 'table',
    format: 'pattern',
    default: {},
    help: 'Rates of single tools, for each caller.',
    entry: {
      rate: { kind: 'text', format: 'rate', required: true, help: 'Calls in a time, and how many more at once.' },
    },
  },
} as const satisfies Sections[string];
