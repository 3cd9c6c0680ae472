import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { childEnv } from '../../../server/test/child-env.ts';
import { useTempDir } from '../../../server/test/temp-dir.ts';
import { killAfter } from '../kill-after.ts';
import { filesOf, linesOf } from './open-file.ts';
import { openTestLogs, SECRET } from './open-logs.ts';

const SCRIPT = fileURLToPath(new URL('log-forever.ts', import.meta.url));

describe('The logs of a process that is killed', () => {
  const temp = useTempDir();

  function start(filesKept: number, ...more: string[]): ChildProcess {
    const node = ['--import', 'tsx', '--conditions=source', SCRIPT, temp(), String(filesKept), ...more];
    return spawn(process.execPath, node, { env: childEnv, stdio: ['ignore', 'pipe', 'ignore'] });
  }

  /** Numbers of the calls each run wrote, in the order of the files. Throws for a line that is no JSON or is cut off. */
  function runs(name: string, member: string): Map<string, number[]> {
    const found = new Map<string, number[]>();
    for (const line of linesOf<Record<string, unknown>>(temp(), name)) {
      const id = line[member];
      if (typeof id !== 'string') continue;
      const [run = '', number] = id.split('-');
      found.set(run, [...(found.get(run) ?? []), Number(number)]);
    }
    return found;
  }

  it('lose nothing that was flushed, by kill -9 or by rotation, and every line of every file parses', async () => {
    const flushed = new Map<string, number>();
    for (let round = 1; round <= 4; round++) {
      const [run, calls] = await killAfter(start(10_000), round);
      flushed.set(run, calls);
    }
    // Opened again and closed, so that half a line of the last one is set aside as well.
    await (await openTestLogs(temp(), { limits: { filesKept: 10_000 } })).logs.close();
    expect(filesOf(temp(), 'metrics').length).to.be.above(4);
    for (const [name, member] of [
      ['metrics', 'requestId'],
      ['events', 'jobId'],
    ] as const) {
      const found = runs(name, member);
      expect([...found.keys()]).to.deep.equal([...flushed.keys()]);
      for (const [run, numbers] of found) {
        expect(numbers, `${name} of ${run}`).to.deep.equal(numbers.map((_, index) => index + 1));
        expect(numbers.length).to.be.at.least(flushed.get(run) ?? Infinity);
      }
    }
    for (const file of readdirSync(temp())) expect(readFileSync(join(temp(), file), 'utf8')).to.not.include(SECRET);
  });

  it('keep the newest lines without a gap when few files are kept', async () => {
    const [run, calls] = await killAfter(start(3), 6);
    await (await openTestLogs(temp(), { limits: { filesKept: 3 } })).logs.close();
    for (const [name, member] of [
      ['metrics', 'requestId'],
      ['events', 'jobId'],
    ] as const) {
      expect(filesOf(temp(), name)).to.deep.equal([`${name}.2.jsonl`, `${name}.1.jsonl`, `${name}.jsonl`]);
      const numbers = runs(name, member).get(run) ?? [];
      const [first = 0] = numbers;
      expect(first).to.be.above(1);
      expect(numbers).to.deep.equal(numbers.map((_, index) => first + index));
      expect(numbers.at(-1)).to.be.at.least(calls);
    }
  });

  it('are whole when it ends by its own fault', async () => {
    const child = start(10_000, 'fault');
    let told = '';
    child.stdout?.on('data', (data) => {
      told += data;
    });
    const [code] = await once(child, 'close');
    expect(code).to.equal(1);
    expect(told).to.match(/ 1234\n$/);
    for (const [name, member] of [
      ['metrics', 'requestId'],
      ['events', 'jobId'],
    ] as const) {
      const numbers = runs(name, member).get(String(child.pid));
      expect(numbers?.toSorted((a, b) => a - b)).to.deep.equal(Array.from({ length: 1_234 }, (_, index) => index + 1));
    }
  });
});
