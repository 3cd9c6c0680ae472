import { expect } from 'chai';
import { rest } from '../jobs/house.ts';
import { type Asked, KEEP_MS, KeyHouse } from './house.ts';

const BOB = { id: 'key:bob', role: 'user', scopes: [] };

/** Calls, and ends the call at once when it runs. */
async function call(house: KeyHouse, asked: Asked, result = {}): Promise<'ran' | 'replayed' | string> {
  const { length } = house.runs;
  const request = house.ask(asked);
  await rest();
  house.runs[length]?.answer(result);
  await rest();
  if (house.runs.length > length) return 'ran';
  return request.told()?.error?.errorName ?? 'replayed';
}

describe('keys that are remembered', () => {
  it('are bounded for each caller: what ended first goes', async () => {
    const house = await KeyHouse.open({ maxKeysPerPrincipal: 3 });
    for (const key of ['a', 'b', 'c', 'd']) await call(house, { key });
    for (const key of ['a', 'b']) await call(house, { key, principal: BOB });
    expect(await call(house, { key: 'b' })).to.equal('replayed');
    expect(house.stored).to.equal(5);
    expect(await call(house, { key: 'a' })).to.equal('ran');
    expect(await call(house, { key: 'b' })).to.equal('ran');
    expect(await call(house, { key: 'd' })).to.equal('replayed');
    expect(await call(house, { key: 'a', principal: BOB })).to.equal('replayed');
  });

  it('are bounded in all: what ended first goes, whosever it is', async () => {
    const house = await KeyHouse.open({ maxKeys: 2 });
    await call(house, { key: 'a' });
    await call(house, { key: 'a', principal: BOB });
    await call(house, { key: 'b' });
    expect(await call(house, { key: 'a', principal: BOB })).to.equal('replayed');
    expect(await call(house, { key: 'a' })).to.equal('ran');
    expect(house.stored).to.equal(2);
  });

  it('are bounded in bytes, of each caller and in all', async () => {
    const result = { text: 'x'.repeat(400) };
    const own = await KeyHouse.open({ maxBytesPerPrincipal: 1_000 });
    for (const key of ['a', 'b', 'c']) await call(own, { key }, result);
    expect([await call(own, { key: 'c' }), await call(own, { key: 'a' })]).to.deep.equal(['replayed', 'ran']);
    const all = await KeyHouse.open({ maxBytes: 1_000 });
    for (const key of ['a', 'b', 'c']) await call(all, { key, ...(key === 'b' && { principal: BOB }) }, result);
    expect([await call(all, { key: 'c' }), await call(all, { key: 'a' })]).to.deep.equal(['replayed', 'ran']);
  });

  it('never go while their call runs: another one finds no place', async () => {
    const house = await KeyHouse.open({ maxKeysPerPrincipal: 2, maxKeys: 3 });
    house.ask({ key: 'a' });
    house.ask({ key: 'b' });
    await rest();
    expect(await call(house, { key: 'c' })).to.equal('TOO_MANY_IN_FLIGHT');
    house.ask({ key: 'a', principal: BOB });
    await rest();
    expect(await call(house, { key: 'b', principal: BOB })).to.equal('OVERLOADED');
    house.runs[2]?.answer({});
    await rest();
    expect(await call(house, { key: 'b', principal: BOB })).to.equal('ran');
  });

  it('of calls that run without a connection are as few as calls at once', async () => {
    const house = await KeyHouse.open({ most: 2 });
    const asks = ['a', 'b'].map((key) => house.ask({ key }));
    for (const { cancellation } of asks) cancellation.leave(house.gone());
    await rest();
    expect(await call(house, { key: 'c' })).to.equal('TOO_MANY_IN_FLIGHT');
    const back = house.ask({ key: 'a' });
    house.runs[0]?.answer({ n: 1 });
    await rest();
    expect(back.told()).to.deep.equal({ result: { n: 1 } });
    expect(await call(house, { key: 'c' })).to.equal('ran');
  });

  it('are as bounded after a restart, also by smaller bounds, and as old as they are', async () => {
    const house = await KeyHouse.open();
    for (const key of ['a', 'b', 'c', 'd']) {
      await call(house, { key });
      house.clock.advance(1_000);
    }
    house.restart({ maxKeys: 3 });
    await rest();
    expect(house.stored).to.equal(3);
    house.clock.advance(KEEP_MS - 3_000);
    await rest();
    expect([await call(house, { key: 'c' }), await call(house, { key: 'b' })]).to.deep.equal(['replayed', 'ran']);
  });

  it('are removed from the disk with the next outcome that is stored', async () => {
    const house = await KeyHouse.open({ maxKeysPerPrincipal: 1 });
    const tool = { idempotent: true };
    await call(house, { key: 'a', tool });
    house.ask({ key: 'b', tool });
    await rest();
    expect(house.stored).to.equal(1);
    house.runs[1]?.answer({});
    await rest();
    expect(house.stored).to.equal(1);
    expect(await call(house, { key: 'b', tool })).to.equal('replayed');
  });
});
