/**
 * plain: not a path · path: a path, or a list of paths · paths: everything in it is a path, under whatever names.
 */
export type NameKind = 'plain' | 'path' | 'paths';

const PATH_NAME = /(?:path|dir|directory|root|folder)(?<many>s)?$/;
const DIRECTORIES = /directories$/;

/** Names that are remembered, and how long they may be; others are looked at anew, since callers may make names up. */
const MOST_REMEMBERED = 4096;
const LONGEST_REMEMBERED = 64;

/**
 * Tells by its name whether an argument is a path: its last word ends in path, dir, directory, root or folder, or in
 * their plurals, however the words are joined (`destPath`, `sequence_path`, `ENGINE_ROOT`, `workdir`, `path2`).
 */
export function pathNames(): (name: string) => NameKind {
  const known = new Map<string, NameKind>();
  return (name) => {
    let kind = known.get(name);
    if (kind === undefined) {
      kind = kindOf(name);
      if (known.size < MOST_REMEMBERED && name.length <= LONGEST_REMEMBERED) known.set(name, kind);
    }
    return kind;
  };
}

function kindOf(name: string): NameKind {
  const word = withoutNumber(name).toLowerCase();
  if (DIRECTORIES.test(word)) return 'paths';
  const found = PATH_NAME.exec(word);
  if (found === null) return 'plain';
  return found.groups?.many === undefined ? 'path' : 'paths';
}

function withoutNumber(name: string): string {
  let end = name.length;
  while (end > 0 && /[0-9_-]/.test(name.charAt(end - 1))) end--;
  return name.slice(0, end);
}
