import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { CallError } from '@callsheet/protocol';
import { childEnvironment, type Environment } from './environment.ts';
import { killGroup } from './kill-group.ts';
import { type FfmpegProgress, progressReader } from './progress.ts';
import { Tail } from './tail.ts';

/** The writing end of ffmpeg's standard input. */
export interface FfmpegInput {
  /**
   * Settles when the bytes have left this process, so that their memory may be used again; wait for it and you have
   * backpressure. Rejects when ffmpeg closed its input.
   */
  write(chunk: Uint8Array): Promise<void>;
}

export interface FfmpegRun {
  readonly path: string;
  /** Without the globals: those for silence and progress are added here. */
  readonly args: readonly string[];
  /** Writes standard input; its end is the end of the input. Absent: the input is empty. */
  readonly feed?: (input: FfmpegInput) => Promise<void>;
  /** Added to the few variables that are passed on. */
  readonly env?: Environment;
  /** Ends ffmpeg and everything it started, at once. The call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Longest time the process may run. */
  readonly timeoutMs: number;
  readonly onProgress?: (progress: FfmpegProgress) => void;
}

export interface FfmpegOutcome {
  /** The last report, or undefined when ffmpeg made none. */
  readonly progress: FfmpegProgress | undefined;
  /** What it said on standard error, at most the last 8,192 characters. */
  readonly words: string;
}

const GLOBALS = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'warning', '-progress', 'pipe:1'];
const KEPT_CHARACTERS = 8192;

/**
 * Runs one ffmpeg to its end, in a process group of its own. Should this process be killed, standard input closes and
 * ffmpeg ends by itself.
 *
 * @throws CallError UNAVAILABLE when it cannot be started, DEADLINE_EXCEEDED, STORAGE_FULL or TOOL_FAILED with its last
 *   words as the cause; the signal's reason; whatever `feed` throws
 */
export async function runFfmpeg(run: FfmpegRun): Promise<FfmpegOutcome> {
  run.signal?.throwIfAborted();
  const child = spawn(run.path, [...GLOBALS, ...run.args], {
    detached: process.platform !== 'win32',
    env: childEnvironment(process.env, run.env),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const tail = new Tail(KEPT_CHARACTERS);
  let progress: FfmpegProgress | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => tail.push(text));
  child.stdout.setEncoding('utf8').on(
    'data',
    progressReader((report) => {
      progress = report;
      run.onProgress?.(report);
    }),
  );

  let failure: Failure | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
    killGroup(child);
  };
  const onAbort = (): void => fail(run.signal?.reason);
  run.signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => fail(tooLong(run.timeoutMs)), run.timeoutMs);
  // Not awaited: ffmpeg may end first, and then a feed that waits for something else must not hold the answer back.
  feed(child.stdin, run.feed).catch((error: unknown) => {
    if (!(error instanceof InputClosed)) fail(error);
  });
  try {
    const ending = await endingOf(child);
    if (failure !== undefined) throw failure.error;
    if (ending.code !== 0) throw failed(run.path, ending, tail.text);
    return { progress, words: tail.text };
  } finally {
    clearTimeout(timer);
    run.signal?.removeEventListener('abort', onAbort);
  }
}

interface Failure {
  readonly error: unknown;
}

/** How a process ended: with a code, by a signal, or by never starting. */
interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error?: Error;
}

/** Waits for the process and for its pipes, that is for everything it started. */
function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error });
    });
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

/** ffmpeg no longer reads. Its exit code tells why, so this error never leaves the module. */
class InputClosed extends Error {}

async function feed(stdin: Writable, write: FfmpegRun['feed']): Promise<void> {
  // Each write reports its own failure; without a listener the stream would also throw it into the void.
  stdin.on('error', () => {});
  await write?.({
    write: (chunk) => {
      const written = new Promise<void>((resolve, reject) => {
        stdin.write(chunk, (error) => (error ? reject(new InputClosed(error.message)) : resolve()));
      });
      // A feed that fails before it comes back to wait must not bring the process down with a stray rejection.
      written.catch(() => {});
      return written;
    },
  });
  stdin.end();
}

function tooLong(timeoutMs: number): CallError {
  const sentence = `ffmpeg did not finish within "${timeoutMs}" ms and was ended; make a shorter video or allow more time`;
  return new CallError('DEADLINE_EXCEEDED', sentence);
}

function failed(path: string, ending: Ending, words: string): CallError {
  if (ending.error !== undefined) {
    const sentence = `Cannot start ffmpeg at "${path}"; check that the file exists and may be executed`;
    return new CallError('UNAVAILABLE', sentence, { retryable: false, cause: ending.error });
  }
  const cause = new Error(words === '' ? 'ffmpeg said nothing' : words);
  if (/No space left on device/i.test(words)) {
    return new CallError('STORAGE_FULL', 'Cannot write the media file: the disk is full; make room and try again', {
      cause,
    });
  }
  const how = ending.code === null ? `signal "${ending.signal}"` : `exit code "${ending.code}"`;
  const sentence = `ffmpeg failed with ${how}; its own words are the cause of this error, in the log of the worker`;
  return new CallError('TOOL_FAILED', sentence, { retryable: false, cause });
}
