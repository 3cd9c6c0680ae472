import { BORROWED_VARIABLES } from './borrowed-names.ts';
import { ALL, type Listed, variablesOf } from './directory.ts';
import type { Found } from './found.ts';
import type { Problem } from './problems.ts';
import type { Reading } from './read-file.ts';
import { longVariable, type Setting } from './setting.ts';
import { didYouMean, nearest } from './suggest.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names the file to read. */
export const FILE_VARIABLE = 'CALLSHEET_CONFIG';
const PREFIX = 'CALLSHEET_';
/** Read by the client and the command line, which often share a shell with the gateway. */
const OF_OTHERS: readonly string[] = [
  FILE_VARIABLE,
  'CALLSHEET_URL',
  'CALLSHEET_API_KEY',
  'CALLSHEET_TOKEN',
  'CALLSHEET_HMAC_ID',
  'CALLSHEET_HMAC_SECRET',
];

const SETTERS: ReadonlyMap<string, { path: string; setting: Setting }> = new Map(
  ALL.flatMap((listed) => variablesOf(listed).map((name) => [name, listed] as const)),
);

const BORROWED: ReadonlyMap<string, Listed> = new Map(
  Object.entries(BORROWED_VARIABLES).flatMap(([name, path]) =>
    ALL.filter((listed) => listed.path === path).map((listed) => [name, listed] as const),
  ),
);

const FILE_ONLY: ReadonlyMap<string, string> = new Map(
  ALL.filter((listed) => variablesOf(listed).length === 0).map(({ path }) => [longVariable(path), path]),
);

/**
 * Reads the `CALLSHEET_*` variables. An empty one counts as not set, as a compose file leaves them. An unknown one is a
 * problem when it looks like a slip of the pen, otherwise a note: it may belong to another program.
 */
export function readEnvironment(env: Environment, folder: string): Reading {
  const found: Found[] = [];
  const problems: Problem[] = [];
  const notes: string[] = [];
  const report = (key: string, says: string): void => void problems.push({ source: 'environment', key, says });
  for (const [name, text] of Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (text === undefined || text === '') continue;
    const borrowed = BORROWED.get(name);
    if (borrowed !== undefined) {
      found.push({
        path: borrowed.path,
        value: typed(borrowed.setting, text),
        source: 'environment',
        key: name,
        folder,
      });
      notes.push(`environment: ${name} is read as ${borrowed.path}`);
    }
    if (!name.startsWith(PREFIX) || OF_OTHERS.includes(name)) continue;
    const listed = SETTERS.get(name);
    const fileOnly = FILE_ONLY.get(name);
    if (listed !== undefined) {
      const value = typed(listed.setting, text);
      found.push({ path: listed.path, value, source: 'environment', key: name, folder });
    } else if (fileOnly !== undefined) {
      report(name, `cannot be set by a variable; set ${fileOnly} in the file`);
    } else {
      const near = nearest(
        name.slice(PREFIX.length),
        [...SETTERS.keys()].map((known) => known.slice(PREFIX.length)),
      );
      if (near === undefined) notes.push(`environment: ${name} is not a setting of the gateway and is not used`);
      else report(name, `is not a setting${didYouMean(PREFIX + near)}`);
    }
  }
  return { found, problems, notes };
}

/** Text as the kind of value the setting takes; unchanged when it is none, so that the check can quote it. */
function typed({ kind }: Setting, text: string): unknown {
  if (kind === 'integer' && /^-?[0-9]+$/.test(text)) return Number(text);
  if (kind === 'flag' && /^(true|1)$/i.test(text)) return true;
  if (kind === 'flag' && /^(false|0)$/i.test(text)) return false;
  if (kind === 'list') return text.split(';').filter((member) => member !== '');
  return text;
}
