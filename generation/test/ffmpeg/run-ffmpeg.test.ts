import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { resolveFfmpeg } from '../../src/ffmpeg/resolve-ffmpeg.ts';
import { type FfmpegRun, runFfmpeg } from '../../src/ffmpeg/run-ffmpeg.ts';
import { isRunning, untilGone, untilWritten } from './processes.ts';
import { inScratch, nodeStandIn, standIn } from './stand-in.ts';

const GENEROUS_MS = 60_000;

/** Runs a stand-in written in JavaScript. */
function runScript(body: string, facts: Partial<FfmpegRun> = {}) {
  return inScratch(async (folder) =>
    runFfmpeg({ path: await nodeStandIn(folder, body), args: [], timeoutMs: GENEROUS_MS, ...facts }),
  );
}

async function failureOf(work: Promise<unknown>): Promise<CallError> {
  const error = await work.catch((reason: unknown) => reason);
  if (!CallError.is(error)) throw new Error(`it should have failed with a CallError, not "${String(error)}"`);
  return error;
}

describe('running ffmpeg', () => {
  it('feeds it, hears its progress and keeps its words', async () => {
    const seen: number[] = [];
    const outcome = await runScript(
      `let bytes = 0;
      process.stdin.on('data', (chunk) => { bytes += chunk.length; });
      process.stdin.on('end', () => {
        console.error('a warning');
        console.log('frame=1\\nprogress=continue\\nframe=2\\ntotal_size=' + bytes + '\\nprogress=end');
      });`,
      {
        feed: async (input) => {
          for (let round = 0; round < 20; round++) await input.write(new Uint8Array(100_000));
        },
        onProgress: ({ frame }) => seen.push(frame),
      },
    );
    expect(seen).to.deep.equal([1, 2]);
    expect(outcome.progress).to.deep.equal({ frame: 2, seconds: 0, bytes: 2_000_000, ended: true });
    expect(outcome.words).to.equal('a warning');
  });

  it('gives it an empty input when there is nothing to feed', async () => {
    const outcome = await runScript(`process.stdin.resume().on('end', () => console.error('empty'));`);
    expect(outcome).to.deep.equal({ progress: undefined, words: 'empty' });
  });

  it('passes its arguments on, after its own', async () => {
    const { words } = await runScript('console.error(process.argv.slice(2).join(" "))', { args: ['-i', "it's;$HOME"] });
    expect(words).to.match(/^-hide_banner .*-progress pipe:1 -i it's;\$HOME$/);
  });

  it('reports a failure with the last words, and not more of them than it should', async () => {
    const error = await failureOf(runScript(`console.error('x'.repeat(1e6) + 'END'); process.exitCode = 3;`));
    expect(error.errorName).to.equal('TOOL_FAILED');
    expect(error.message).to.include('exit code "3"').and.not.include('xxx');
    expect(error.cause).to.be.instanceOf(Error);
    expect(String(error.cause)).to.match(/xEND$/).and.to.have.length.below(9000);
  });

  it('does not mistake a full disk for a bad video', async () => {
    const error = await failureOf(
      runScript(`console.error('av_write: No space left on device'); process.exitCode = 1;`),
    );
    expect(error.errorName).to.equal('STORAGE_FULL');
  });

  it('says which file could not be started', async () => {
    const error = await failureOf(runFfmpeg({ path: '/no/such/ffmpeg', args: [], timeoutMs: GENEROUS_MS }));
    expect(error.errorName).to.equal('UNAVAILABLE');
    expect(error.message).to.include('"/no/such/ffmpeg"');
  });

  it('reports why ffmpeg stopped reading, not that the pipe broke', async () => {
    const feed: FfmpegRun['feed'] = async (input) => {
      for (;;) await input.write(new Uint8Array(1_000_000));
    };
    const error = await failureOf(runScript(`console.error('bad option'); process.exit(1);`, { feed }));
    expect(String(error.cause)).to.include('bad option');
  });

  it('ends it when the feed fails, also with a write on its way', async () => {
    const feed: FfmpegRun['feed'] = async (input) => {
      void input.write(new Uint8Array(10_000_000));
      throw new RangeError('no plate');
    };
    const error = await runScript('setInterval(() => {}, 1000)', { feed }).catch((reason: unknown) => reason);
    expect(String(error)).to.equal('RangeError: no plate');
  });

  it('ends it when it takes too long', async () => {
    const error = await failureOf(runScript('setInterval(() => {}, 1000)', { timeoutMs: 50 }));
    expect(error.errorName).to.equal('DEADLINE_EXCEEDED');
    expect(error.message).to.include('"50" ms');
  });

  it('starts nothing for a call that is already cancelled', async () => {
    const signal = AbortSignal.abort(new Error('never mind'));
    const error = await runFfmpeg({ path: '/no/such/ffmpeg', args: [], timeoutMs: 1, signal }).catch((e: unknown) => e);
    expect(String(error)).to.include('never mind');
  });

  it('kills everything it started when it is cancelled, even what ignores polite signals', () =>
    inScratch(async (folder) => {
      const pids = join(folder, 'pids');
      const script = `#!/bin/sh\ntrap '' TERM INT HUP\nsleep 1000 &\necho $$ $! > "${pids}"\nwait\n`;
      const control = new AbortController();
      const path = await standIn(folder, script);
      const running = runFfmpeg({ path, args: [], timeoutMs: GENEROUS_MS, signal: control.signal });
      running.catch(() => {});
      const started = (await untilWritten(folder, pids)).split(' ').map(Number);
      expect(await Promise.all(started.map(isRunning))).to.deep.equal([true, true]);
      control.abort(new Error('changed my mind'));
      const error = await running.catch((reason: unknown) => reason);
      expect(String(error)).to.include('changed my mind');
      await Promise.all(started.map(untilGone));
    }));

  it('ends by itself when this process is killed', () =>
    inScratch(async (folder) => {
      const ffmpeg = await resolveFfmpeg({ env: process.env });
      const pidFile = join(folder, 'pid');
      const path = await standIn(folder, `#!/bin/sh\necho $$ > "${pidFile}"\nexec "${ffmpeg.path}" "$@"\n`);
      const feeder = fileURLToPath(new URL('./endless-feeder.ts', import.meta.url));
      const args = ['--import', 'tsx', '--conditions=source', feeder, path, join(folder, 'out.mp4')];
      const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(parent, 'exit');
      await once(parent.stdout, 'data');
      const pid = Number(await untilWritten(folder, pidFile));
      expect(await isRunning(pid)).to.equal(true);
      parent.kill('SIGKILL');
      await ended;
      await untilGone(pid);
    }));
});
