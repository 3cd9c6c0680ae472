import type { Sections } from '../setting.ts';

/** What the other side is shown, and where it stands; at most one of the three may be set. */
const TOKEN = {
  token: { kind: 'text', format: 'header_value', secret: true, help: 'The credential to show there.' },
  token_env: { kind: 'text', format: 'variable', help: 'The environment variable that holds the credential.' },
  token_file: {
    kind: 'text',
    format: 'file',
    help: 'The file that holds the credential; read again at every connection, so that it may be renewed.',
  },
} as const satisfies Sections[string];

/** `[workers.dial.<name>]`: workers that listen. */
export const DIAL = {
  kind: 'table',
  format: 'client',
  default: {},
  help: 'Workers that listen and are dialled by this gateway, each under a name of your choice.',
  entry: {
    url: {
      kind: 'text',
      format: 'socket_url',
      required: true,
      help: 'Where the worker listens, such as "wss://gpu-7.example:9000/".',
    },
    ...TOKEN,
  },
} as const satisfies Sections[string][string];

/** `[workers.upstreams.<name>]`: other servers whose tools are offered here. */
export const UPSTREAMS = {
  kind: 'table',
  format: 'client',
  default: {},
  help: 'Other JSON-RPC servers whose tools this gateway offers as its own.',
  entry: {
    url: {
      kind: 'text',
      format: 'socket_url',
      required: true,
      help: 'Its WebSocket, such as "wss://media.example/rpc".',
    },
    dialect: {
      kind: 'text',
      choices: ['callsheet', 'jsonrpc'],
      default: 'callsheet',
      help: 'callsheet: another gateway, which lists its tools. jsonrpc: every other JSON-RPC 2.0 server; tools_file lists them.',
    },
    tools_file: {
      kind: 'text',
      format: 'file',
      help: 'For jsonrpc: a JSON file that lists its tools: name, method, inputSchema and more; see upstreams.md.',
    },
    ...TOKEN,
    token_header: {
      kind: 'text',
      format: 'header_name',
      help: 'The header the credential goes into, as it is; Authorization with "Bearer " when not set.',
    },
    allow: {
      kind: 'list',
      format: 'pattern',
      default: ['*'],
      help: 'For callsheet: which of its tools are offered here, by their names there.',
    },
    prefix: {
      kind: 'text',
      format: 'tool_prefix',
      help: 'For callsheet: put before the names of its tools, such as "studio_".',
    },
    slots: { kind: 'integer', default: 16, min: 1, max: 10_000, help: 'Calls it is sent at once.' },
    tags: { kind: 'list', format: 'label', default: [], help: 'Tags of its tools, for callers who ask for one.' },
    zone: { kind: 'text', format: 'label', help: 'Where it stands, for callers who prefer what is near.' },
    weight: {
      kind: 'integer',
      default: 1,
      min: 1,
      max: 100,
      help: 'Its share beside other workers of the same tools.',
    },
  },
} as const satisfies Sections[string][string];
