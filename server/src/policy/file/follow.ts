import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import type { ToolLog } from '@callsheet/protocol';
import type { Clock } from '../../clock.ts';
import { type WatchFolder, watchFolder } from '../../watch-folder.ts';
import type { PolicyRules } from '../rules.ts';

export interface FollowParts {
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Pick<ToolLog, 'info' | 'warn'>;
  /** Other rules, in order, to be put in force. */
  readonly changed: (rules: PolicyRules) => void;
  /** The file is no longer in order; the rules so far stay. Also told to the log. */
  readonly onBad?: (error: unknown) => void;
  /** `watchFolder` when not given. */
  readonly watch?: WatchFolder;
}

export interface Following {
  /** Looks at the file now, watched or not; settles when what it says is in force or refused. */
  readonly reload: () => Promise<void>;
  readonly close: () => void;
}

/** What is followed. */
interface Source {
  readonly path: string;
  load(): Promise<Uint8Array>;
  understand(bytes: Uint8Array): PolicyRules;
}

/** Editors write a file in several steps; it is read when it has been left alone for so long. */
const QUIET_MS = 200;
/** The name under which Kubernetes exchanges all files of a folder at once. */
const EXCHANGED = '..data';

/** A short name for what a file holds. */
export function markOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Follows a policy file. Its folder is watched, not the file: most programs put a new file in its place. A file that is
 * written slowly may be seen half done, and half a policy can grant more than the whole; put it in place by renaming.
 *
 * @param known the mark of what is in force, so that only something else is told of.
 */
export function follow(source: Source, parts: FollowParts, known: string | undefined): Following {
  const { clock, log, changed, onBad, watch = watchFolder } = parts;
  let seen = known;
  let closed = false;
  const look = async (): Promise<void> => {
    const found = await source.load().then(
      (bytes) => ({ mark: markOf(bytes), bytes }),
      (error: unknown) => ({ mark: String(error), error }),
    );
    // What is bad or gone is told of once, not at every event beside it.
    if (closed || found.mark === seen) return;
    seen = found.mark;
    try {
      if ('error' in found) throw found.error;
      changed(source.understand(found.bytes));
      log.info({ file: source.path }, 'read the policy file again');
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      log.warn({ file: source.path, fault }, 'cannot use the policy file; the policy so far stays in force');
      onBad?.(error);
    }
  };
  // One after the other: a slow reading of an older file must not overwrite a newer one.
  let reading = Promise.resolve();
  const reload = (): Promise<void> => {
    reading = reading.then(look);
    return reading;
  };
  let forget = (): void => {};
  const heard = (name: string | null): void => {
    if (closed || (name !== null && name !== basename(source.path) && name !== EXCHANGED)) return;
    forget();
    forget = clock.after(QUIET_MS, () => void reload());
  };
  const unwatch = watch(dirname(source.path), heard, (error) => {
    log.warn({ fault: String(error) }, 'cannot watch the policy file; changes count when it is reloaded');
  });
  // It may have changed since it was read and before it was watched.
  heard(null);
  return {
    reload,
    close: () => {
      closed = true;
      forget();
      unwatch();
    },
  };
}
