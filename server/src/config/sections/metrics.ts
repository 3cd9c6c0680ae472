import type { Sections } from '../setting.ts';

/** `[metrics]` */
export const METRICS = {
  enabled: { kind: 'flag', default: true, help: 'Measures what the gateway does; off, nothing is measured at all.' },
  endpoint: { kind: 'flag', default: true, help: 'Serves the measurements to Prometheus at /metrics.' },
  token: {
    kind: 'text',
    format: 'signing_secret',
    secret: true,
    help: 'Whoever scrapes /metrics sends it as a bearer token; without it a credential with the right to metrics/snapshot.',
  },
  anyone: {
    kind: 'text',
    choices: ['loopback', 'always', 'never'],
    default: 'loopback',
    help: 'Whether /metrics may be read without a credential: from this machine only, by everybody, or by nobody.',
  },
} as const satisfies Sections[string];
