import { expect } from 'chai';
import { followChanges } from './changes.ts';
import { Load } from './load.ts';
import { useFleet } from './use-fleet.ts';

const NAMES = ['ada', 'bea', 'cyd', 'dot'];

describe('workers that are all down', () => {
  const open = useFleet();

  it('are not stormed with retries: at most 1.2 attempts for a call that fails at once', async () => {
    const fleet = await open();
    await Promise.all(NAMES.map((name) => fleet.worker(name)));
    const calls = new Load(await fleet.client(), 'fleet_broken', { atOnce: 16, ms: 0 });
    await calls.more(1_000);
    await calls.stop();
    const attempts = (await fleet.runs()).filter(({ what }) => what === 'start');
    expect(calls.answers).to.deep.equal([]);
    expect(attempts.length, 'attempts').to.be.at.most(1.2 * calls.calls);
    expect(new Set(attempts.map(({ worker }) => worker)).size, 'workers that were asked').to.equal(NAMES.length);
  });

  it('answer nothing, and every call says that it was not begun and may be tried again', async () => {
    const fleet = await open('queue_wait_ms = 500');
    const workers = await Promise.all(NAMES.map((name) => fleet.worker(name)));
    const client = await fleet.client();
    const changes = await followChanges(client);
    for (const { child } of workers) child.kill('SIGKILL');
    await Promise.all(NAMES.map((gone) => changes.first(({ name, connected }) => name === gone && !connected)));
    await changes.stop();
    const calls = new Load(client, 'fleet_once', { atOnce: 16, ms: 0 });
    await calls.more(16);
    await calls.stop();
    expect(calls.answers).to.deep.equal([]);
    const told = calls.failures.map(({ code, retryable, maybeExecuted }) => ({ code, retryable, maybeExecuted }));
    expect(told).to.have.length.at.least(16);
    expect(new Set(told.map((one) => JSON.stringify(one)))).to.deep.equal(
      new Set([JSON.stringify({ code: 'UNAVAILABLE', retryable: true, maybeExecuted: false })]),
    );
  });
});
