import { expect } from 'chai';
import { RoomBell } from '../../src/call/room-bell.ts';
import { flush } from './scripted.ts';

describe('The bell that says there may be room', () => {
  it('tells everybody once per turn, however often it is rung', async () => {
    const bell = new RoomBell(() => undefined);
    const told: string[] = [];
    bell.listen(() => told.push('a'));
    const stop = bell.listen(() => told.push('b'));
    bell.ring();
    bell.ring();
    expect(told).to.deep.equal([]);
    await flush();
    expect(told).to.deep.equal(['a', 'b']);
    stop();
    bell.ring();
    await flush();
    expect(told).to.deep.equal(['a', 'b', 'a']);
  });

  it('tells the others when one throws', async () => {
    const faults: unknown[] = [];
    const bell = new RoomBell((fault) => faults.push(fault));
    const told: string[] = [];
    bell.listen(() => {
      throw new Error('mine');
    });
    bell.listen(() => told.push('b'));
    bell.ring();
    await flush();
    expect(told).to.deep.equal(['b']);
    expect(faults).to.have.length(1);
  });
});
