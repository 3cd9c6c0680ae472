import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { watchFolder } from '../watch-folder.ts';

/** How often the file is looked at besides being watched: twice within the second a change may take to count. */
const LOOK_MS = 500;

export interface FollowParts<T> {
  readonly clock: Clock;
  readonly log: Pick<ToolLog, 'info' | 'warn'>;
  /** What is in the file, for the log: «the keys». */
  readonly what: string;
  /** Reads and checks the whole file; a rejection leaves everything as it was. */
  readonly read: () => Promise<T>;
  readonly changed: (content: T) => void;
}

/** A file that is being followed. */
export interface Following {
  /** Reads now; resolves when everything changed until now was handed over. Never rejects. */
  refresh(): Promise<void>;
  /** Ends it: nothing is handed over any more. */
  end(): void;
}

/**
 * Hands over what the file contains, at once and whenever it changes, written in place or replaced by rename. The folder
 * is watched; because watches can fail without a word (network file systems, too many watches), the file is also looked
 * at twice a second.
 */
export function followFile<T>(path: string, { clock, log, what, read, changed }: FollowParts<T>): Following {
  let ended = false;
  let reading = Promise.resolve();
  let waiting = false;
  /** The file as it was just before it was last read well; undefined asks for another reading. */
  let seen: string | undefined;
  let fault: string | undefined;

  const readOnce = async (): Promise<void> => {
    waiting = false;
    if (ended) return;
    // Asked before reading: what changes during the reading is then still new to the next look.
    const mark = await markOf(path);
    try {
      const content = await read();
      if (ended) return;
      changed(content);
      if (fault !== undefined) log.info({}, `could read ${what} again`);
      [seen, fault] = [mark, undefined];
    } catch (error) {
      // A damaged file changes nothing: what was good stays good until the file can be read again.
      seen = undefined;
      if (!ended && fault !== String(error)) log.warn({ fault: String(error) }, `could not read ${what} again`);
      fault = String(error);
    }
  };
  /** One after the other: a slow reading of an older file must not overwrite a newer one. One that waits serves all. */
  const refresh = (): Promise<void> => {
    if (!waiting) {
      waiting = true;
      reading = reading.then(readOnce);
    }
    return reading;
  };
  const look = async (): Promise<void> => {
    if (seen === undefined || (await markOf(path)) !== seen) await refresh();
    if (!ended) cancel = clock.after(LOOK_MS, () => void look());
  };
  let cancel = clock.after(LOOK_MS, () => void look());
  const unwatch = watchFolder(
    dirname(path),
    (name) => {
      if (name === null || name === basename(path)) void refresh();
    },
    (error) => {
      log.warn({ fault: String(error) }, `cannot watch ${what}; looking every ${LOOK_MS} ms instead`);
    },
  );
  void refresh();
  return {
    refresh,
    end: () => {
      ended = true;
      cancel();
      unwatch();
    },
  };
}

/** Changes whenever the file does: another file under the name, another time, another length. */
async function markOf(path: string): Promise<string> {
  try {
    const { ino, mtimeNs, ctimeNs, size } = await stat(path, { bigint: true });
    return `${ino} ${mtimeNs} ${ctimeNs} ${size}`;
  } catch (error) {
    return String(error);
  }
}
