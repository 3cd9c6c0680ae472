import { readFile } from 'node:fs/promises';
import type { Clock } from '../providers/clock.ts';

/** What a process that reads foreign bytes may use. */
export interface Bounds {
  /** Wall-clock milliseconds, and as many of processor time where the system can count them. */
  readonly timeoutMs: number;
  /** Bytes of memory of its own. */
  readonly memoryBytes: number;
  /** Bytes on standard output. */
  readonly outputBytes: number;
}

/** Bytes of memory a process holds now, or undefined where that cannot be told. */
export type ResidentBytes = (pid: number) => Promise<number | undefined>;

const LOOK_EVERY_MS = 50;

/** Sets the bounds before the program begins, through util-linux's `prlimit`: no files written, none dumped, few opened. */
export function withLimits(prlimit: string, bounds: Bounds, path: string, args: readonly string[]): [string, string[]] {
  const seconds = Math.ceil(bounds.timeoutMs / 1000);
  const limits = [`--data=${bounds.memoryBytes}`, `--cpu=${seconds}`, '--fsize=0', '--core=0', '--nofile=64'];
  return [prlimit, [...limits, '--', path, ...args]];
}

/** Linux tells it in kibibytes; elsewhere there is no such file. Source: proc(5), `/proc/pid/status`. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/mu.exec(status) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** Looks now and then until the process holds too much, which answers true, or until the signal ends the watch. */
export async function untilTooLarge(
  pid: number,
  limit: number,
  {
    clock,
    resident,
    signal,
  }: { readonly clock: Clock; readonly resident: ResidentBytes; readonly signal: AbortSignal },
): Promise<boolean> {
  try {
    for (;;) {
      await clock.sleep(LOOK_EVERY_MS, signal);
      const bytes = await resident(pid);
      if (bytes === undefined) return false;
      if (bytes > limit) return true;
    }
  } catch {
    return false;
  }
}
