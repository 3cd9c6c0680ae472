import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import { keptLog } from '../../../server/test/kept-log.ts';
import { RotatingFile, type RotatingFileOptions } from '../../src/log/rotating-file.ts';

export interface OpenedFile {
  readonly file: RotatingFile;
  readonly clock: FakeClock;
  readonly log: ReturnType<typeof keptLog>;
}

/** A file `log.jsonl` on a clock whose hands the test turns. */
export async function openFile(folder: string, options: Partial<RotatingFileOptions> = {}): Promise<OpenedFile> {
  const clock = new FakeClock();
  const log = keptLog();
  const file = await RotatingFile.open({
    folder,
    name: 'log',
    after: (ms, callback) => clock.after(ms, callback),
    log,
    lost: (count) => `{"lost":${count}}\n`,
    ...options,
  });
  return { file, clock, log };
}

/** Names of the files of one log, the oldest first. */
export function filesOf(folder: string, name = 'log'): string[] {
  const pattern = new RegExp(`^${name}(?:\\.(\\d+))?\\.jsonl$`);
  const number = (file: string): number => Number(pattern.exec(file)?.[1] ?? 0);
  return readdirSync(folder)
    .filter((file) => pattern.test(file))
    .sort((a, b) => number(b) - number(a));
}

/** Every line of every file of one log, the oldest first. Throws for a line that is no JSON, or is cut off. */
export function linesOf<Line>(folder: string, name = 'log'): Line[] {
  return filesOf(folder, name).flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    if (text !== '' && !text.endsWith('\n')) throw new Error(`${file} ends with half a line`);
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  });
}
