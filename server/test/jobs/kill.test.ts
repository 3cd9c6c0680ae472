import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { openEmbeddedEngine } from '../../src/engine/embedded/open.ts';
import { Ledger } from '../../src/jobs/ledger.ts';
import { childEnv } from '../child-env.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { useTempDir } from '../temp-dir.ts';
import { ada, steadyBytes } from './house.ts';

const KILLS = 20;
const SCRIPT = fileURLToPath(new URL('killed-gateway.ts', import.meta.url));

describe('a gateway that is killed with SIGKILL, again and again', () => {
  const directory = useTempDir();

  function start(mode: 'flood' | 'finish'): ChildProcess {
    const node = ['--import', 'tsx', '--conditions=source', '--disable-warning=ExperimentalWarning', SCRIPT];
    const args = [...node, join(directory(), 'data'), join(directory(), 'diary'), mode];
    return spawn(process.execPath, args, { env: childEnv, stdio: ['ignore', 'pipe', 'inherit'] });
  }

  it(`finishes every job it acknowledged exactly once, after ${KILLS} kills`, async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const child = start('flood');
      const exited = once(child, 'exit');
      const [first] = await Promise.race([once(child.stdout ?? expect.fail(), 'data'), exited]);
      expect(String(first)).to.equal('running\n');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 150));
      child.kill('SIGKILL');
      expect(await exited).to.deep.equal([null, 'SIGKILL']);
    }
    expect(await once(start('finish'), 'exit')).to.deep.equal([0, null]);

    const diary = readFileSync(join(directory(), 'diary'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' '));
    const acknowledged = diary.filter(([what]) => what === 'acknowledged');
    expect(acknowledged.length).to.be.greaterThan(KILLS);

    const engine = await openEmbeddedEngine({ dataDir: join(directory(), 'data'), log: keptLog() });
    try {
      const ledger = new Ledger(engine, { clock: new FakeClock(), random: steadyBytes() });
      expect(engine.prepare('SELECT * FROM pragma_integrity_check').get()).to.include({ integrity_check: 'ok' });
      let resumed = 0;
      for (const [, id = '', number] of acknowledged) {
        const job = ledger.read.byId(id) ?? expect.fail(`the job ${id} is lost`);
        expect(job.status, id).to.equal('completed');
        const made = ['script', 'voice', 'render'].map((stage) => `${stage} of ${number}`);
        expect(ledger.read.resultOf(job.n)).to.deep.equal({ number, made });
        const events = ledger.events.ofJob(job.n, 0, 1_000);
        expect(events.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: job.lastSeq }, (_, i) => i + 1));
        const states = events.flatMap(({ detail }) => (detail.type === 'state' ? [detail.status] : []));
        // Every death in the middle adds one round; nothing else may appear, and the end comes once.
        expect(states.join(' ')).to.match(/^queued in_progress( queued in_progress)* completed$/);
        if (job.attempt > 1) resumed += 1;
      }
      expect(resumed, 'jobs that were killed in the middle').to.be.greaterThan(0);
      expect(ledger.read.unfinished()).to.deep.equal([]);
      const all = ledger.events.ofOwner(ada.id, 0, 1_000_000).map(({ ownerSeq }) => ownerSeq);
      expect(all).to.deep.equal(all.map((_, index) => index + 1));
    } finally {
      engine.close();
    }

    const finished = new Set<string>();
    for (const [what, number, stage] of diary) {
      if (what === 'finished') finished.add(`${number} ${stage}`);
      if (what === 'produced') expect(finished.has(`${number} ${stage}`), `${stage} was paid twice`).to.equal(false);
    }
  });
});
