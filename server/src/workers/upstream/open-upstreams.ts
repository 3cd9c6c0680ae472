import { randomBytes } from 'node:crypto';
import type { Config } from '../../config/settings.ts';
import { type CredentialParts, credentialHeaders, readCredential } from '../dial/credential.ts';
import { CallsheetDialect } from './callsheet-dialect.ts';
import type { Dialect } from './dialect.ts';
import { JsonRpcDialect } from './jsonrpc-dialect.ts';
import { readToolsFile } from './read-tools-file.ts';
import { Upstream, type UpstreamHouse, type UpstreamReport } from './upstream.ts';

export interface UpstreamsParts extends UpstreamHouse, CredentialParts {
  /** Names of tools that speak of what this gateway itself keeps, e.g. `get_generation_status`. */
  readonly reserved: ReadonlySet<string>;
  /** Whether a session of this id is one of this very gateway. */
  readonly serves: (sessionId: string) => boolean;
}

/** All other servers whose tools are offered here. */
export interface Upstreams {
  start(): void;
  close(): void;
  list(): readonly UpstreamReport[];
}

type Settings = Config['workers']['upstreams'];

/** Reads what the upstreams need; connects to nobody before `start`. @throws Error for a list of tools that cannot be used */
export async function openUpstreams(settings: Settings, parts: UpstreamsParts): Promise<Upstreams> {
  const mark = randomBytes(5).toString('hex');
  const upstreams: Upstream[] = [];
  for (const [name, entry] of Object.entries(settings)) {
    const { url, slots, tags, zone, weight, tokenHeader, ...place } = entry;
    const facts = {
      ...{ name, url, slots, tags, zone, weight },
      instanceId: randomBytes(16).toString('base64url'),
      dialect: await dialectOf(name, entry, { ...parts, mark }),
      headers: async () => credentialHeaders(await readCredential(place, parts), tokenHeader),
    };
    upstreams.push(new Upstream(facts, parts));
  }
  return {
    start: () => {
      for (const upstream of upstreams) upstream.start();
    },
    close: () => {
      for (const upstream of upstreams) upstream.close();
    },
    list: () => upstreams.map((upstream) => upstream.report()),
  };
}

async function dialectOf(
  name: string,
  { dialect, toolsFile, allow, prefix }: Settings[string],
  { mark, reserved, serves, clock, readFile }: UpstreamsParts & { readonly mark: string },
): Promise<Dialect> {
  if (dialect === 'callsheet') {
    return new CallsheetDialect({ names: { allow, prefix, reserved }, mark, serves, clock });
  }
  const file = toolsFile ?? '';
  let text: string;
  try {
    text = await readFile(file);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new Error(`Cannot use the upstream "${name}": its tools_file "${file}" cannot be read (${code})`, { cause });
  }
  return new JsonRpcDialect(name, readToolsFile(text, file));
}
