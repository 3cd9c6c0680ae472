import type { Sections } from '../setting.ts';

/** `[intake]` */
export const INTAKE = {
  allow_http: { kind: 'flag', default: false, help: 'Fetches media over plain http too.' },
  allow_private: {
    kind: 'list',
    format: 'endpoint',
    default: [],
    help: 'Hosts with their ports inside your own network that media may be fetched from; all others are refused.',
  },
  max_bytes: {
    kind: 'integer',
    default: 536_870_912,
    min: 1024,
    max: 536_870_912,
    help: 'Largest file that is fetched.',
  },
} as const satisfies Sections[string];
