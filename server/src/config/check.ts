import { checkTable, holdsSecret } from './check-table.ts';
import { absolute, FORMATS, type FormatName } from './formats.ts';
import type { Found } from './found.ts';
import { type Problem, shown } from './problems.ts';
import type { IntegerSetting, Setting, TextSetting } from './setting.ts';
import { isTable } from './table.ts';

/**
 * Checks a given value against its setting. Answers the value as the configuration holds it; what is wrong with it is
 * added to `problems`.
 */
export function check(setting: Setting, found: Found, problems: Problem[]): unknown {
  const { value, source } = found;
  const says = (key: string, text: string): undefined => {
    problems.push({ source, key: found.key + key, says: text });
  };
  const wrong = (expected: string): undefined => {
    const hint = setting.hint === undefined ? '' : ` (${setting.hint})`;
    return says('', `is ${shown(value, holdsSecret(setting))}; expected ${expected}${hint}`);
  };
  switch (setting.kind) {
    case 'text':
      return checkText(setting, found, wrong);
    case 'integer':
      return fitsInteger(setting, value) ? value : wrong(`a whole number from ${setting.min} to ${setting.max}`);
    case 'flag':
      return typeof value === 'boolean' ? value : wrong('true or false');
    case 'list':
      return checkList(setting.format, value, says, wrong);
    case 'table':
      if (!isTable(value)) return wrong(`tables, [${found.path}.<name>]`);
      return checkTable(setting, value, says, (field, member, key) =>
        check(field, { ...found, key: found.key + key, value: member }, problems),
      );
  }
}

type Wrong = (expected: string) => undefined;

function checkText({ choices, format }: TextSetting, { value, folder }: Found, wrong: Wrong): string | undefined {
  if (choices !== undefined) {
    if (typeof value === 'string' && choices.includes(value)) return value;
    return wrong(choices.map((choice) => JSON.stringify(choice)).join(' or '));
  }
  const { fits, expected } = FORMATS[format ?? 'text'];
  return typeof value === 'string' && fits(value) ? absolute(format, folder, value) : wrong(expected);
}

function fitsInteger({ min, max }: IntegerSetting, value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;
}

function checkList(
  format: FormatName,
  value: unknown,
  says: (key: string, text: string) => undefined,
  wrong: Wrong,
): readonly string[] | undefined {
  const { fits, expected } = FORMATS[format];
  if (!Array.isArray(value)) return wrong(`a list of texts, each ${expected}`);
  const misfit = value.findIndex((member) => typeof member !== 'string' || !fits(member));
  return misfit === -1 ? value : says('', `holds ${shown(value[misfit])} at place ${misfit + 1}; expected ${expected}`);
}
