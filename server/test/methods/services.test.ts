import { expect } from 'chai';
import { DialledIn, refusedWith, saying, workerHouse } from '../workers/rig.ts';

describe('services/*', () => {
  it('lists all workers, and explains a tool somebody offers', async () => {
    const house = workerHouse();
    const worker = new DialledIn(house);
    await worker.register();
    expect(await worker.ask('services/list')).to.deep.equal({ listed: true });
    expect(await worker.ask('services/explain', { tool: 'speak' })).to.deep.equal({ tool: 'speak' });
    for (const tool of ['sing', 'constructor', '__proto__']) {
      expect(await refusedWith(worker.ask('services/explain', { tool }))).to.match(/^NOT_FOUND: .*nobody offers it/);
    }
  });

  it('take parameters in the shape of the protocol alone', async () => {
    const worker = new DialledIn(workerHouse());
    const refused = async (method: string, params: object) => refusedWith(worker.ask(method, params as never));
    expect(await refused('services/register', { worker: {} })).to.match(/^INVALID_PARAMS/);
    expect(await refused('services/register', { ...saying(), more: 1 })).to.match(/^INVALID_PARAMS/);
    expect(await refused('services/register', saying({}, { holds: [{ id: 'x'.repeat(65) }] }))).to.match(
      /^INVALID_PARAMS/,
    );
    expect(await refused('services/heartbeat', { inFlight: -1 })).to.match(/^INVALID_PARAMS/);
    expect(await refused('work/recall', { work: 'w' })).to.match(/^INVALID_PARAMS/);
  });
});
