import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { whileLocked } from '../../src/auth/change-lock.ts';
import { FakeClock } from '../fake-clock.ts';
import { useTempDir } from '../temp-dir.ts';
import { startScript } from './script.ts';

describe('the lock around a change', () => {
  const folder = useTempDir();
  const lock = (): string => join(folder(), 'auth', 'lock');

  it('lets one in at a time, and each one in the end', async () => {
    let inside = 0;
    const work = async (): Promise<number> => {
      expect(++inside).to.equal(1);
      await new Promise((resolve) => setImmediate(resolve));
      return --inside;
    };
    const all = Array.from({ length: 20 }, () => whileLocked(lock(), work));
    expect(await Promise.all(all)).to.deep.equal(Array(20).fill(0));
  });

  it('is free again after work that failed', async () => {
    const failing = whileLocked(lock(), () => Promise.reject(new Error('no')));
    expect(await failing.catch((error: Error) => error.message)).to.equal('no');
    expect(await whileLocked(lock(), async () => 'in')).to.equal('in');
  });

  it('is taken over from a process that was killed, and waited for while that lives', async () => {
    const { child, speaks, output } = startScript('hold-lock.ts', lock());
    const end = output.catch((error: Error) => error.message);
    await speaks;
    const clock = new FakeClock();
    const waiting = whileLocked(lock(), async () => 'in', { clock, patienceMs: 5_000 }).catch((error: Error) => error);
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(5_000);
    expect(await waiting)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.contains(lock())
      .and.contains('5 s');
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
    expect(await end).to.contain('SIGKILL');
    expect(await whileLocked(lock(), async () => 'in')).to.equal('in');
  });

  it('passes on what the file system refuses', async () => {
    const error = await whileLocked('/dev/null/auth', async () => 'in').catch((fault: unknown) => fault);
    expect(error).to.have.property('code', 'ENOTDIR');
  });
});
