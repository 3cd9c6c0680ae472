import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { flush, house } from './scripted.ts';

describe('calls that went elsewhere', () => {
  it('are counted for a worker from when its guard keeps it away until it lets it back', async () => {
    const all = house(4, { retry: false, strategy: 'round-robin' });
    const diverted = (): number[] => [...all.cluster.standings()].map((worker) => worker.diverted);
    const call = async (): Promise<void> => {
      const before = all.workers.map(({ link }) => link.arrived.length);
      all.call({ repeatable: false });
      const at = all.workers.findIndex(({ link }, nth) => link.arrived.length > (before[nth] ?? 0));
      const here = all.workers[at]?.link;
      if (at === 0) here?.nth(here.arrived.length - 1).fail(new CallError('UPSTREAM_ERROR', 'broken'));
      else here?.nth(here.arrived.length - 1).answer();
      await flush();
    };
    for (let n = 0; n < 200 && all.cluster.guards.out === 0; n++) await call();
    expect([...all.cluster.standings()][0]).to.include({ name: 'worker 0', guard: 'open' });
    const before = diverted()[0] ?? Number.NaN;
    for (let n = 0; n < 10; n++) await call();
    expect(diverted()).to.deep.equal([before + 10, 0, 0, 0]);
    all.clock.advance(600_000);
    await call();
    const after = diverted()[0] ?? Number.NaN;
    expect([...all.cluster.standings()][0]?.guard).to.not.equal('open');
    await call();
    expect(diverted()[0]).to.equal(after);
  });
});
