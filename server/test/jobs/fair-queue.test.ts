import { expect } from 'chai';
import fc from 'fast-check';
import { FairQueue, type Waiting } from '../../src/jobs/fair-queue.ts';

const job = (id: string, owner: string, priority = 5, tool = 'film'): Waiting => ({
  id,
  tool,
  principal: { id: owner, role: 'user', scopes: [] },
  priority,
});

const takeNext = (queue: FairQueue<Waiting>, skip?: ReadonlySet<string>): Waiting | undefined =>
  queue.take(queue.next(skip)?.id ?? '');

function drain(queue: FairQueue<Waiting>, skip?: ReadonlySet<string>): string[] {
  const order: string[] = [];
  for (let next = takeNext(queue, skip); next !== undefined; next = takeNext(queue, skip)) order.push(next.id);
  return order;
}

describe('fair queue', () => {
  it('goes by priority, then in turns between owners, then first come first served', () => {
    const queue = new FairQueue();
    for (const item of [
      job('a1', 'a'),
      job('a2', 'a'),
      job('a3', 'a'),
      job('b1', 'b'),
      job('b2', 'b'),
      job('c1', 'c', 9),
    ]) {
      queue.push(item);
    }
    expect(queue.size).to.equal(6);
    expect(drain(queue)).to.deep.equal(['c1', 'a1', 'b1', 'a2', 'b2', 'a3']);
    expect(queue.size).to.equal(0);
  });

  it('does not let a newcomer wait behind all jobs of somebody else', () => {
    const queue = new FairQueue();
    for (let i = 0; i < 1_000; i++) queue.push(job(`a${i}`, 'a'));
    queue.push(job('b', 'b'));
    expect(queue.position('b')).to.equal(2);
  });

  it('puts back in front of the owner’s other jobs', () => {
    const queue = new FairQueue();
    const first = job('a1', 'a');
    queue.push(first);
    queue.push(job('a2', 'a'));
    takeNext(queue);
    queue.putBack(first);
    expect(drain(queue)).to.deep.equal(['a1', 'a2']);
  });

  it('passes over jobs whose tool is skipped, whoever has them, and keeps their turns', () => {
    const queue = new FairQueue();
    for (const item of [job('a1', 'a'), job('a2', 'a', 5, 'voice'), job('b1', 'b'), job('b2', 'b', 5, 'voice')]) {
      queue.push(item);
    }
    queue.push(job('a3', 'a', 9));
    expect(queue.next(new Set(['film']))?.id).to.equal('a2');
    expect(drain(queue, new Set(['film']))).to.deep.equal(['a2', 'b2']);
    expect(drain(queue, new Set(['film', 'voice']))).to.deep.equal([]);
    expect(drain(queue)).to.deep.equal(['a3', 'a1', 'b1']);
  });

  it('refuses a priority it has no place for', () => {
    expect(() => new FairQueue().push(job('a', 'a', 10))).to.throw('priority 10 is not 0 to 9');
  });

  it('knows nothing of jobs that are not in it', () => {
    const queue = new FairQueue();
    const nothing = [queue.position('x'), queue.remove('x'), queue.take('x'), queue.next()];
    expect(nothing).to.deep.equal([undefined, undefined, undefined, undefined]);
  });

  it('gives every job the place at which it is taken, whatever came and went before', () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('push' as const),
        owner: fc.constantFrom('a', 'b', 'c'),
        priority: fc.nat(9),
        tool: fc.constantFrom('film', 'voice'),
      }),
      fc.record({ do: fc.constant('take' as const) }),
      fc.record({ do: fc.constant('remove' as const), which: fc.nat(30) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new FairQueue();
        const inside = new Set<string>();
        steps.forEach((one, index) => {
          if (one.do === 'push') {
            queue.push(job(`j${index}`, one.owner, one.priority, one.tool));
            inside.add(`j${index}`);
          } else if (one.do === 'take') {
            inside.delete(takeNext(queue)?.id ?? '');
          } else if (queue.remove(`j${one.which}`) !== undefined) {
            inside.delete(`j${one.which}`);
          }
        });
        const places = new Map([...inside].map((id) => [id, queue.position(id)]));
        const order = drain(queue);
        expect(order).to.have.members([...inside]);
        order.forEach((id, index) => {
          expect(places.get(id), id).to.equal(index + 1);
        });
      }),
    );
  });
});
