import { lstat, readlink } from 'node:fs/promises';
import { dirname, join, parse, resolve, sep } from 'node:path';

/** More links in a row than this are a circle (Linux gives up at 40). */
const MOST_LINKS = 40;

/**
 * The folders in which something changes when the file behind a path changes: the file's own, and that of every symbolic
 * link on the way. Mounted secrets swap a link to a whole folder, certificate clients swap a link to a file.
 *
 * What does not exist ends the way; its folder is still there to be watched.
 */
export async function watchedFolders(path: string): Promise<string[]> {
  const folders = new Set<string>();
  let rest = resolve(path);
  for (let links = 0; links <= MOST_LINKS; links++) {
    const link = await firstLink(rest);
    if (link === undefined) {
      folders.add(dirname(rest));
      break;
    }
    folders.add(dirname(link.path));
    rest = resolve(dirname(link.path), link.target, link.rest);
  }
  return [...folders];
}

async function firstLink(path: string): Promise<{ path: string; target: string; rest: string } | undefined> {
  const { root } = parse(path);
  const steps = path.slice(root.length).split(sep);
  let walked = root;
  for (const [index, step] of steps.entries()) {
    walked = join(walked, step);
    const facts = await lstat(walked).catch(() => undefined);
    if (facts === undefined) return undefined;
    if (facts.isSymbolicLink()) {
      return { path: walked, target: await readlink(walked), rest: steps.slice(index + 1).join(sep) };
    }
  }
  return undefined;
}
