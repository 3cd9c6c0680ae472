// Closes one client whose server is dead, in a process of its own that has nothing else to do and must end by itself.
import { CANDIDATES } from './candidates/all.ts';

export interface Left {
  /** Until the client said that it is closed; undefined where it does not say. */
  readonly closeMs: number | undefined;
}

const [name, port] = process.argv.slice(2);
const candidate = CANDIDATES.find((one) => one.name === name);
if (candidate === undefined) throw new Error(`there is no client "${name}"`);
const connection = await candidate.open(Number(port));
connection.call('never', {}).then(undefined, () => undefined);
process.send?.({});
await new Promise((resolve) => process.once('message', resolve));
const began = performance.now();
const closing = connection.close();
await closing;
const closeMs = closing === undefined ? undefined : performance.now() - began;
process.send?.({ closeMs } satisfies Left);
process.disconnect();
