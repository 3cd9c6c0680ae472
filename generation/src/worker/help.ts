import { OPTIONS, VARIABLES } from './options.ts';

/** Ends of the command, for whoever restarts it. */
const CODES = [
  '0  asked to stop, and everything was finished',
  '1  a fault, or a stop that had to give work up',
  '2  wrong words, variables or files',
  '3  no gateway takes the worker in: the key is wrong, or its role may not offer the tools',
];

/** The text of `--help`. */
export function helpText(): string {
  const options = Object.entries(OPTIONS).map(([name, option]): [string, string] => {
    const value = 'value' in option ? ` ${option.value}` : '';
    return [`--${name}${value}${'multiple' in option ? ' …' : ''}`, option.help];
  });
  return [
    'callsheet-worker: offers the generation tools of this machine to a Callsheet gateway',
    '',
    '  callsheet-worker --gateway wss://media.example.com/rpc --key-file ./worker.key',
    '',
    ...table(options),
    '',
    'variables:',
    ...table(Object.entries(VARIABLES)),
    '',
    'SIGTERM and SIGINT: takes nothing new, finishes what it has within 20 s, ends. Exit codes:',
    ...CODES.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
