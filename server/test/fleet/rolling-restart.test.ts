import { expect } from 'chai';
import { Load } from './load.ts';
import { useFleet } from './use-fleet.ts';

const TEN = Array.from({ length: 10 }, (_, at) => `worker-${at}`);

describe('ten workers that are restarted one after the other', function () {
  this.timeout(90_000);
  const open = useFleet();

  it('fail no call, whether it may be repeated or not, and run none twice that may not', async () => {
    const fleet = await open();
    const workers = await Promise.all(TEN.map(async (name) => [name, await fleet.worker(name)] as const));
    const client = await fleet.client();
    const loads = [
      new Load(client, 'fleet_repeatable', { atOnce: 10, ms: 60 }),
      new Load(client, 'fleet_once', { atOnce: 10, ms: 60, from: 1_000_000 }),
    ];
    const served = (): ReadonlySet<string> =>
      new Set(loads.flatMap(({ answers }) => answers.map(({ worker }) => worker)));
    await Promise.all(loads.map((load) => load.until(() => TEN.every((name) => served().has(name)))));
    const exits: (number | null)[] = [];
    for (const [name, worker] of workers) {
      worker.child.kill('SIGTERM');
      exits.push(await worker.exit);
      await fleet.worker(`${name}-new`);
    }
    const fresh = new Set(TEN.map((name) => `${name}-new`));
    for (const load of loads) {
      await load.more(50);
      await load.stop();
    }
    expect(loads.flatMap((load) => load.failures)).to.deep.equal([]);
    expect(exits).to.deep.equal(TEN.map(() => 0));
    const once = (await fleet.runs()).filter(({ what, id }) => what === 'start' && id >= 1_000_000).map(({ id }) => id);
    expect(new Set(once).size, 'no call run twice').to.equal(once.length);
    expect([...served()].filter((name) => fresh.has(name)).length, 'new workers that served').to.be.greaterThan(5);
  });
});
