import type { Command } from './command.ts';
import { configPrint } from './config.ts';
import { keyCommands } from './keys.ts';
import { start } from './start.ts';

/** Everything the command line can do, in the order of the help. */
export const COMMANDS: readonly Command[] = [start, configPrint, ...keyCommands];
