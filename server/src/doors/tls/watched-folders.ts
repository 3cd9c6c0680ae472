import { lstat, readlink } from 'node:fs/promises';
import { dirname, join, parse, resolve, sep } from 'node:path';

/** More links in a row than this are a circle (Linux gives up at 40). */
const MOST_LINKS = 40;

/** What is asked of the disk. */
export interface Links {
  readonly lstat: (path: string) => Promise<{ isSymbolicLink(): boolean }>;
  readonly readlink: (path: string) => Promise<string>;
}

/**
 * The folders in which something changes when the file behind a path changes: the file's own, and that of every symbolic
 * link on the way. Mounted secrets swap a link to a whole folder, certificate clients swap a link to a file.
 *
 * What does not exist, or is exchanged while it is looked at, ends the way; the folder it was in is still there to be
 * watched. Never rejects.
 */
export async function watchedFolders(path: string, disk: Links = { lstat, readlink }): Promise<string[]> {
  const folders = new Set<string>();
  let rest = resolve(path);
  for (let links = 0; links <= MOST_LINKS; links++) {
    const link = await firstLink(rest, disk);
    folders.add(dirname(link?.path ?? rest));
    if (link?.target === undefined) break;
    rest = resolve(dirname(link.path), link.target, link.rest);
  }
  return [...folders];
}

/** The first step that is not simply there: a link, or, without a target, what is missing. */
interface Turn {
  readonly path: string;
  readonly target: string | undefined;
  readonly rest: string;
}

async function firstLink(path: string, disk: Links): Promise<Turn | undefined> {
  const { root } = parse(path);
  const steps = path.slice(root.length).split(sep);
  let walked = root;
  for (const [index, step] of steps.entries()) {
    walked = join(walked, step);
    const facts = await disk.lstat(walked).catch(() => undefined);
    if (facts === undefined) return { path: walked, target: undefined, rest: '' };
    if (facts.isSymbolicLink()) {
      // Between the two questions the link can have been taken away, or have become a file.
      const target = await disk.readlink(walked).catch(() => undefined);
      return { path: walked, target, rest: steps.slice(index + 1).join(sep) };
    }
  }
  return undefined;
}
