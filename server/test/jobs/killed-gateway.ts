/**
 * A process that accepts jobs and runs them until somebody kills it: `killed-gateway.ts <data directory> <diary> <flood|finish>`.
 * What it acknowledged, and which stages it produced and finished, it writes into a diary that survives it.
 */
import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { systemClock } from '../../src/clock.ts';
import { openEmbeddedEngine } from '../../src/engine/embedded/open.ts';
import { Ledger } from '../../src/jobs/ledger.ts';
import { JobRunner } from '../../src/jobs/runner.ts';
import { keptLog } from '../kept-log.ts';
import { ada, hostRun, quickTool } from './house.ts';
import { FakePlaces, jobTool } from './places.ts';

const [dataDir = '', diary = '', mode = 'finish'] = process.argv.slice(2);
const UNFINISHED = 40;
const STAGES = ['script', 'voice', 'render'];

const note = (...words: readonly unknown[]): void => appendFileSync(diary, `${words.join(' ')}\n`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const film = quickTool(
  'film',
  async ({ number }, ctx) => {
    const made: string[] = [];
    for (const [index, stage] of STAGES.entries()) {
      ctx.progress({ stage, fraction: index / STAGES.length });
      const piece = await ctx.memo(stage, async () => {
        note('produced', number, stage);
        await pause(Math.random() * 8);
        return `${stage} of ${number}`;
      });
      note('finished', number, stage);
      made.push(piece);
    }
    return { number, made };
  },
  { slots: 'network' },
);

const log = keptLog();
const engine = await openEmbeddedEngine({ dataDir, log });
const ledger = new Ledger(engine, { clock: systemClock, random: randomBytes });
const runner = new JobRunner({
  ...{ ledger, log, clock: systemClock, contextFor: hostRun },
  tools: () => jobTool(film),
  places: new FakePlaces(systemClock, [film]),
  slots: { cpu: 1, network: 16 },
  clean: (told) => told,
});
await runner.start();
process.stdout.write('running\n');

const unfinished = (): number => runner.counts().queued + runner.counts().running;
while (mode === 'flood') {
  const number = randomBytes(6).toString('hex');
  if (unfinished() >= UNFINISHED) await pause(1);
  else
    note(
      'acknowledged',
      (await runner.submit({ principal: ada, tool: 'film', args: { number }, project: 'p' })).jobId,
      number,
    );
}
while (unfinished() > 0) await pause(5);
await runner.drain(0);
engine.close();
