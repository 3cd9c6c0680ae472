import { auditCommands } from './audit.ts';
import type { Command } from './command.ts';
import { configPrint } from './config.ts';
import { keyCommands } from './keys.ts';
import { monitoringCommands } from './monitoring.ts';
import { start } from './start.ts';
import { tokenCommands } from './tokens.ts';
import { userCommands } from './users.ts';

/** Everything the command line can do, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  start,
  configPrint,
  ...keyCommands,
  ...userCommands,
  ...tokenCommands,
  ...auditCommands,
  ...monitoringCommands,
];
