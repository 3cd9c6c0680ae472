import { expect } from 'chai';
import fc from 'fast-check';
import { History } from '../../src/session/history.ts';

describe('a history of sent messages', () => {
  it('hands back what came after a number, oldest first', () => {
    const history = new History({ maxMessages: 10, maxLength: 100 });
    for (const text of ['a', 'b', 'c']) history.add(text);
    expect(history.after(0)).to.deep.equal(['a', 'b', 'c']);
    expect(history.after(2)).to.deep.equal(['c']);
    expect(history.after(3)).to.deep.equal([]);
    expect(history.after(4), 'a number nobody was given').to.equal(undefined);
  });

  it('forgets the oldest beyond its bounds, and says so instead of answering with a gap', () => {
    const history = new History({ maxMessages: 2, maxLength: 100 });
    for (const text of ['a', 'b', 'c']) history.add(text);
    expect(history.after(0)).to.equal(undefined);
    expect(history.after(1)).to.deep.equal(['b', 'c']);
    const long = new History({ maxMessages: 10, maxLength: 3 });
    for (const text of ['aa', 'bb']) long.add(text);
    expect(long.after(1)).to.deep.equal(['bb']);
    expect(long.forgotten).to.equal(1);
  });

  it('agrees with a list of everything ever sent, whatever happens', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ add: fc.string({ maxLength: 20 }) }),
        fc.record({ acknowledge: fc.integer({ min: -1, max: 300 }) }),
      ),
      { maxLength: 300 },
    );
    const limits = fc.record({
      maxMessages: fc.integer({ min: 1, max: 90 }),
      maxLength: fc.integer({ min: 1, max: 500 }),
    });
    fc.assert(
      fc.property(limits, steps, (bounds, taken) => {
        const history = new History(bounds);
        const all: string[] = [];
        let acknowledged = 0;
        for (const step of taken) {
          if ('add' in step) {
            history.add(step.add);
            all.push(step.add);
          } else {
            history.acknowledge(step.acknowledge);
            acknowledged = Math.max(acknowledged, Math.min(step.acknowledge, all.length));
          }
          const { forgotten, last } = history;
          expect(last).to.equal(all.length);
          expect(forgotten).to.be.at.least(acknowledged).and.at.most(all.length);
          const kept = all.slice(forgotten);
          expect(history.after(forgotten)).to.deep.equal(kept);
          expect(kept.length).to.be.at.most(bounds.maxMessages);
          expect(kept.join('').length).to.be.at.most(bounds.maxLength);
          if (forgotten > 0) expect(history.after(forgotten - 1)).to.equal(undefined);
        }
      }),
      { numRuns: 500 },
    );
  });
});
