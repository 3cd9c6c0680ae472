import { expect } from 'chai';
import fc from 'fast-check';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import { Bulkhead } from '../../src/guard/bulkhead.ts';
import type { Slots } from '../../src/guard/slots.ts';
import type { Wish } from '../../src/guard/waiting-line.ts';

describe('A slot that is not welcome', () => {
  let clock: FakeClock;
  let bulkhead: Bulkhead;
  /** Workers nobody wants while they have other calls. */
  let dear: Set<Slots>;
  let heard: string[];
  /** Every question: the worker and how long the line was said to be. */
  let asked: string[];

  beforeEach(() => {
    clock = new FakeClock();
    bulkhead = new Bulkhead({ clock, lineLimit: 20 });
    dear = new Set();
    heard = [];
    asked = [];
  });

  function wait(name: string, wish: Partial<Wish> = {}): () => void {
    return bulkhead.wait('draw', {
      deadlineMs: 60_000,
      welcomes: (slots, waitMs) => {
        asked.push(`${slots.id} ${Math.round(waitMs)}`);
        return !dear.has(slots);
      },
      admit: (slots) => heard.push(`${name} on ${slots.id}`),
      refuse: (error) => heard.push(`${name} ${error.errorName}`),
      ...wish,
    });
  }

  /** A worker with this many calls. */
  function busy(id: string, limit: number, calls = limit): Slots {
    const slots = bulkhead.join(id, limit, ['draw']);
    for (let call = 0; call < calls; call++) slots.take();
    return slots;
  }

  it('is left to whoever comes later, and the one behind it is asked about', () => {
    dear.add(busy('slow', 2, 1));
    busy('good', 2, 1);
    wait('a');
    expect(heard).to.deep.equal(['a on good']);
    expect(asked).to.deep.equal(['slow 0', 'good 0']);
  });

  it('stays free while calls wait, when it ends some of its own too', () => {
    const slow = busy('slow', 3);
    dear.add(slow);
    wait('a');
    slow.release();
    expect(heard).to.deep.equal([]);
    expect(asked).to.deep.equal(['slow 0']);
    expect(slow.canOffer).to.equal(true);
  });

  it('is taken, unasked, of a worker that has no other call', () => {
    const slow = busy('slow', 2);
    dear.add(slow);
    wait('a');
    wait('b');
    slow.release();
    slow.release();
    expect(heard).to.deep.equal(['a on slow']);
    expect(bulkhead.waiting('draw')).to.equal(1);
    dear.add(bulkhead.join('new', 4, ['draw']));
    expect(heard).to.deep.equal(['a on slow', 'b on new']);
  });

  it('is offered again when another worker ends a call: costs may have changed', () => {
    const slow = busy('slow', 2, 1);
    const good = busy('good', 1);
    dear.add(slow);
    wait('a');
    wait('b');
    dear.delete(slow);
    expect(heard).to.deep.equal([]);
    good.release();
    expect(heard).to.deep.equal(['a on good', 'b on slow']);
  });

  it('is offered in turn with others: one for each call that ends', () => {
    const slow = Array.from({ length: 3 }, (_, n) => busy(`slow${n}`, 2, 1));
    const good = busy('good', 9);
    for (const slots of slow) dear.add(slots);
    for (let call = 0; call < 9; call++) wait(`a${call}`);
    asked.length = 0;
    for (let call = 0; call < 6; call++) good.release();
    const again = asked.map((question) => question.split(' ')[0]).filter((id) => id !== 'good');
    expect(again).to.deep.equal(['slow0', 'slow1', 'slow2', 'slow0', 'slow1', 'slow2']);
  });

  it('is offered again when it is said that the workers are not the same any more', () => {
    const slow = [busy('slow0', 2, 1), busy('slow1', 3, 1)];
    for (const slots of slow) dear.add(slots);
    for (const name of ['a', 'b', 'c', 'd']) wait(name);
    bulkhead.reconsider('draw');
    bulkhead.reconsider('unknown');
    expect(heard).to.deep.equal([]);
    dear.clear();
    bulkhead.reconsider('draw');
    expect(heard).to.deep.equal(['a on slow0', 'b on slow1', 'c on slow1']);
  });

  it('is judged beside how long the line is, by its pace', () => {
    const [good, slow] = [busy('good', 1), busy('slow', 3)];
    for (let call = 0; call < 10; call++) wait(`a${call}`);
    for (let call = 0; call < 4; call++) {
      clock.advance(50);
      good.release();
    }
    dear.add(slow);
    asked.length = 0;
    slow.release();
    expect(asked).to.deep.equal(['slow 300']);
  });

  it('is taken rather than a refusal, when the wait is over or the line is full', () => {
    const slow = busy('slow', 3, 1);
    dear.add(slow);
    wait('patient');
    for (let call = 1; call < 20; call++) wait('b', { deadlineMs: 4_000 });
    wait('late');
    expect(heard).to.deep.equal(['late on slow']);
    clock.advance(4_000);
    expect(heard.slice(1)).to.deep.equal(Array(19).fill('b DEADLINE_EXCEEDED'));
    clock.advance(1_000);
    expect(heard.at(-1)).to.equal('patient on slow');
    wait('c');
    clock.advance(5_000);
    expect(heard.at(-1)).to.equal('c OVERLOADED');
  });

  it('is forgotten when it is taken, withdrawn or gone', () => {
    const [taken, withdrawn, gone] = [busy('taken', 2, 1), busy('withdrawn', 2, 1), busy('gone', 2, 1)];
    for (const slots of [taken, withdrawn, gone]) dear.add(slots);
    wait('a');
    taken.take();
    withdrawn.offer(false);
    bulkhead.leave(gone);
    clock.advance(5_000);
    expect(heard).to.deep.equal(['a OVERLOADED']);
  });

  it('does not make whoever comes ask about a whole fleet, and forgets none of it', () => {
    for (let worker = 0; worker < 100; worker++) dear.add(busy(`slow${worker}`, 2, 1));
    wait('a');
    expect(asked).to.have.length(8);
    bulkhead.reconsider('draw');
    expect(new Set(asked).size).to.equal(100);
  });

  it('lets a call that comes again go before those that have not been anywhere, of the same owner', () => {
    const [failed, good] = [busy('failed', 1), busy('good', 4)];
    wait('a', { owner: 'ann' });
    wait('b', { owner: 'bob' });
    wait('again', { owner: 'bob', not: failed });
    wait('again2', { owner: 'bob', not: failed });
    for (let call = 0; call < 4; call++) good.release();
    expect(heard).to.deep.equal(['a on good', 'again on good', 'again2 on good', 'b on good']);
  });

  it('never keeps anybody waiting beside an idle worker, nor refused beside a free slot, whatever is dear', () => {
    const step = fc.record({
      act: fc.constantFrom(
        'wait',
        'wait',
        'wait',
        'take',
        'end',
        'end',
        'end',
        'cost',
        'leave',
        'time',
        'offer',
        'resize',
      ),
      pick: fc.nat(1_000),
      tool: fc.constantFrom('draw', 'sing'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
        const model = new Model();
        for (const { act, pick, tool } of steps) model.step(act, pick, tool);
        model.endEverything();
      }),
      { numRuns: 300 },
    );
  });
});

const TOOLS: readonly (readonly string[])[] = [['draw'], ['draw', 'sing'], ['sing'], ['draw', 'sing']];

/** Workers whose calls end, and whose costs change, when chance will have it and without anybody being told. */
class Model {
  readonly #clock = new FakeClock();
  readonly #bulkhead = new Bulkhead({ clock: this.#clock, lineLimit: 5 });
  readonly #workers = TOOLS.map((tools, n) => this.#bulkhead.join(`w${n}`, n + 1, tools));
  readonly #dear = new Set<Slots>();
  readonly #offered = new Set(this.#workers);
  readonly #held: Slots[] = [];
  readonly #waiting = new Map<number, { readonly tool: string; readonly not: Slots | undefined; leave: () => void }>();
  /** How many calls have ended elsewhere since those in line were asked about a worker. */
  readonly #unasked = new Map<Slots, number>();
  #number = 0;

  step(act: string, pick: number, tool: string): void {
    const worker = this.#workers[pick % this.#workers.length];
    if (worker === undefined) return;
    if (act === 'wait') this.#wait(tool, pick);
    else if (act === 'take' && this.#offered.has(worker) && worker.take()) this.#held.push(worker);
    else if (act === 'end') this.#end(pick);
    else if (act === 'cost') this.#cost(worker);
    else if (act === 'leave') [...this.#waiting.values()][pick % 5]?.leave();
    else if (act === 'time') this.#clock.advance(pick * 3);
    else if (act === 'offer') this.#offer(worker, pick % 3 > 0);
    else if (act === 'resize') worker.resize(pick % 4);
    this.#check();
  }

  /** Whoever still waits is served, once a worker of the tool has ended what it has. */
  endEverything(): void {
    for (const worker of this.#workers) {
      worker.resize(1);
      this.#offer(worker, true);
    }
    for (let ends = 0; ends < 200 && this.#held.length > 0; ends++) this.#end(0);
    expect(this.#waiting.size).to.equal(0);
    expect(this.#clock.pending).to.equal(0);
  }

  #wait(tool: string, pick: number): void {
    const number = this.#number++;
    const not = pick % 4 === 0 ? this.#workers[pick % 3] : undefined;
    let answered = false;
    const over = (): void => {
      expect(answered, 'answered twice').to.equal(false);
      answered = true;
      this.#waiting.delete(number);
    };
    const leave = this.#bulkhead.wait(tool, {
      deadlineMs: pick % 5 === 0 ? 900 : 60_000,
      not,
      welcomes: (slots) => {
        expect(slots.inUse, 'asked about an idle worker').to.be.above(0);
        this.#unasked.set(slots, 0);
        return !this.#dear.has(slots);
      },
      admit: (slots) => {
        over();
        this.#unasked.set(slots, 0);
        this.#held.push(slots);
      },
      refuse: ({ errorName }) => {
        over();
        if (errorName === 'OVERLOADED')
          expect(this.#mayHave(tool, not).some(isFree), 'refused beside a slot').to.equal(false);
      },
    });
    if (answered) return;
    this.#waiting.set(number, {
      tool,
      not,
      leave: () => {
        leave();
        this.#waiting.delete(number);
      },
    });
  }

  #end(pick: number): void {
    const [ended] = this.#held.splice(pick % Math.max(1, this.#held.length), 1);
    if (ended === undefined) return;
    for (const worker of this.#workers) {
      if (worker.tools.some((tool) => ended.tools.includes(tool)))
        this.#unasked.set(worker, (this.#unasked.get(worker) ?? 0) + 1);
    }
    ended.release();
    if (this.#isWanted(ended))
      expect(this.#unasked.get(ended), 'a slot was not offered when it became free').to.equal(0);
  }

  #cost(worker: Slots): void {
    if (!this.#dear.delete(worker)) this.#dear.add(worker);
  }

  #offer(worker: Slots, offered: boolean): void {
    if (offered) this.#offered.add(worker);
    else this.#offered.delete(worker);
    worker.offer(offered);
  }

  #check(): void {
    for (const { tool, not } of this.#waiting.values()) {
      const idle = this.#mayHave(tool, not).filter((worker) => isFree(worker) && worker.inUse === 0);
      expect(idle.length, 'somebody waits beside an idle worker').to.equal(0);
    }
    for (const worker of this.#workers) {
      if (!this.#isWanted(worker)) this.#unasked.set(worker, 0);
      else expect(this.#unasked.get(worker) ?? 0, 'a slot was forgotten').to.be.at.most(2 * this.#workers.length);
    }
  }

  /** Whether it has a free slot that somebody in line may have. */
  #isWanted(worker: Slots): boolean {
    return [...this.#waiting.values()].some(
      ({ tool, not }) => isFree(worker) && this.#mayHave(tool, not).includes(worker),
    );
  }

  #mayHave(tool: string, not: Slots | undefined): readonly Slots[] {
    return this.#workers.filter((worker) => worker !== not && this.#offered.has(worker) && worker.tools.includes(tool));
  }
}

function isFree(slots: Slots): boolean {
  return slots.inUse < slots.limit;
}
