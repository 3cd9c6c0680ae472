import { existsSync, readFileSync, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** True while a process runs; one that has ended and only waits to be collected counts as gone. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) [ZX] /.test(stat);
}

/** Settles when a process that is not our child has ended; nothing else tells, so it looks every few milliseconds. */
export async function untilGone(pid: number): Promise<void> {
  while (await isRunning(pid)) await setTimeout(5);
}

/** Waits until a file holds a line, and answers the text. The watch begins before the first look: nothing slips between. */
export function untilWritten(folder: string, path: string): Promise<string> {
  return new Promise((resolve) => {
    const watcher = watch(folder, () => look());
    const look = (): void => {
      if (!existsSync(path)) return;
      const text = readFileSync(path, 'utf8');
      if (!text.endsWith('\n')) return;
      watcher.close();
      resolve(text.trim());
    };
    look();
  });
}
