#!/usr/bin/env node
import { main } from './main.ts';

/** When going down in good order takes longer than this, something hangs and the process ends anyway. */
const LAST_MOMENT_MS = 30_000;
/** How long the last lines of the log may take to be read. */
const LAST_LINES_MS = 1_000;

/** Of this process; the answer takes the wish back. */
const onExit = (callback: () => void): (() => void) => {
  process.once('exit', callback);
  return () => process.off('exit', callback);
};

const code = await main({
  args: process.argv.slice(2),
  env: process.env,
  cwd: process.env.INIT_CWD ?? process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  onExit,
  onStop: (callback) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        setTimeout(() => process.exit(1), LAST_MOMENT_MS).unref();
        callback();
      });
    }
  },
});
process.exitCode = code;
// What nobody reads of the log would keep the process for ever.
setTimeout(() => process.exit(), LAST_LINES_MS).unref();
