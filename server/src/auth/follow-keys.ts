import { watch } from 'node:fs';
import { join } from 'node:path';
import type { ToolLog } from '@callsheet/protocol';
import type { KeyRecord } from './key-ring.ts';
import { openKeyStore } from './key-store.ts';

/**
 * Calls back whenever the stored keys change, because another process made or revoked one.
 *
 * @returns a function that ends it.
 */
export function followKeys(
  dataDir: string,
  log: Pick<ToolLog, 'info' | 'warn'>,
  changed: (records: readonly KeyRecord[]) => void,
): () => void {
  let reading = Promise.resolve();
  const read = async (): Promise<void> => {
    try {
      const { records } = await openKeyStore(dataDir);
      changed(records);
      log.info({ keys: records.length }, 'read the keys again');
    } catch (error) {
      // A damaged file changes nothing: whoever had a key keeps it until the file can be read again.
      log.warn({ fault: String(error) }, 'could not read the keys again');
    }
  };
  const blind = (error: unknown): void => {
    log.warn({ fault: String(error) }, 'cannot watch the keys; changes count after the next start');
  };
  try {
    // One after the other: a slow reading of an older file must not overwrite a newer one.
    const watcher = watch(join(dataDir, 'auth'), (_event, name) => {
      if (name === 'keys.json') reading = reading.then(read);
    });
    watcher.on('error', blind);
    watcher.unref();
    return () => watcher.close();
  } catch (error) {
    // Some file systems cannot be watched, and watches can run out. That is no reason not to serve.
    blind(error);
    return () => {};
  }
}
