import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { acquireOwnerLock } from '../../src/engine/embedded/owner-lock.ts';
import { type Processes, systemProcesses } from '../../src/engine/embedded/processes.ts';
import { useTempDir } from '../temp-dir.ts';

const now = () => Date.UTC(2026, 10, 21);

/** The processes of a machine: id → incarnation. */
function machine(pid: number, living: Map<number, string | undefined>): Processes {
  return { pid, isAlive: (other) => living.has(other), incarnation: (other) => living.get(other) };
}

describe('owner lock', () => {
  const directory = useTempDir();

  it('refuses a second owner while the first lives, naming it and what to do', () => {
    const living = new Map([
      [10, 'a'],
      [11, 'b'],
    ]);
    acquireOwnerLock(directory(), machine(10, living), now);
    expect(() => acquireOwnerLock(directory(), machine(11, living), now)).to.throw(
      /process 10 owns it since 2026-11-21T00:00:00\.000Z.*CALLSHEET_DATA_DIR/,
    );
  });

  it('refuses a second owner inside the same process', () => {
    acquireOwnerLock(directory(), systemProcesses, now);
    expect(() => acquireOwnerLock(directory(), systemProcesses, now)).to.throw(`process ${process.pid} owns it`);
  });

  it('passes on when the owner leaves in order, even though its process lives', () => {
    const living = new Map([
      [10, 'a'],
      [11, 'b'],
    ]);
    acquireOwnerLock(directory(), machine(10, living), now).release();
    expect(() => acquireOwnerLock(directory(), machine(11, living), now)).not.to.throw();
  });

  it('takes over from an owner that was killed', () => {
    acquireOwnerLock(directory(), machine(10, new Map([[10, 'a']])), now);
    expect(() => acquireOwnerLock(directory(), machine(11, new Map([[11, 'b']])), now)).not.to.throw();
  });

  it('is not fooled by a new process that was given the id of the dead owner', () => {
    acquireOwnerLock(directory(), machine(10, new Map([[10, 'started at 5']])), now);
    const later = new Map([
      [10, 'started at 99'],
      [11, 'b'],
    ]);
    expect(() => acquireOwnerLock(directory(), machine(11, later), now)).not.to.throw();
  });

  it('stays on the safe side where the system does not tell incarnations', () => {
    acquireOwnerLock(directory(), machine(10, new Map([[10, undefined]])), now);
    const living = new Map([
      [10, undefined],
      [11, undefined],
    ]);
    expect(() => acquireOwnerLock(directory(), machine(11, living), now)).to.throw('process 10 owns it');
  });

  it('lets only one of two become the next owner when both find the same dead one', () => {
    acquireOwnerLock(directory(), machine(10, new Map([[10, 'a']])), now);
    const living = new Map([
      [11, 'b'],
      [12, 'c'],
    ]);
    let overtaken = false;
    const slow: Processes = {
      ...machine(11, living),
      isAlive(pid) {
        // 11 has seen that 10 is dead; before it acts, 12 goes all the way.
        if (!overtaken) {
          overtaken = true;
          acquireOwnerLock(directory(), machine(12, living), now);
          return false;
        }
        return living.has(pid);
      },
    };
    expect(() => acquireOwnerLock(directory(), slow, now)).to.throw('process 12 owns it');
  });

  it('does not let a sleeper in that still has an old number in mind', () => {
    acquireOwnerLock(directory(), machine(10, new Map([[10, 'a']])), now);
    const living = new Map([
      [11, 'b'],
      [12, 'c'],
      [13, 'd'],
    ]);
    let slept = false;
    const sleeper: Processes = {
      ...machine(11, living),
      isAlive(pid) {
        if (!slept) {
          slept = true;
          acquireOwnerLock(directory(), machine(12, living), now).release();
          acquireOwnerLock(directory(), machine(13, living), now);
          return false;
        }
        return living.has(pid);
      },
    };
    expect(() => acquireOwnerLock(directory(), sleeper, now)).to.throw('process 13 owns it');
  });

  it('overlooks a lock file that nobody can read', () => {
    writeFileSync(join(directory(), 'owner.7.json'), 'not json');
    acquireOwnerLock(directory(), machine(10, new Map([[10, 'a']])), now);
    expect(readdirSync(directory())).to.deep.equal(['owner.8.json']);
  });

  it('takes a killed process nobody has asked about for dead', async function () {
    if (process.platform !== 'linux') this.skip();
    // The shell becomes a program that never asks how the child it started ended.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [line] = await once(parent.stdout, 'data');
      const child = Number(String(line));
      expect(systemProcesses.isAlive(child)).to.equal(true);
      process.kill(child, 'SIGKILL');
      while (systemProcesses.isAlive(child)) await new Promise((resolve) => setImmediate(resolve));
      expect(() => process.kill(child, 0), 'it is still in the list of processes').to.not.throw();
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('tells this process from its incarnation, and a process that never was from a living one', function () {
    expect(systemProcesses.isAlive(process.pid)).to.equal(true);
    expect(systemProcesses.isAlive(2 ** 22 + 1)).to.equal(false);
    if (process.platform !== 'linux') this.skip();
    expect(systemProcesses.incarnation(process.pid)).to.match(/^[0-9a-f-]{36}\/\d+$/);
    expect(systemProcesses.incarnation(2 ** 22 + 1)).to.equal(undefined);
    acquireOwnerLock(directory(), systemProcesses, now);
    const owner = JSON.parse(readFileSync(join(directory(), 'owner.1.json'), 'utf8'));
    expect(owner).to.include({ pid: process.pid, incarnation: systemProcesses.incarnation(process.pid) });
  });
});
