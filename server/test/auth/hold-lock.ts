import { whileLocked } from '../../src/auth/change-lock.ts';

/** A process of its own that takes the lock it is given, says so, and holds it until it is killed. */
void whileLocked(
  process.argv[2] ?? '',
  () =>
    new Promise(() => {
      process.stdout.write('held\n');
      setInterval(() => {}, 60_000);
    }),
);
