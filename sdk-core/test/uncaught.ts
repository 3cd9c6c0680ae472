import { settle } from './fake-clock.ts';

/** What the process would have died of while `during` runs. */
export async function uncaught(during: () => void): Promise<unknown[]> {
  const errors: unknown[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => errors.push(error));
  during();
  await settle();
  process.removeAllListeners('uncaughtException');
  for (const listener of others) process.on('uncaughtException', listener);
  return errors;
}
