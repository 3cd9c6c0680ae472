import { Readable } from 'node:stream';
import { expect } from 'chai';
import { rejection } from '../../sdk-core/test/conversation.ts';
import { FakeClock } from '../../sdk-core/test/fake-clock.ts';
import { fileTransfers } from '../src/file-transfers.ts';
import { waitFor } from '../src/wait-for.ts';

const never = (): Promise<never> => new Promise(() => undefined);

describe('waiting for a function of the application', () => {
  let clock: FakeClock;
  let abort: AbortController;
  const wait = <T>(give: () => T | Promise<T>): Promise<T> =>
    waitFor('a credential', give, { patienceMs: 10_000, clock, signal: abort.signal });

  beforeEach(() => {
    clock = new FakeClock();
    abort = new AbortController();
  });
  afterEach(() => {
    expect(clock.pending).to.equal(0);
  });

  it('gives what it gives, and fails as it fails', async () => {
    expect(await wait(() => 1)).to.equal(1);
    expect(await wait(async () => 2)).to.equal(2);
    const error = new Error('own');
    expect(await rejection(wait(() => Promise.reject(error)))).to.equal(error);
    const thrown = wait(() => {
      throw error;
    });
    expect(await rejection(thrown)).to.equal(error);
  });

  it('ends with an abort, before it began as well', async () => {
    const waiting = rejection(wait(never));
    abort.abort('enough');
    expect(await waiting).to.include({ code: 'CANCELLED', cause: 'enough' });
    let isAsked = false;
    const late = wait(() => {
      isAsked = true;
    });
    expect(await rejection(late)).to.include({ code: 'CANCELLED' });
    expect(isAsked).to.equal(false);
  });

  it('ends when the time is over', async () => {
    const waiting = rejection(wait(never));
    await clock.advance(10_000);
    const error = await waiting;
    expect(error).to.include({ code: 'TIMEOUT', phase: 'connect', retryable: true });
    expect(String(error)).to.contain('Gave up waiting for a credential: nothing came within 10000 ms');
  });
});

describe('files of a client whose url function hangs', () => {
  it('can be given up, and are within the bound of a dial', async () => {
    const abort = new AbortController();
    const { download, upload } = fileTransfers(never, { type: 'none' }, 50);
    const { signal } = abort;
    const stream = new Readable({ read: () => undefined });
    const patient = rejection(download('/film', { to: '/nowhere/film' }));
    const ended = [download('/film', { to: '/nowhere/film', signal }), upload(stream, { signal })].map(rejection);
    abort.abort('enough');
    for (const error of await Promise.all(ended)) expect(error).to.include({ code: 'CANCELLED' });
    expect(stream.destroyed).to.equal(true);
    expect(await patient).to.include({ code: 'TIMEOUT', phase: 'connect' });
  });

  it('are refused at once where their options are wrong', async () => {
    const { download, upload } = fileTransfers(never, { type: 'none' });
    const signal = { aborted: false } as never;
    for (const wrong of [download('/film', { to: '/nowhere/film', signal }), upload('a.png', { signal })]) {
      expect(await rejection(wrong)).to.be.instanceOf(TypeError);
    }
  });
});
