import type { ChildProcess } from 'node:child_process';

/** Kills the whole group of a process started with `detached`, for a wrapper script may have started the real program. */
export function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}
