#!/usr/bin/env node
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { systemClock } from '@callsheet/sdk-core/platform';
import { main } from './main.ts';

// The first Ctrl-C ends the work in order; the second is the platform's own and ends the process.
const interrupt = new AbortController();
const onInterrupt = (): void => interrupt.abort('interrupted');
process.once('SIGINT', onInterrupt);

// Who writes is told as well, and says it in a sentence; a listener keeps the stack trace away.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  interrupt: interrupt.signal,
  now: systemClock.now,
  after: systemClock.after,
  readInput: (signal) => buffer(addAbortSignal(signal, process.stdin)),
});
process.removeListener('SIGINT', onInterrupt);
