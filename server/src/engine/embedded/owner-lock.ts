import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '@callsheet/protocol';
import type { Processes } from './processes.ts';

/** The proof that this process alone works in a data directory. */
export interface OwnerLock {
  release(): void;
}

interface Owner {
  readonly pid: number;
  readonly incarnation?: string;
  /** ISO 8601. */
  readonly since: string;
  /** True when the owner left in order. */
  readonly released: boolean;
}

const FILE = /^owner\.(\d{1,12})\.json$/;

/**
 * Makes this process the only owner of `directory`, or throws an error that names the process that is.
 *
 * Each owner writes a file with the next number, created exclusively; the highest number counts. A dead owner's file is
 * never removed before the next one exists, so of two processes that find the same dead owner only one can become the
 * next, however long either of them sleeps in between. Process ids are trusted within one process namespace: two
 * containers that share a volume do not see each other here.
 */
export function acquireOwnerLock(directory: string, processes: Processes, now: () => number): OwnerLock {
  mkdirSync(directory, { recursive: true });
  const incarnation = processes.incarnation(processes.pid);
  const self: Owner = {
    pid: processes.pid,
    ...(incarnation !== undefined && { incarnation }),
    since: new Date(now()).toISOString(),
    released: false,
  };
  const draft = join(directory, `owner.${processes.pid}.draft`);
  const nameOf = (number: number): string => join(directory, `owner.${number}.json`);

  for (;;) {
    const newest = Math.max(0, ...ownerNumbers(directory));
    const owner = newest === 0 ? undefined : readOwner(nameOf(newest));
    if (owner !== undefined && isWorking(owner, processes)) throw heldBy(owner, directory, nameOf(newest));
    const number = newest + 1;
    writeFileSync(draft, JSON.stringify(self), { mode: 0o600 });
    // A link appears with its whole content at once, and never replaces another file.
    const linked = link(draft, nameOf(number));
    rmSync(draft, { force: true });
    if (!linked) continue;
    const numbers = ownerNumbers(directory);
    if (Math.max(...numbers) > number) {
      // We slept while others came and went, and took a number that had already been cleared away.
      rmSync(nameOf(number), { force: true });
      continue;
    }
    for (const old of numbers) if (old < number) rmSync(nameOf(old), { force: true });
    return {
      release() {
        // The file stays, so that numbers never start again while somebody still holds an old one in mind.
        writeFileSync(draft, JSON.stringify({ ...self, released: true }), { mode: 0o600 });
        renameSync(draft, nameOf(number));
      },
    };
  }
}

function ownerNumbers(directory: string): number[] {
  return readdirSync(directory)
    .map((name) => FILE.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number);
}

/** Undefined when the file vanished or is not ours; the next number is then free to take. */
function readOwner(file: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isJsonObject(value) || typeof value.pid !== 'number') return undefined;
    return {
      pid: value.pid,
      ...(typeof value.incarnation === 'string' && { incarnation: value.incarnation }),
      since: typeof value.since === 'string' ? value.since : 'an unknown time',
      released: value.released === true,
    };
  } catch {
    return undefined;
  }
}

/** Alive, and the same process that wrote the file rather than a later one that was given its id. */
function isWorking(owner: Owner, processes: Processes): boolean {
  if (owner.released || !processes.isAlive(owner.pid)) return false;
  const incarnation = processes.incarnation(owner.pid);
  return owner.incarnation === undefined || incarnation === undefined || owner.incarnation === incarnation;
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function heldBy(owner: Owner, directory: string, file: string): Error {
  return new Error(
    `Cannot open the data directory "${directory}": process ${owner.pid} owns it since ${owner.since}; stop that gateway, ` +
      `or give this one another directory with CALLSHEET_DATA_DIR. If process ${owner.pid} is no gateway, remove "${file}"`,
  );
}
