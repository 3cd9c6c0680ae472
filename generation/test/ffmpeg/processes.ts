import { readFile, watch } from 'node:fs/promises';
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

/** Waits until a file holds a line, and answers the text. */
export async function untilWritten(folder: string, path: string): Promise<string> {
  const watching = new AbortController();
  const changes = watch(folder, { signal: watching.signal, persistent: false })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const text = await readFile(path, 'utf8').catch(() => '');
      if (text.endsWith('\n')) return text.trim();
      await changes.next();
    }
  } finally {
    watching.abort();
    await changes.next().catch(() => undefined);
  }
}
