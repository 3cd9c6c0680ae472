import { ALL, type Listed, variablesOf } from './directory.ts';
import { FORMATS } from './formats.ts';
import type { Setting } from './setting.ts';

/** Every setting as a Markdown table, for the manual. */
export function settingsReference(): string {
  const rows = ALL.flatMap((listed) => [row(listed.path, listed.setting, variablesOf(listed)), ...fields(listed)]);
  return ['| setting | value | default | variable | what it is for |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}

function fields({ path, setting }: Listed): readonly string[] {
  if (setting.kind !== 'table') return [];
  return Object.entries(setting.entry).map(([field, inner]) => row(`${path}.<name>.${field}`, inner, []));
}

function row(path: string, setting: Setting, variables: readonly string[]): string {
  const [short] = variables;
  const cells = [
    `\`${path}\``,
    kindOf(setting),
    defaultOf(setting),
    short === undefined ? '' : `\`${short}\``,
    setting.help,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function kindOf(setting: Setting): string {
  switch (setting.kind) {
    case 'text':
      if (setting.choices !== undefined) return setting.choices.map((choice) => `\`${choice}\``).join(', ');
      return FORMATS[setting.format ?? 'text'].expected;
    case 'integer':
      return `${setting.min} to ${setting.max}`;
    case 'flag':
      return 'true or false';
    case 'list':
      return `a list, each ${FORMATS[setting.format].expected}`;
    case 'table':
      return `tables, each under ${FORMATS[setting.format].expected}`;
  }
}

function defaultOf(setting: Setting): string {
  if ('required' in setting) return 'required';
  if (setting.kind === 'integer' && typeof setting.default !== 'number') return setting.default.text;
  if (setting.kind === 'table') return Object.keys(setting.default).join(', ');
  return setting.default === undefined ? '' : `\`${JSON.stringify(setting.default)}\``;
}
