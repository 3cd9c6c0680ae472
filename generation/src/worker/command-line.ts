import { parseArgs } from 'node:util';
import { OPTIONS } from './options.ts';
import { UsageError } from './usage-error.ts';

/** What was said, as it was said; undefined where nothing was. */
export interface Words {
  readonly gateway: readonly string[];
  readonly key: string | undefined;
  readonly keyFile: string | undefined;
  readonly name: string | undefined;
  readonly slots: number | undefined;
  readonly tags: readonly string[];
  readonly zone: string | undefined;
  readonly weight: number | undefined;
  readonly tools: readonly string[];
  readonly deny: readonly string[];
  readonly diagnostics: boolean;
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly allowPrivate: readonly string[];
  readonly ffmpegPath: string | undefined;
  readonly logLevel: string | undefined;
}

export type Wish =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'work'; readonly words: Words };

/**
 * Reads the arguments behind the program's name.
 *
 * @throws UsageError for an unknown option, a word too many, a value that is none, two options that exclude each other.
 */
export function readCommandLine(args: readonly string[]): Wish {
  const said = parse(args);
  if (said.help) return { kind: 'help' };
  if (said.version) return { kind: 'version' };
  const { 'key-file': keyFile, 'token-file': tokenFile, listen, gateway = [] } = said;
  if (said.key !== undefined && keyFile !== undefined) throw bothSaid('key', 'key-file');
  if (said.token !== undefined && tokenFile !== undefined) throw bothSaid('token', 'token-file');
  if (listen !== undefined && gateway.length > 0) throw bothSaid('listen', 'gateway');
  const { 'tls-cert': cert, 'tls-key': key } = said;
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError('Cannot encrypt with half of what it takes; give both --tls-cert and --tls-key');
  }
  return {
    kind: 'work',
    words: {
      gateway,
      key: said.key,
      keyFile,
      name: said.name,
      slots: numberOf('slots', said.slots, /^[1-9]\d{0,4}$/u, 'a whole number from 1 to 10000', 10_000),
      tags: listOf(said.tags),
      zone: said.zone,
      weight: numberOf('weight', said.weight, /^\d{1,3}(\.\d{1,6})?$/u, 'a number from 0.01 to 100', 100, 0.01),
      tools: listOf(said.tools),
      deny: listOf(said.deny),
      diagnostics: said.diagnostics === true,
      listen: listen === undefined ? undefined : hostAndPort(listen),
      token: said.token,
      tokenFile,
      tls: cert === undefined || key === undefined ? undefined : { cert, key },
      allowPrivate: listOf(said['allow-private']),
      ffmpegPath: said['ffmpeg-path'],
      logLevel: said['log-level'],
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot read the command line: ${reason}`, { cause });
  }
}

/** Several values between commas, and the option several times, mean the same. */
function listOf(said: readonly string[] | undefined): readonly string[] {
  return (said ?? []).flatMap((text) => text.split(',').map((item) => item.trim())).filter((item) => item !== '');
}

function numberOf(
  option: string,
  text: string | undefined,
  form: RegExp,
  wish: string,
  most: number,
  least = 1,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (form.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`Cannot use --${option} "${text}"; give ${wish}`);
}

function hostAndPort(text: string): { host: string; port: number } {
  const [, bracketed, plain, port = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/u.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new UsageError(`Cannot use --listen "${text}"; give an address of this machine with a port, like 0.0.0.0:9090`);
}

function bothSaid(one: string, other: string): UsageError {
  return new UsageError(`Cannot use --${one} and --${other} together; give one of them`);
}
