import { ALERTS } from './sections/alerts.ts';
import { AUDIT } from './sections/audit.ts';
import { AUTH } from './sections/auth.ts';
import { IDEMPOTENCY } from './sections/idempotency.ts';
import { INTAKE } from './sections/intake.ts';
import { LIMITS } from './sections/limits.ts';
import { LOG } from './sections/log.ts';
import { METRICS } from './sections/metrics.ts';
import { POLICY } from './sections/policy.ts';
import { RATE } from './sections/rate.ts';
import { SERVER } from './sections/server.ts';
import { TRACING } from './sections/tracing.ts';
import { WORKERS } from './sections/workers.ts';
import type { Machine, Sections, Values } from './setting.ts';

/** Every setting there is. The checks, the types, `config print` and the manual are made from this. */
export const SETTINGS = {
  server: SERVER,
  auth: AUTH,
  policy: POLICY,
  limits: LIMITS,
  rate: RATE,
  idempotency: IDEMPOTENCY,
  audit: AUDIT,
  intake: INTAKE,
  workers: WORKERS,
  jobs: {
    cpu_slots: {
      kind: 'integer',
      default: { text: 'half the cores, at least 1', on: ({ cores }: Machine) => Math.max(1, Math.floor(cores / 2)) },
      min: 1,
      max: 1024,
      help: 'Jobs at once that work on this machine; a render keeps two cores busy.',
    },
    network_slots: {
      kind: 'integer',
      default: 8,
      min: 1,
      max: 10_000,
      help: 'Jobs at once that wait on another machine.',
    },
    max_queued: {
      kind: 'integer',
      default: 1000,
      min: 1,
      max: 1_000_000,
      help: 'Waiting jobs before new ones are refused.',
    },
    retention_days: {
      kind: 'integer',
      default: 30,
      min: 1,
      max: 36_500,
      help: 'How long finished jobs are remembered.',
    },
  },
  assets: {
    max_bytes: {
      kind: 'integer',
      default: 2_147_483_648,
      min: 1024,
      max: 1_099_511_627_776,
      help: 'Largest file a tool may store.',
    },
    max_upload_bytes: {
      kind: 'integer',
      default: 2_147_483_648,
      min: 1024,
      max: 1_099_511_627_776,
      help: 'Largest file a caller may upload; never more than assets.max_bytes.',
    },
    max_uploads: { kind: 'integer', default: 8, min: 1, max: 10_000, help: 'Uploads of one caller at once.' },
    upload_mib_per_day: {
      kind: 'integer',
      default: 51_200,
      min: 1,
      max: 100_000_000,
      help: 'What one caller may upload in a day, in MiB, also all at once; counted since the gateway started.',
    },
    link_ttl_s: {
      kind: 'integer',
      default: 604_800,
      min: 1,
      max: 315_360_000,
      help: 'How long a signed link is good.',
    },
  },
  tools: {
    diagnostics: { kind: 'flag', default: false, help: 'Offers tools that echo, sleep and fail, for trying a client.' },
    allow: { kind: 'list', format: 'pattern', default: ['*'], help: 'Tools this gateway offers.' },
    deny: { kind: 'list', format: 'pattern', default: [], help: 'Tools it does not offer, whatever is allowed.' },
    ffmpeg_path: { kind: 'text', format: 'program', help: 'The ffmpeg to use; looked for when not set.' },
  },
  llm: {
    base_url: { kind: 'text', format: 'url', help: 'An OpenAI-compatible service for scripts, up to and with /v1.' },
    api_key: { kind: 'text', format: 'text', secret: true, help: 'Its key.' },
    model: { kind: 'text', format: 'text', help: 'The model to ask.' },
  },
  ollama: {
    detect: { kind: 'flag', default: true, help: 'Uses a local Ollama for scripts when one answers.' },
    url: { kind: 'text', format: 'url', help: 'Where to look for it; its usual address when not set.' },
  },
  log: LOG,
  metrics: METRICS,
  alerts: ALERTS,
  tracing: TRACING,
} as const satisfies Sections;

/** The checked, frozen configuration; names in camelCase, paths absolute. */
export type Config = { readonly [Section in keyof typeof SETTINGS]: Values<(typeof SETTINGS)[Section]> };
