import type { Command, Options } from './command.ts';
import { GENERAL } from './read-words.ts';

/** The help about every command whose words begin with `about`; about all when it is empty. */
export function helpText(commands: readonly Command[], about: string): string {
  const meant = commands.filter(({ words }) => about === '' || words === about || words.startsWith(`${about} `));
  const rows = meant.map((command) => [`callsheet-server ${usage(command)}`, command.summary] as const);
  const lines = table(rows);
  // The overview stays short: what a command takes is told where only its family is asked about.
  const families = about === '' ? [] : meant.filter(({ options }) => options !== undefined);
  for (const { words, options = {} } of families) lines.push('', `${words}:`, ...table(optionRows(options)));
  lines.push('', ...(about === '' ? [] : ['every command:']), ...table(optionRows(GENERAL)));
  if (about === '') lines.push('', 'callsheet-server keys --help, and every other first word, tells more.');
  return `${lines.join('\n')}\n`;
}

function usage({ words, operands = [] }: Command): string {
  return [words, ...operands.map((name) => name.toUpperCase())].join(' ');
}

function optionRows(options: Options): (readonly [string, string])[] {
  return Object.entries(options).map(([name, { value, multiple, help }]) => [
    `  --${name}${value === undefined ? '' : ` ${value}`}${multiple ? ' …' : ''}`,
    help,
  ]);
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`);
}
