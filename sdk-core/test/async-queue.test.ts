import { expect } from 'chai';
import fc from 'fast-check';
import { asyncQueue } from '../src/async-queue.ts';
import { rejection } from './conversation.ts';

describe('a queue between events and a reader', () => {
  it('gives everything once and in order, whoever is earlier, and then the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('push', 'next'), { maxLength: 60 }), async (steps) => {
        const queue = asyncQueue<number>(Infinity, () => undefined);
        const reads: Promise<IteratorResult<number, undefined>>[] = [];
        let pushed = 0;
        for (const step of steps) {
          if (step === 'push') queue.push(pushed++);
          else reads.push(queue.next());
        }
        queue.end();
        queue.push(-1);
        for (let more = 0; more <= pushed; more++) reads.push(queue.next());
        const results = await Promise.all(reads);
        expect(results.flatMap(({ value }) => value ?? [])).to.deep.equal(
          Array.from({ length: pushed }, (_, at) => at),
        );
        expect(results.slice(pushed).every(({ done }) => done)).to.equal(true);
      }),
    );
  });

  it('drops the oldest when too much waits', async () => {
    const queue = asyncQueue<number>(2, () => undefined);
    expect([1, 2, 3].map((value) => queue.push(value))).to.deep.equal([1, 2, 2]);
    expect((await queue.next()).value).to.equal(2);
  });

  it('tells one reader why it failed, and the others that it is over', async () => {
    const queue = asyncQueue<number>(2, () => undefined);
    const first = rejection(queue.next());
    const second = queue.next();
    queue.fail('broken');
    queue.fail('again');
    expect(await first).to.equal('broken');
    expect(await second).to.deep.equal({ done: true, value: undefined });
    expect((await queue.next()).done).to.equal(true);
  });

  it('is told once that its reader left, and gives nothing afterwards', async () => {
    let ended = 0;
    const queue = asyncQueue<number>(2, () => ended++);
    queue.push(1);
    const reading = (async () => {
      for await (const value of queue) if (value === 1) break;
    })();
    await reading;
    queue.push(2);
    await queue.return();
    expect(ended).to.equal(1);
    expect((await queue.next()).done).to.equal(true);
  });

  it('keeps no error for a reader that left', async () => {
    const queue = asyncQueue<number>(2, () => undefined);
    queue.fail('broken');
    await queue.return();
    expect((await queue.next()).done).to.equal(true);
  });
});
