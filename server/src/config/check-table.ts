import { FORMATS } from './formats.ts';
import { shown } from './problems.ts';
import { camelCase, type Setting, type TableSetting, type ValueSetting } from './setting.ts';
import { didYouMean, nearest } from './suggest.ts';
import { isTable } from './table.ts';

/** Checks one field of an entry; `key` is what follows the key of the table. */
type CheckField = (setting: ValueSetting, value: unknown, key: string) => unknown;
type Says = (key: string, text: string) => void;

/** Checks named entries of one shape. Answers those that are tables, with their defaults filled in. */
export function checkTable(
  setting: TableSetting,
  table: Readonly<Record<string, unknown>>,
  says: Says,
  checkField: CheckField,
): Readonly<Record<string, unknown>> {
  const { format, entry } = setting;
  const checked = Object.entries(table).map(([name, given], index): [string, unknown] => {
    const label = labelOf(name, given, index, entry);
    if (!FORMATS[format].fits(name)) says(label, `has a name that does not fit; expected ${FORMATS[format].expected}`);
    if (isTable(given)) return [name, checkEntry(entry, given, label, says, checkField)];
    const fields = Object.keys(entry).join(', ');
    says(label, `is ${shown(given, holdsSecret(setting))}; expected a table with ${fields}`);
    return [name, undefined];
  });
  return Object.fromEntries(checked);
}

function checkEntry(
  entry: TableSetting['entry'],
  given: Readonly<Record<string, unknown>>,
  label: string,
  says: Says,
  checkField: CheckField,
): Readonly<Record<string, unknown>> {
  for (const field of Object.keys(given)) {
    if (!Object.hasOwn(entry, field))
      says(label, `has no field "${field}"${didYouMean(nearest(field, Object.keys(entry)))}`);
  }
  const fields = Object.entries(entry).map(([field, setting]): [string, unknown] => {
    const value = given[field];
    if (value !== undefined) return [camelCase(field), checkField(setting, value, `${label}.${field}`)];
    if ('required' in setting) says(label, `lacks "${field}": ${setting.help}`);
    return [camelCase(field), 'default' in setting ? setting.default : undefined];
  });
  return Object.fromEntries(fields);
}

/**
 * How an entry is called in a problem. Where entries hold a secret and this one lacks it, its name may well be the
 * secret itself, written in the wrong place: it is called by its number.
 */
function labelOf(name: string, given: unknown, index: number, entry: TableSetting['entry']): string {
  const secrets = Object.keys(entry).filter((field) => 'secret' in (entry[field] ?? {}));
  const complete = secrets.every((field) => isTable(given) && given[field] !== undefined);
  if (!complete) return ` (entry ${index + 1})`;
  return `.${/^[\w-]+$/.test(name) ? name : JSON.stringify(name)}`;
}

/** True for a secret, and for a table with one among its fields. */
export function holdsSecret(setting: Setting): boolean {
  return setting.kind === 'table' ? Object.values(setting.entry).some(holdsSecret) : 'secret' in setting;
}
