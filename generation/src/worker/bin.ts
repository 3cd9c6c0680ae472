#!/usr/bin/env node
import { availableParallelism } from 'node:os';
import { main } from './main.ts';

/** When going down in good order takes longer than this, something hangs and the process ends anyway. */
const LAST_MOMENT_MS = 30_000;

process.exitCode = await main({
  args: process.argv.slice(2),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  cores: availableParallelism(),
  onStop: (callback) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        setTimeout(() => process.exit(1), LAST_MOMENT_MS).unref();
        callback();
      });
    }
  },
});
