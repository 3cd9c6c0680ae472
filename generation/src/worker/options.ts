/** One option, in the shape `parseArgs` of `node:util` reads. */
interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: true;
  /** What stands for the value in the help: NAME in `--name NAME`. */
  readonly value?: string;
  readonly help: string;
}

/** Everything that can be said on the command line; help and manual are made of it. */
export const OPTIONS = {
  gateway: {
    type: 'string',
    multiple: true,
    value: 'URL',
    help: 'dial this gateway, wss://host/rpc; several times for several (CALLSHEET_URL, default ws://127.0.0.1:8081/rpc)',
  },
  key: { type: 'string', value: 'KEY', help: 'the API key; other users can see it: prefer CALLSHEET_API_KEY' },
  'key-file': { type: 'string', value: 'FILE', help: 'read the API key here, again at every dial' },
  name: { type: 'string', value: 'NAME', help: 'what people call this worker (the name of the machine)' },
  slots: { type: 'string', value: 'N', help: 'calls at once (half the cores, at least 1: a render keeps two busy)' },
  tags: { type: 'string', multiple: true, value: 'A,B', help: 'what callers may ask for, such as gpu' },
  zone: { type: 'string', value: 'ZONE', help: 'where it stands, for callers who prefer what is near' },
  weight: { type: 'string', value: 'X', help: 'its share beside other workers, 0.01 to 100 (1)' },
  tools: { type: 'string', multiple: true, value: 'A,B_*', help: 'offer only these; * stands for any characters (*)' },
  deny: { type: 'string', multiple: true, value: 'A,B_*', help: 'do not offer these, whatever --tools says' },
  diagnostics: { type: 'boolean', help: 'offer the tools that echo, sleep and fail too' },
  listen: { type: 'string', value: 'HOST:PORT', help: 'do not dial: let gateways dial this address; needs a token' },
  token: { type: 'string', value: 'TOKEN', help: 'what they must show; prefer CALLSHEET_WORKER_TOKEN' },
  'token-file': { type: 'string', value: 'FILE', help: 'read the token here' },
  'tls-cert': { type: 'string', value: 'FILE', help: 'listen with this certificate chain, PEM (not encrypted)' },
  'tls-key': { type: 'string', value: 'FILE', help: 'and its private key, PEM' },
  'allow-private': {
    type: 'string',
    multiple: true,
    value: 'HOST:PORT',
    help: 'media may be fetched from this host inside your own network (none)',
  },
  'ffmpeg-path': { type: 'string', value: 'FILE', help: 'the ffmpeg to use (CALLSHEET_TOOLS_FFMPEG_PATH, else found)' },
  'log-level': {
    type: 'string',
    value: 'LEVEL',
    help: 'debug, info, warn, error or silent (CALLSHEET_LOG_LEVEL, info)',
  },
  version: { type: 'boolean', help: 'say which version this is' },
  help: { type: 'boolean', short: 'h', help: 'say this' },
} as const satisfies Readonly<Record<string, Option>>;

/** Variables that set what has no option; the gateway reads them under the same names. */
export const VARIABLES = {
  CALLSHEET_LLM_BASE_URL: 'an OpenAI-compatible service that writes scripts, up to and with /v1',
  CALLSHEET_LLM_API_KEY: 'its key',
  CALLSHEET_LLM_MODEL: 'the model to ask; goes with the address',
  CALLSHEET_OLLAMA_DETECT: 'false: do not look for a local Ollama (true)',
  CALLSHEET_OLLAMA_URL: 'where to look for it (its usual address)',
  CALLSHEET_INTAKE_ALLOW_HTTP: 'true: media may be fetched over plain http too (false)',
  CALLSHEET_INTAKE_MAX_BYTES: 'the largest file that is fetched (536870912)',
} as const;
