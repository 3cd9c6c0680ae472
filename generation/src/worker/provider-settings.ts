import { readFile } from 'node:fs/promises';
import type { ListenOptions, ProvideOptions } from '@callsheet/sdk-node';
import type { Words } from './command-line.ts';
import type { Environment } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export type ProviderSettings = Pick<
  ProvideOptions,
  'url' | 'listen' | 'auth' | 'name' | 'slots' | 'tags' | 'zone' | 'weight'
>;

/**
 * Who the worker is to its gateways, and how they meet. What is not said is left to `provide`, which reads CALLSHEET_URL and
 * the credential of the environment.
 *
 * @throws UsageError for a file that cannot be read or is empty, for a listener without a token, and for who dials without a key.
 */
export async function providerSettings(words: Words, env: Environment, slots: number): Promise<ProviderSettings> {
  const { gateway, name, tags, zone, weight } = words;
  const auth = await credentials(words);
  const listen = await listener(words, env);
  if (listen === undefined && auth === undefined && !CREDENTIALS.some((name) => env[name])) throw withoutKey();
  return {
    slots,
    tags,
    ...(gateway.length > 0 && { url: gateway }),
    ...(listen !== undefined && { listen }),
    ...(auth !== undefined && { auth }),
    ...(name !== undefined && { name }),
    ...(zone !== undefined && { zone }),
    ...(weight !== undefined && { weight }),
  };
}

/** Of these `provide` makes credentials by itself. */
const CREDENTIALS = ['CALLSHEET_API_KEY', 'CALLSHEET_TOKEN', 'CALLSHEET_HMAC_ID'];

async function credentials({ key, keyFile }: Words): Promise<ProvideOptions['auth']> {
  if (key !== undefined) return { type: 'apiKey', apiKey: key };
  if (keyFile === undefined) return undefined;
  // Now, so that a wrong path is told at once; and again at every dial, so that a renewed key is picked up.
  await secretIn('key-file', keyFile);
  return { type: 'apiKey', apiKey: () => secretIn('key-file', keyFile) };
}

async function listener(
  { listen, token, tokenFile, tls }: Words,
  env: Environment,
): Promise<ListenOptions | undefined> {
  if (listen === undefined) return undefined;
  const shown =
    tokenFile === undefined ? (token ?? env.CALLSHEET_WORKER_TOKEN) : await secretIn('token-file', tokenFile);
  if (!shown) {
    throw new UsageError('Cannot listen without a token: whoever dials could send calls; set CALLSHEET_WORKER_TOKEN');
  }
  if (tls === undefined) return { ...listen, token: shown };
  const [cert, key] = await Promise.all([textIn('tls-cert', tls.cert), textIn('tls-key', tls.key)]);
  return { ...listen, token: shown, tls: { cert, key } };
}

function withoutKey(): UsageError {
  const make = '"callsheet-server keys create --role worker" makes one at the gateway';
  return new UsageError(`Cannot dial a gateway without a key: set CALLSHEET_API_KEY or say --key-file; ${make}`);
}

async function secretIn(option: string, file: string): Promise<string> {
  const text = (await textIn(option, file)).trim();
  if (text !== '') return text;
  throw new UsageError(`Cannot use --${option} "${file}": the file is empty`);
}

async function textIn(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot read --${option} "${file}": ${reason}`, { cause });
  }
}
