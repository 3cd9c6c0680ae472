import type { Sections } from '../setting.ts';

/** `[log]` */
export const LOG = {
  level: {
    kind: 'text',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    default: 'info',
    help: 'The least serious lines to write.',
  },
  format: {
    kind: 'text',
    choices: ['json', 'text'],
    default: 'json',
    help: 'One JSON object a line, or lines for people.',
  },
  events: { kind: 'flag', default: true, help: 'Writes what happens to <data_dir>/logs/events.jsonl.' },
  metrics: {
    kind: 'flag',
    default: true,
    help: 'Writes every call of a tool and figures to <data_dir>/logs/metrics.jsonl.',
  },
  calls_alone_per_s: {
    kind: 'integer',
    default: 200,
    min: 0,
    max: 1_000_000,
    help: 'Calls within a second that have a line of their own there, and as many that failed; more are told together.',
  },
  metrics_every_s: { kind: 'integer', default: 10, min: 1, max: 86_400, help: 'How often figures are written there.' },
  max_file_bytes: {
    kind: 'integer',
    default: 20_971_520,
    min: 4_096,
    max: 1_073_741_824,
    help: 'A new file of events or figures is begun at this size.',
  },
  files_kept: { kind: 'integer', default: 3, min: 1, max: 1_000, help: 'Files of each that are kept.' },
} as const satisfies Sections[string];
