import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CallError } from '@callsheet/protocol';
import { childEnvironment, type Environment } from '../ffmpeg/environment.ts';
import { killGroup } from '../ffmpeg/kill-group.ts';
import { Tail } from '../ffmpeg/tail.ts';
import type { Clock } from '../providers/clock.ts';
import { type Bounds, type ResidentBytes, residentBytes, untilTooLarge, withLimits } from './memory-bound.ts';

export interface BoundedRun {
  readonly path: string;
  /** Handed over as they are; no shell sees them. */
  readonly args: readonly string[];
  readonly bounds: Bounds;
  readonly signal: AbortSignal;
}

export interface BoundedPorts {
  readonly clock: Clock;
  readonly env: Environment;
  /** Where `prlimit` is; absent: memory is watched instead, where the system tells it. */
  readonly prlimit?: string | undefined;
  readonly resident?: ResidentBytes;
}

/** How the program ended: well, badly with its last words, or by one of its bounds. */
export type BoundedEnd =
  | { readonly kind: 'done'; readonly output: string }
  | { readonly kind: 'failed'; readonly words: string }
  | { readonly kind: 'bound'; readonly bound: 'time' | 'memory' | 'output' };

const KEPT_CHARACTERS = 2048;

/**
 * Runs a program that reads bytes from strangers: without input, in a group of its own that is killed as a whole, and with
 * bounds on time, memory and output.
 *
 * @throws CallError UNAVAILABLE when it cannot be started; the signal's reason
 */
export async function runBounded(run: BoundedRun, ports: BoundedPorts): Promise<BoundedEnd> {
  const { bounds, signal } = run;
  signal.throwIfAborted();
  const { clock, env, prlimit, resident = residentBytes } = ports;
  const [path, args] = prlimit === undefined ? [run.path, run.args] : withLimits(prlimit, bounds, run.path, run.args);
  const child = spawn(path, args, {
    detached: process.platform !== 'win32',
    env: childEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const stop = new AbortController();
  let broken: 'time' | 'memory' | 'output' | undefined;
  const end = (bound?: typeof broken): void => {
    broken ??= bound;
    killGroup(child);
  };
  const abort = (): void => end();
  signal.addEventListener('abort', abort, { once: true });
  const output: Buffer[] = [];
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > bounds.outputBytes) end('output');
    else output.push(chunk);
  });
  const words = new Tail(KEPT_CHARACTERS);
  child.stderr.setEncoding('utf8').on('data', (text: string) => words.push(text));
  const watches = [
    clock.sleep(bounds.timeoutMs, stop.signal).then(
      () => end('time'),
      () => undefined,
    ),
    watchMemory(child.pid, bounds.memoryBytes).then((late) => (late ? end('memory') : undefined)),
  ];
  try {
    // `close` comes when the pipes are shut, that is when everything the program started has ended.
    const [code] = await once(child, 'close');
    signal.throwIfAborted();
    if (broken !== undefined) return { kind: 'bound', bound: broken };
    return code === 0
      ? { kind: 'done', output: Buffer.concat(output).toString('utf8') }
      : { kind: 'failed', words: words.text };
  } catch (error) {
    signal.throwIfAborted();
    throw notStarted(path, error);
  } finally {
    signal.removeEventListener('abort', abort);
    stop.abort();
    await Promise.all(watches);
  }

  function watchMemory(pid: number | undefined, limit: number): Promise<boolean> {
    // The limit that the system keeps is exact; a watch would only come too late.
    if (pid === undefined || prlimit !== undefined) return Promise.resolve(false);
    return untilTooLarge(pid, limit, { clock, resident, signal: stop.signal });
  }
}

function notStarted(path: string, cause: unknown): CallError {
  const sentence = `Cannot start "${path}"; check that the file exists and may be executed`;
  return new CallError('UNAVAILABLE', sentence, { retryable: false, cause });
}
