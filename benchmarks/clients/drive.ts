// One client in a process of its own, which calls for as long as it is told to.
import { CANDIDATES } from './candidates/all.ts';
import { keepInFlight, type Rounds, type Run } from './keep-in-flight.ts';

export interface Driven extends Rounds {
  /** Of this process, answers parsed and promises resolved. */
  readonly cpuMicros: number;
}

const [name, port, tool = 'echo'] = process.argv.slice(2);
const candidate = CANDIDATES.find((one) => one.name === name);
if (candidate === undefined) throw new Error(`there is no client "${name}"`);
const connection = await candidate.open(Number(port));

process.on('disconnect', () => process.exit(0));
process.on('message', async (run: Run) => {
  const before = process.cpuUsage();
  const rounds = await keepInFlight(connection, tool, run);
  const { user, system } = process.cpuUsage(before);
  process.send?.({ ...rounds, cpuMicros: user + system } satisfies Driven);
});
process.send?.({});
