import { join } from 'node:path';
import { expect } from 'chai';
import { searchPath } from '../../src/ffmpeg/search-path.ts';
import { type Bounds, residentBytes, withLimits } from '../../src/intake/memory-bound.ts';
import { type BoundedPorts, runBounded } from '../../src/intake/run-bounded.ts';
import type { Clock } from '../../src/providers/clock.ts';
import { untilGone, untilWritten } from '../ffmpeg/processes.ts';
import { inScratch, nodeStandIn, standIn } from '../ffmpeg/stand-in.ts';
import { manualClock } from './manual-clock.ts';
import { refusalOf } from './refusal.ts';

const BOUNDS: Bounds = { timeoutMs: 5000, memoryBytes: 512 * 1024 * 1024, outputBytes: 1000 };

function runScript(body: string, ports: Partial<BoundedPorts> = {}, signal = new AbortController().signal) {
  return inScratch(async (folder) => {
    const run = { path: await nodeStandIn(folder, body), args: ['a b', "$(it's)"], bounds: BOUNDS, signal };
    return runBounded(run, { clock: manualClock(), env: process.env, ...ports });
  });
}

describe('a bounded run', () => {
  it('answers what the program said, which got its words as they are and no input', async () => {
    const body = `process.stdin.on('data', () => {}).on('end', () => console.log(process.argv.slice(2).join('|')))`;
    expect(await runScript(body)).to.eql({ kind: 'done', output: "a b|$(it's)\n" });
  });

  it('tells nothing of this process but where programs are', async () => {
    const env = { ...process.env, OPENAI_API_KEY: 'sk-secret', LD_PRELOAD: '/tmp/x.so' };
    const end = await runScript('console.log(Object.keys(process.env).join())', { env });
    expect(end).to.have.property('kind', 'done');
    expect(JSON.stringify(end))
      .to.contain('PATH')
      .and.not.match(/OPENAI|PRELOAD/u);
  });

  it('keeps the last words of a program that fails', async () => {
    const end = await runScript(`console.error('x'.repeat(1e5) + 'END'); process.exitCode = 1`);
    expect(end).to.have.property('kind', 'failed');
    expect(JSON.stringify(end))
      .to.match(/xEND"\}$/u)
      .and.to.have.length.below(3000);
  });

  it('ends a program that says too much', async () => {
    expect(await runScript(`setInterval(() => process.stdout.write('x'.repeat(500)), 1)`)).to.eql({
      kind: 'bound',
      bound: 'output',
    });
  });

  it('ends a program that takes too long, and what it started', () =>
    inScratch(async (folder) => {
      const pids = join(folder, 'pids');
      const path = await standIn(folder, `#!/bin/sh\ntrap '' TERM\nsleep 1000 &\necho $$ $! > "${pids}"\nwait\n`);
      const clock = manualClock();
      const resident = async () => undefined;
      const { signal } = new AbortController();
      const running = runBounded({ path, args: [], bounds: BOUNDS, signal }, { clock, env: process.env, resident });
      const started = (await untilWritten(folder, pids)).split(' ').map(Number);
      clock.advance(5000);
      expect(await running).to.eql({ kind: 'bound', bound: 'time' });
      await Promise.all(started.map(untilGone));
    }));

  it('ends a program that takes too much memory, where only watching helps', async () => {
    const manual = manualClock();
    // The looks come at once, the time limit never.
    const sleep: Clock['sleep'] = (ms, signal) => (ms < 1000 ? Promise.resolve() : manual.sleep(ms, signal));
    const sizes = [1, 2, 513 * 1024 * 1024];
    const ports = { clock: { ...manual, sleep }, resident: async () => sizes.shift() };
    expect(await runScript('setInterval(() => {}, 1000)', ports)).to.eql({ kind: 'bound', bound: 'memory' });
    expect(sizes).to.eql([]);
  });

  it('stops watching where memory cannot be told', async () => {
    expect(await runScript(`console.log('done')`, { resident: async () => undefined })).to.have.property(
      'kind',
      'done',
    );
    expect(await residentBytes(2 ** 30)).to.equal(undefined);
  });

  it('lets the system keep the limits where it can', async function () {
    const prlimit = await searchPath(process.env.PATH ?? '', 'prlimit');
    if (prlimit === undefined) this.skip();
    expect(await residentBytes(process.pid)).to.be.greaterThan(1_000_000);
    const { path, args } = { path: '/bin/sh', args: ['-c', 'ulimit -d; ulimit -t; ulimit -f; ulimit -c'] };
    const { signal } = new AbortController();
    const end = await runBounded(
      { path, args, bounds: BOUNDS, signal },
      { clock: manualClock(), env: process.env, prlimit },
    );
    expect(end).to.eql({ kind: 'done', output: '524288\n5\n0\n0\n' });
  });

  it('hands the program over behind the limits, its words untouched', () => {
    const [path, args] = withLimits('/usr/bin/prlimit', BOUNDS, '/usr/bin/ffprobe', ['-i', '--data=1']);
    expect(path).to.equal('/usr/bin/prlimit');
    expect(args.slice(args.indexOf('--'))).to.eql(['--', '/usr/bin/ffprobe', '-i', '--data=1']);
  });

  it('ends with the call', async () => {
    const control = new AbortController();
    const body = `process.stdout.write('x')`;
    const waiting = runScript(`${body}; setInterval(() => {}, 1000)`, {}, control.signal);
    control.abort(new Error('never mind'));
    expect(String(await waiting.catch((error: unknown) => error))).to.equal('Error: never mind');
    const late = runScript(body, {}, control.signal);
    expect(String(await late.catch((error: unknown) => error))).to.equal('Error: never mind');
  });

  it('says which program could not be started', async () => {
    const { signal } = new AbortController();
    const run = { path: '/no/such/ffprobe', args: [], bounds: BOUNDS, signal };
    const error = await refusalOf(runBounded(run, { clock: manualClock(), env: {} }));
    expect(error.errorName).to.equal('UNAVAILABLE');
    expect(error.message).to.contain('"/no/such/ffprobe"');
  });
});
