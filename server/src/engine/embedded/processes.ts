import { readFileSync } from 'node:fs';

/** What the owner lock asks about the processes of this machine. */
export interface Processes {
  /** Our own id. */
  readonly pid: number;
  /**
   * Something that differs between two processes that had the same id one after the other, or undefined where the
   * system does not tell (only Linux does).
   */
  incarnation(pid: number): string | undefined;
  /** True also for processes of other users. */
  isAlive(pid: number): boolean;
}

export const systemProcesses: Processes = {
  pid: process.pid,
  incarnation(pid) {
    try {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      // proc(5): field 22 is the start time in ticks since boot.
      const start = statOf(pid)[19];
      return start === undefined ? undefined : `${boot}/${start}`;
    } catch {
      return undefined;
    }
  },
  isAlive(pid) {
    try {
      process.kill(pid, 0);
      return !isZombie(pid);
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'EPERM';
    }
  },
};

/** It is dead and holds nothing; only its parent has not asked yet how it ended, and some parents never do. */
function isZombie(pid: number): boolean {
  try {
    return statOf(pid)[0] === 'Z';
  } catch {
    return false;
  }
}

/** From field 3 on: the name in field 2 may contain spaces and brackets. */
function statOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
