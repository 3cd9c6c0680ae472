import { expect } from 'chai';
import { fakeClock, settle } from '../../src/testing.ts';

describe('waiting until all has arrived', () => {
  const { setImmediate: own } = globalThis;
  afterEach(() => {
    Object.assign(globalThis, { setImmediate: own });
  });

  for (const platform of ['with turns of its own', 'that has timers only'] as const) {
    it(`lets microtasks and what they start come first, on a platform ${platform}`, async () => {
      if (platform === 'that has timers only') Object.assign(globalThis, { setImmediate: undefined });
      const done: string[] = [];
      queueMicrotask(() => queueMicrotask(() => void Promise.resolve().then(() => done.push('third'))));
      await settle();
      expect(done).to.deep.equal(['third']);
    });
  }

  it('can be done otherwise', async () => {
    let asked = 0;
    const clock = fakeClock(async () => {
      asked += 1;
    });
    clock.after(5, () => undefined);
    await clock.advance(5);
    expect(asked).to.equal(2);
  });
});
