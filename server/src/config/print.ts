import { stringify } from 'smol-toml';
import { ALL, type Listed } from './directory.ts';
import type { LoadedConfig } from './load.ts';
import { MASK } from './problems.ts';
import { camelCase, type TableSetting } from './setting.ts';

/** Tables last in their section: in TOML whatever follows a table's header belongs to that table. */
const PRINTED: readonly Listed[] = [...new Set(ALL.map(({ section }) => section))].flatMap((section) => {
  const own = ALL.filter((listed) => listed.section === section);
  const isTable = ({ setting }: Listed): boolean => setting.kind === 'table';
  return [...own.filter((listed) => !isTable(listed)), ...own.filter(isTable)];
});

/**
 * The effective settings as TOML, each with a comment that says where it came from. Secrets are masked and commented
 * out: the text may go into a bug report, and as a file it gives the same configuration again once they are filled in.
 */
export function printConfig({ config, origins, notes }: LoadedConfig): string {
  const values: Readonly<Record<string, Readonly<Record<string, unknown>>>> = config;
  const lines = notes.map((note) => `# ${note}`);
  let section = '';
  for (const listed of PRINTED) {
    const value = values[listed.section]?.[camelCase(listed.key)];
    const { setting } = listed;
    if (listed.section !== section) {
      section = listed.section;
      lines.push('');
      if (setting.kind !== 'table') lines.push(`[${section}]`);
    }
    if (setting.kind === 'table') lines.push(...entries(setting, listed, value, origins));
    else lines.push(line(listed.key, value, 'secret' in setting, origins.get(listed.path)));
  }
  return `${lines.join('\n').trim()}\n`;
}

function entries(
  { entry }: TableSetting,
  { path }: Listed,
  table: unknown,
  origins: LoadedConfig['origins'],
): readonly string[] {
  return Object.entries(Object(table)).flatMap(([name, given]) => {
    const fields: Readonly<Record<string, unknown>> = Object(given);
    const header = `[${path}.${/^[\w-]+$/.test(name) ? name : JSON.stringify(name)}]`;
    const body = Object.entries(entry).map(([field, setting]) =>
      line(field, fields[camelCase(field)], 'secret' in setting, undefined),
    );
    return ['', `${header} # ${origins.get(`${path}.${name}`)}`, ...body];
  });
}

function line(key: string, value: unknown, secret: boolean, from: string | undefined): string {
  if (value === undefined) return `# ${key} is not set`;
  const text = secret ? `# ${key} = "${MASK}"` : stringify({ [key]: value }).trimEnd();
  return from === undefined ? text : `${text} # ${from}`;
}
