import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { serviceMethods } from '../../src/methods/services.ts';
import { type OpenDoor, openDoor, type Peer, withKey } from '../doors/gateway-socket.ts';
import { settled } from '../session/talk.ts';
import { Asked, Outcome } from './asked.ts';
import { saying, workerHouse } from './rig.ts';

const MEBIBYTE = 1_048_576;

describe('a worker that answers more than it may', () => {
  const rig = workerHouse();
  let door: OpenDoor;
  let peer: Peer;
  let epoch = 0;
  before(async () => {
    const fleet = { registry: rig.registry, list: () => ({}), explain: () => ({}) };
    door = await openDoor(serviceMethods(rig.registrations, fleet));
  });
  beforeEach(async () => {
    peer = withKey(door);
    const said = saying({ epoch: ++epoch });
    await peer.say({ jsonrpc: '2.0', id: 1, method: 'services/register', params: said });
  });
  after(() => door.close());

  /**
   * Calls the worker, which answers with so many bytes. Resolves when the caller is told, or the connection
   * ends.
   */
  async function ask(bytes: number): Promise<Outcome> {
    const [report] = [...rig.registry.workers()];
    const answer = report?.worker.link.call(new Asked()) ?? Promise.reject(new Error('nobody is there'));
    const outcome = new Outcome(answer);
    const { id } = (await peer.hear()) as JsonObject;
    peer.socket.send(`{"jsonrpc":"2.0","id":"${String(id)}","result":{"structuredContent":"${'x'.repeat(bytes)}"}}`);
    while (!outcome.settled && peer.socket.readyState === peer.socket.OPEN) await settled();
    return outcome;
  }

  it('leaves nobody waiting, and stays', async () => {
    expect((await ask(2 * MEBIBYTE)).told).to.deep.equal(['UPSTREAM_ERROR', true]);
    expect(await peer.say({ jsonrpc: '2.0', id: 2, method: 'ping' })).to.deep.include({ id: 2, result: {} });
    await peer.leave();
  });

  it('far beyond loses its connection, and with it the call', async () => {
    const outcome = await ask(5 * MEBIBYTE);
    expect((await peer.closed).code).to.equal(1009);
    while ([...rig.registry.workers()][0]?.worker.connected === true) await settled();
    rig.clock.advance(3_000);
    await settled();
    expect(outcome.told).to.deep.equal(['UPSTREAM_ERROR', true]);
  });
});
