// One client in a process of its own: keeps calls in flight for as long as it is told to and counts the answers.
import { CANDIDATES } from './candidates/all.ts';

export interface Run {
  readonly inFlight: number;
  readonly ms: number;
}

export interface Driven {
  readonly calls: number;
  readonly seconds: number;
  /** Of this process, answers parsed and promises resolved. */
  readonly cpuMicros: number;
}

const [name, port, tool = 'echo'] = process.argv.slice(2);
const candidate = CANDIDATES.find((one) => one.name === name);
if (candidate === undefined) throw new Error(`there is no client "${name}"`);
const connection = await candidate.open(Number(port));

async function drive({ inFlight, ms }: Run): Promise<Driven> {
  let running = true;
  let calls = 0;
  const keepOneInFlight = async (): Promise<void> => {
    while (running) {
      await connection.call(tool, { value: { text: 'a small call, as most are', n: calls } });
      calls += 1;
    }
  };
  const before = process.cpuUsage();
  const began = performance.now();
  setTimeout(() => {
    running = false;
  }, ms);
  await Promise.all(Array.from({ length: inFlight }, keepOneInFlight));
  const { user, system } = process.cpuUsage(before);
  return { calls, seconds: (performance.now() - began) / 1_000, cpuMicros: user + system };
}

process.on('disconnect', () => process.exit(0));
process.on('message', async (run: Run) => {
  process.send?.(await drive(run));
});
process.send?.({});
