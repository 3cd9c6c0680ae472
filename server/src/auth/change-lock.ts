import { mkdir } from 'node:fs/promises';
import { type Clock, systemClock } from '../clock.ts';
import { acquireOwnerLock, type OwnerLock } from '../engine/embedded/owner-lock.ts';
import { type Processes, systemProcesses } from '../engine/embedded/processes.ts';

export interface LockParts {
  readonly clock?: Clock;
  readonly processes?: Processes;
  /** A number from 0 to 1, so that those who wait do not all come back in one moment. */
  readonly random?: () => number;
  /** How long to wait for somebody else's change; 10 s. A change takes milliseconds, so longer means something hangs. */
  readonly patienceMs?: number;
}

const PAUSE_MS = 4;

/**
 * Does the work while no other process, and nobody else in this one, does any under the same lock. The lock of a
 * process that died is taken over.
 *
 * @param folder holds the lock and nothing else; made when missing
 * @throws Error when another process works for longer than the patience lasts; the error of the work
 */
export async function whileLocked<T>(folder: string, work: () => Promise<T>, parts: LockParts = {}): Promise<T> {
  const lock = await acquire(folder, parts);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function acquire(folder: string, parts: LockParts): Promise<OwnerLock> {
  const { clock = systemClock, processes = systemProcesses, random = Math.random, patienceMs = 10_000 } = parts;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const began = clock.monotonic();
  for (;;) {
    try {
      return acquireOwnerLock(folder, processes, () => clock.now());
    } catch (error) {
      // Errors of the system have a code. The one without says that somebody holds the lock.
      if (!(error instanceof Error) || 'code' in error) throw error;
      const waitedMs = clock.monotonic() - began;
      if (waitedMs >= patienceMs) throw stuck(folder, waitedMs, error);
    }
    await new Promise<void>((resolve) => {
      clock.after(PAUSE_MS * (1 + 4 * random()), resolve);
    });
  }
}

function stuck(folder: string, waitedMs: number, cause: Error): Error {
  return new Error(
    `Cannot change what "${folder}" guards: another process has been changing it for ${Math.round(waitedMs / 1000)} s; ` +
      'see whether it hangs, and try again when it has ended',
    { cause },
  );
}
