import type { Sections } from '../setting.ts';

/** `[server]` */
export const SERVER = {
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
  tls_cert: {
    kind: 'text',
    format: 'file',
    help: 'Certificate chain, PEM; with tls_key it serves https and wss. A renewed file is taken up at once.',
  },
  tls_key: { kind: 'text', format: 'file', help: 'Private key of the certificate, PEM.' },
  tls_ca: { kind: 'text', format: 'file', help: 'Authorities whose client certificates are good, PEM.' },
  tls_client_certificates: {
    kind: 'text',
    choices: ['off', 'accept', 'require'],
    default: 'off',
    help: 'Whether clients may or must show a certificate of tls_ca; [auth.certificates] says whose is whose.',
  },
  allowed_origins: {
    kind: 'list',
    format: 'origin',
    default: [],
    help: 'Web pages that may connect, besides those the gateway itself serves.',
  },
  require_origin: {
    kind: 'flag',
    default: false,
    help: 'Refuses clients that name no origin: only web pages may connect.',
  },
  allowed_hosts: {
    kind: 'list',
    format: 'host',
    default: [],
    help: 'Names under which the gateway may be addressed; its local names are good where it listens locally.',
  },
  trusted_proxies: {
    kind: 'list',
    format: 'network',
    default: [],
    help: 'Proxies whose X-Forwarded-For is believed.',
  },
} as const satisfies Sections[string];
