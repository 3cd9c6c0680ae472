import { writeFile } from 'node:fs/promises';
import type { NodeClient } from '../client.ts';
import { ProgressDisplay } from './progress-display.ts';
import { resultFiles } from './result-files.ts';
import type { Terminal } from './terminal.ts';

/** Saves the first file of a result under `path`; a result without files is saved itself, as JSON. */
export async function saveResult(client: NodeClient, result: unknown, path: string, terminal: Terminal): Promise<void> {
  const { stderr, interrupt, now } = terminal;
  const [file, ...others] = resultFiles(result);
  if (file === undefined) {
    await writeFile(path, `${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const display = new ProgressDisplay(stderr, now);
  try {
    await client.download(file, {
      to: path,
      signal: interrupt,
      onProgress: ({ receivedBytes, totalBytes }) => {
        display.show({ stage: 'download', fraction: totalBytes ? receivedBytes / totalBytes : 0 });
      },
    });
  } finally {
    display.end();
  }
  const more = others.length === 0 ? '' : `; the result names ${others.length} more`;
  stderr.write(`callsheet: saved ${path}${more}\n`);
}
