import type { ToolLog } from '@callsheet/protocol';
import { type ProvideOptions, type Provider, provide, RpcClientError } from '@callsheet/sdk-node';
import { createGeneration, type Generation } from '../create-generation.ts';
import type { GenerationOptions } from '../generation-options.ts';
import { chooseTools } from './choose-tools.ts';
import { readCommandLine, type Words } from './command-line.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { generationSettings } from './generation-settings.ts';
import { helpText } from './help.ts';
import { openLog } from './log.ts';
import { providerSettings } from './provider-settings.ts';
import type { Environment, Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

/** What the command puts together. */
export interface Parts {
  readonly generation: (options: GenerationOptions) => Generation;
  readonly provide: (options: ProvideOptions, platform: { readonly environment: Environment }) => Promise<Provider>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const PARTS: Parts = { generation: createGeneration, provide, now: Date.now };

/** How long calls in flight may take at a stop. */
const DRAIN_MS = 20_000;
const MOST_THREADS = 64;

/** Runs the command. Resolves when it is done: after a stop, or when there is nothing to do. */
export async function main(terminal: Terminal, parts: Parts = PARTS): Promise<ExitCode> {
  try {
    const wish = readCommandLine(terminal.args);
    if (wish.kind === 'work') return await work(wish.words, terminal, parts);
    terminal.stdout.write(wish.kind === 'help' ? helpText() : `${VERSION}\n`);
    return EXIT.DONE;
  } catch (error) {
    const wrongUse = error instanceof UsageError;
    const sentence = error instanceof Error ? error.message : String(error);
    terminal.stderr.write(`callsheet-worker: ${sentence}${wrongUse ? '\nSee callsheet-worker --help' : ''}\n`);
    if (wrongUse) return EXIT.USAGE;
    return RpcClientError.is(error) && error.code !== 'CONNECT_FAILED' ? EXIT.REFUSED : EXIT.FAILED;
  }
}

async function work(words: Words, { env, stdout, stderr, onStop, cores }: Terminal, parts: Parts): Promise<ExitCode> {
  const log = openLog(words.logLevel ?? (env.CALLSHEET_LOG_LEVEL || 'info'), stderr, parts.now);
  // A render keeps two cores busy: more of them at once would only take turns.
  const slots = words.slots ?? Math.max(1, Math.floor(cores / 2));
  const stop = new AbortController();
  onStop(() => stop.abort());
  const threads = Math.min(MOST_THREADS, cores, slots + 1);
  const generation = openGeneration(generationSettings(words, env, threads), parts);
  try {
    const tools = chooseTools(generation.tools, words.tools, words.deny);
    const settings = await providerSettings(words, env, slots);
    // Whoever is registered is called at once.
    await generation.warm();
    if (stop.signal.aborted) return EXIT.DONE;
    const own = { version: VERSION, tools, log, signals: false, drainMs: DRAIN_MS };
    const provider = await begin({ ...settings, ...own }, env, stop.signal, parts);
    if (provider === undefined) return EXIT.DONE;
    const offer = `${tools.length === 1 ? '1 tool' : `${tools.length} tools`}, ${slots} at once`;
    announce(provider, (line) => void stdout.write(`callsheet-worker ${line} (${offer})\n`));
    await stopped(stop.signal);
    return await drain(provider, log, parts.now);
  } finally {
    await generation.close();
  }
}

function openGeneration(options: GenerationOptions, parts: Parts): Generation {
  try {
    return parts.generation(options);
  } catch (error) {
    throw asUsage(error);
  }
}

/** An option that cannot be used came from the command line or a variable. */
function asUsage(error: unknown): unknown {
  return error instanceof TypeError ? new UsageError(error.message, { cause: error }) : error;
}

/** Resolves when a gateway took the worker in; with nothing when it was stopped before. */
async function begin(
  options: ProvideOptions,
  environment: Environment,
  stop: AbortSignal,
  parts: Parts,
): Promise<Provider | undefined> {
  // Only until then does a stop mean that all is over at once.
  const giveUp = new AbortController();
  const onStop = (): void => giveUp.abort();
  stop.addEventListener('abort', onStop);
  try {
    return await parts.provide({ ...options, signal: giveUp.signal }, { environment });
  } catch (error) {
    if (stop.aborted) return undefined;
    throw asUsage(error);
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}

/** Tells who took the worker in, now and whenever it happens again. */
function announce(provider: Provider, say: (line: string) => void): void {
  const registered = (url: string, workerId = 'unnamed'): void => say(`is registered at ${url} as ${workerId}`);
  const { address, gateways } = provider;
  if (address !== undefined) say(`listens on ${address.host}:${address.port}`);
  for (const { url, state, workerId } of gateways) if (state === 'registered') registered(url, workerId);
  provider.on('registered', ({ url, workerId }) => registered(url, workerId));
}

async function drain(provider: Provider, log: ToolLog, now: () => number): Promise<ExitCode> {
  log.info({ inFlight: provider.inFlight }, 'going down');
  const startedAt = now();
  await provider.drain();
  // It takes all of its time only when something did not end by itself.
  return now() - startedAt < DRAIN_MS ? EXIT.DONE : EXIT.FAILED;
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
