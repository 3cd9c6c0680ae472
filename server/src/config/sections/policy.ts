import { DEFAULT_ROLES } from '../../policy/default-roles.ts';
import type { Sections } from '../setting.ts';

/** `[policy]` */
export const POLICY = {
  file: {
    kind: 'text',
    format: 'file',
    help: 'A policy file, YAML or TOML, read again whenever it changes; its roles replace those of the same name here.',
  },
  roles: {
    kind: 'table',
    format: 'role',
    help: 'What a role may do. Deny wins; a role named in the file replaces the default of that name.',
    default: DEFAULT_ROLES,
    entry: {
      allow: { kind: 'list', format: 'right', default: [], help: 'Tools the role may use; with a slash, methods.' },
      deny: { kind: 'list', format: 'right', default: [], help: 'What it may not do, whatever is allowed.' },
    },
  },
  allow_write: {
    kind: 'flag',
    default: true,
    help: 'When false, only tools that change nothing may run, others as a dry run.',
  },
  dry_run: {
    kind: 'flag',
    default: false,
    help: 'When true, tools that change something say what they would do instead.',
  },
  allowed_paths: {
    kind: 'list',
    format: 'glob',
    default: ['**'],
    help: 'Where paths in the arguments of tools may lead.',
  },
  forbidden_paths: {
    kind: 'list',
    format: 'glob',
    default: ['**/.*', '**/.*/**'],
    help: 'Where they may not, whatever is allowed.',
  },
} as const satisfies Sections[string];
