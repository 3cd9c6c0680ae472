import { expect } from 'chai';
import { DEFAULT_STRATEGY, Strategies } from '../../src/balance/strategies.ts';
import type { Candidate, Strategy, StrategyContext } from '../../src/balance/strategy.ts';
import { begin, bench, end, oneByOne, worker, workers } from './fleet.ts';

/** What a user might write: the first, always. */
class First implements Strategy {
  list: readonly Candidate[] = [];
  readonly told: string[] = [];
  adopt(available: readonly Candidate[]): void {
    this.list = available;
  }
  pick(): Candidate | undefined {
    return this.list[0];
  }
  started({ id }: Candidate): void {
    this.told.push(`started ${id}`);
  }
  ended({ id }: Candidate, outcome: string, elapsedMs: number): void {
    this.told.push(`ended ${id} ${outcome} ${elapsedMs}`);
  }
}

describe('strategies', () => {
  const open = (slowStartMs?: number) => {
    const { clock, context } = bench();
    const { random } = context;
    return new Strategies(slowStartMs === undefined ? { clock, random } : { clock, random, slowStartMs });
  };

  it('knows six by name, and takes adaptive when none is named', () => {
    const strategies = open();
    expect(strategies.names).to.deep.equal([
      'adaptive',
      'affinity',
      'least-connections',
      'p2c',
      'round-robin',
      'weighted',
    ]);
    expect(DEFAULT_STRATEGY).to.equal('adaptive');
    const strategy = strategies.open();
    const fleet = workers(1);
    strategy.adopt(fleet);
    expect(strategy.explain?.(fleet[0] ?? worker('none'))).to.have.keys('latencyMs', 'successRate', 'cost');
  });

  it('says what there is when a name is unknown', () => {
    expect(() => open().open('fastest')).to.throw(
      'Cannot balance by "fastest": there is no such strategy; choose one of adaptive, affinity, least-connections, p2c, round-robin, weighted',
    );
    for (const name of ['__proto__', 'constructor', 'toString']) expect(open().has(name), name).to.equal(false);
  });

  it('opens a strategy of its own for each tool', () => {
    const strategies = open();
    const fleet = workers(2);
    const [one, other] = [strategies.open(), strategies.open()];
    for (const strategy of [one, other]) strategy.adopt(fleet);
    oneByOne(one, 40, ({ id }) => ({ outcome: id === 'a' ? 'hard' : 'ok' }));
    expect(oneByOne(other, 100).get('a')).to.be.above(20);
  });

  it('opens a strategy of the user, and tells it everything', () => {
    const strategies = open();
    const made: First[] = [];
    let context: StrategyContext | undefined;
    strategies.register('first', (given) => {
      context = given;
      const first = new First();
      made.push(first);
      return first;
    });
    expect([strategies.has('first'), strategies.names.includes('first')]).to.deep.equal([true, true]);
    const strategy = strategies.open('first');
    expect(strategy.pick({})).to.equal(undefined);
    const [a, b] = workers(2);
    if (a === undefined || b === undefined) throw new Error('no workers');
    strategy.adopt([a, b]);
    expect(begin(strategy)).to.equal(a);
    end(strategy, a, 'soft', 12);
    expect(made[0]?.told).to.deep.equal(['started a', 'ended a soft 12']);
    expect(strategy.explain?.(a)).to.deep.equal({});
    expect(context?.warmth.of(a)).to.equal(1);
  });

  it('asks a strategy of the user who is welcome, if it says so', () => {
    const strategies = open();
    strategies.register('picky', () =>
      Object.assign(new First(), { welcomes: ({ id }: Candidate, waitMs: number) => id === 'b' || waitMs > 9 }),
    );
    const strategy = strategies.open('picky');
    const [a, b] = workers(2) as [Candidate, Candidate];
    strategy.adopt([a, b]);
    const answers = [strategy.welcomes?.(a, 9), strategy.welcomes?.(a, 10), strategy.welcomes?.(b, 0)];
    expect(answers).to.deep.equal([false, true, true]);
  });

  it('does not let a call go to a worker that a strategy of the user should have forgotten', () => {
    const strategies = open();
    const [a, b] = workers(2);
    if (a === undefined || b === undefined) throw new Error('no workers');
    strategies.register('stubborn', () => Object.assign(new First(), { pick: () => a }));
    const strategy = strategies.open('stubborn');
    strategy.adopt([a, b]);
    expect(strategy.pick({})).to.equal(a);
    strategy.adopt([b]);
    expect(() => strategy.pick({})).to.throw(
      'Cannot use the pick of the strategy "stubborn": "a" is not available; pick only from what adopt() was given last',
    );
  });

  it('refuses what is no strategy', () => {
    const strategies = open();
    for (const [name, made] of [
      ['nothing', undefined],
      ['half', { adopt() {}, pick() {} }],
    ] as const) {
      strategies.register(name, () => made as unknown as Strategy);
      expect(() => strategies.open(name)).to.throw(`Cannot balance by "${name}": it has no `);
    }
  });

  it('refuses names that are taken or malformed, and factories that are none', () => {
    const strategies = open();
    const make = () => new First();
    expect(() => strategies.register('p2c', make)).to.throw('Cannot register the strategy "p2c": the name is taken');
    for (const name of ['', 'Upper', '1st', 'a b', 'x'.repeat(65), 7 as unknown as string]) {
      expect(() => strategies.register(name, make), String(name)).to.throw('a name has 1 to 64 of a-z, 0-9 and "-"');
    }
    expect(() => strategies.register('mine', {} as unknown as () => Strategy)).to.throw(
      'Cannot register the strategy "mine" from "object"; give a function that makes a strategy',
    );
  });

  it('refuses a slow start that is no time', () => {
    for (const ms of [-1, Number.NaN, 3_600_001]) {
      expect(() => open(ms)).to.throw(`Cannot start workers slowly over "${ms}" ms; give 0 to 3600000`);
    }
    expect(open(0).has('adaptive')).to.equal(true);
  });
});
