import type { Sections } from '../setting.ts';

/** `[audit]` */
export const AUDIT = {
  enabled: {
    kind: 'flag',
    default: true,
    help: 'Writes refused calls and calls that change something to <data_dir>/audit.',
  },
  secret: {
    kind: 'text',
    format: 'signing_secret',
    secret: true,
    help: 'Signs the audit trail and the answers of tools that change something; made at the first start when not set.',
  },
  max_file_bytes: {
    kind: 'integer',
    default: 20_971_520,
    min: 65_536,
    max: 1_073_741_824,
    help: 'A new file is begun at this size.',
  },
} as const satisfies Sections[string];
