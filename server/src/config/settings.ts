import { DEFAULT_LIMITS } from '@callsheet/protocol';
import type { Machine, Sections, Values } from './setting.ts';

const EVERYTHING = { allow: ['*'], deny: [] };

/** Every setting there is. The checks, the types, `config print` and the manual are made from this. */
export const SETTINGS = {
  server: {
    host: {
      kind: 'text',
      format: 'host',
      default: '127.0.0.1',
      variable: 'CALLSHEET_HOST',
      help: 'Address to listen on; another than this machine needs a configured key.',
    },
    port: {
      kind: 'integer',
      default: 8081,
      min: 0,
      max: 65_535,
      variable: 'CALLSHEET_PORT',
      help: 'Port to listen on; 0 takes a free one, and the start says which.',
    },
    data_dir: {
      kind: 'text',
      format: 'folder',
      default: './data',
      variable: 'CALLSHEET_DATA_DIR',
      help: 'Folder for jobs, keys and media. A relative path counts from the file that says it, else from where the server was started.',
    },
    public_url: {
      kind: 'text',
      format: 'url',
      help: 'Where the world reaches the gateway, for links to assets; the address listened on when not set.',
    },
    engine: {
      kind: 'text',
      choices: ['embedded'],
      default: 'embedded',
      variable: 'CALLSHEET_ENGINE',
      hint: 'other storage engines come with a later release',
      help: 'Where durable things are kept.',
    },
    max_connections: { kind: 'integer', default: 10_000, min: 1, max: 1_000_000, help: 'Open sockets at once.' },
  },
  auth: {
    admin_key: {
      kind: 'text',
      format: 'key',
      secret: true,
      variable: 'CALLSHEET_ADMIN_KEY',
      help: 'API key of the administrator; without any key the first start makes one and prints it.',
    },
    api_keys: {
      kind: 'table',
      format: 'name',
      default: {},
      help: 'API keys by name, imported at start; only their hashes are kept.',
      entry: {
        key: {
          kind: 'text',
          format: 'key',
          secret: true,
          required: true,
          help: 'The key itself, 16 to 128 characters.',
        },
        role: { kind: 'text', format: 'role', required: true, help: 'A role of [policy.roles].' },
        active: { kind: 'flag', default: true, help: 'false: the key no longer opens the gateway.' },
      },
    },
  },
  policy: {
    roles: {
      kind: 'table',
      format: 'role',
      help: 'Which tools a role may use. Deny wins; a role named in the file replaces the default of that name.',
      default: {
        admin: EVERYTHING,
        user: EVERYTHING,
        viewer: { allow: ['get_*', 'list_*'], deny: [] },
        worker: { allow: [], deny: [] },
      },
      entry: {
        allow: { kind: 'list', format: 'pattern', default: [], help: 'Tools the role may use.' },
        deny: { kind: 'list', format: 'pattern', default: [], help: 'Tools it may not use, whatever is allowed.' },
      },
    },
  },
  limits: {
    max_payload_bytes: {
      kind: 'integer',
      default: DEFAULT_LIMITS.maxPayloadBytes,
      min: 1024,
      max: 268_435_456,
      help: 'Longest message.',
    },
    max_batch: {
      kind: 'integer',
      default: DEFAULT_LIMITS.maxBatch,
      min: 1,
      max: 10_000,
      help: 'Members of a batch or a coalesced frame.',
    },
    max_depth: {
      kind: 'integer',
      default: DEFAULT_LIMITS.maxDepth,
      min: 4,
      max: 1000,
      help: 'Nesting of a message.',
    },
    max_array_items: {
      kind: 'integer',
      default: DEFAULT_LIMITS.maxArrayItems,
      min: 100,
      max: 10_000_000,
      help: 'Values in one message.',
    },
    max_id_length: {
      kind: 'integer',
      default: DEFAULT_LIMITS.maxIdLength,
      min: 1,
      max: 4096,
      help: 'Characters of a request id.',
    },
    max_method_length: {
      kind: 'integer',
      default: DEFAULT_LIMITS.maxMethodLength,
      min: 32,
      max: 4096,
      help: 'Characters of a method name.',
    },
    max_opening_bytes: {
      kind: 'integer',
      default: 16_384,
      min: 1024,
      max: 1_048_576,
      help: 'Longest message before the session is open.',
    },
    max_unreadable: {
      kind: 'integer',
      default: 100,
      min: 1,
      max: 1_000_000,
      help: 'Unreadable messages before the connection is ended.',
    },
    max_in_flight: {
      kind: 'integer',
      default: 64,
      min: 1,
      max: 100_000,
      help: 'Unanswered calls on one connection.',
    },
    max_in_flight_per_principal: {
      kind: 'integer',
      default: 256,
      min: 1,
      max: 1_000_000,
      help: 'Unanswered calls of one caller over all connections.',
    },
    opening_timeout_ms: {
      kind: 'integer',
      default: 5000,
      min: 100,
      max: 600_000,
      help: 'How long a connection may stay without session/open.',
    },
    heartbeat_ms: {
      kind: 'integer',
      default: 25_000,
      min: 1000,
      max: 3_600_000,
      help: 'A peer silent for so long is pinged.',
    },
    heartbeat_timeout_ms: {
      kind: 'integer',
      default: 10_000,
      min: 1000,
      max: 600_000,
      help: 'How long it then has to answer.',
    },
  },
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
  log: {
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
  },
} as const satisfies Sections;

/** The checked, frozen configuration; names in camelCase, paths absolute. */
export type Config = { readonly [Section in keyof typeof SETTINGS]: Values<(typeof SETTINGS)[Section]> };
