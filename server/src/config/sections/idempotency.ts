import type { Sections } from '../setting.ts';

/** `[idempotency]` */
export const IDEMPOTENCY = {
  keep_ms: {
    kind: 'integer',
    default: 600_000,
    min: 1_000,
    max: 86_400_000,
    help: 'How long the outcome of a call under an idempotency key is kept after its end.',
  },
  max_keys: { kind: 'integer', default: 10_000, min: 1, max: 1_000_000, help: 'Keys of calls that are remembered.' },
  max_keys_per_principal: {
    kind: 'integer',
    default: 1_000,
    min: 1,
    max: 1_000_000,
    help: 'Keys of calls that are remembered of one caller.',
  },
  max_bytes: {
    kind: 'integer',
    default: 67_108_864,
    min: 1024,
    max: 17_179_869_184,
    help: 'Kept outcomes together.',
  },
  max_bytes_per_principal: {
    kind: 'integer',
    default: 16_777_216,
    min: 1024,
    max: 17_179_869_184,
    help: 'Kept outcomes of one caller together.',
  },
  max_result_bytes: {
    kind: 'integer',
    default: 1_048_576,
    min: 1024,
    max: 268_435_456,
    help: 'Largest result that is kept.',
  },
} as const satisfies Sections[string];
