import { printConfig } from '../config/print.ts';
import { defineCommand } from './command.ts';

export const configPrint = defineCommand({
  words: 'config print',
  summary: 'show the effective settings, secrets masked',
  async run({ terminal, loaded }) {
    terminal.stdout.write(printConfig(loaded));
    return 0;
  },
});
