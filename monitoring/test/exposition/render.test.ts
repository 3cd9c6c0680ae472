import { expect } from 'chai';
import type { ExposedFamily, LateFamily } from '../../src/exposition/family.ts';
import { expose } from '../../src/exposition/render.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { decodePage } from './client-model.ts';
import { fakeFamily } from './fake-family.ts';
import { parsePage } from './parse-page.ts';
import { OPEN_METRICS, PROTOBUF } from './read-page.ts';

/** A clock on which time passes only by work, and which notes how long each slice was. */
class WorkClock {
  readonly slices: number[] = [];
  between: () => void = () => {};
  #now = 0;
  #sliceBegan = 0;

  readonly clock = () => this.#now;

  work(ms: number): void {
    this.#now += ms;
  }

  readonly turn = (resume: () => void) => {
    this.slices.push(this.#now - this.#sliceBegan);
    this.between();
    this.work(50);
    this.#sliceBegan = this.#now;
    resume();
  };
}

/** A millisecond passes whenever somebody looks. */
function tickingClock(): () => number {
  let now = 0;
  return () => ++now;
}

/** Each series takes `ms` to render. */
function laborious(name: string, size: number, ms: number, clock: WorkClock): ExposedFamily {
  const rows = Array.from({ length: size }, (_, index) => ({ labelValues: [`${index}`], value: index }));
  const family = fakeFamily('gauge', name, ['n'], rows);
  return {
    ...family,
    *series() {
      for (const series of family.series()) {
        yield Object.create(series, {
          value: {
            get() {
              clock.work(ms);
              return series.value;
            },
          },
        });
      }
    },
  };
}

describe('rendering in slices', () => {
  for (const accept of [undefined, OPEN_METRICS, PROTOBUF]) {
    it(`gives way before 5 ms are over, many times on a long page (${accept ?? 'text'})`, async () => {
      const clock = new WorkClock();
      const families = [
        laborious('a', 1000, 0.1, clock),
        laborious('b', 5, 0.1, clock),
        laborious('c', 500, 0.1, clock),
      ];
      const { body } = await expose(families, accept, clock);
      // 150.5 ms of work; a slice of 2 ms ends at the first look after it, at most 16 series later.
      expect(clock.slices.length).to.be.within(41, 77);
      expect(Math.max(...clock.slices)).to.be.at.most(3.6 + 1e-9);
      expect(body.length).to.be.above(10_000);
    });
  }

  it('takes the slice it was told', async () => {
    const clock = new WorkClock();
    await expose([laborious('a', 1000, 0.01, clock)], undefined, { turn: clock.turn, clock: clock.clock, sliceMs: 1 });
    expect(clock.slices.length).to.be.within(8, 10);
    expect(Math.max(...clock.slices)).to.be.at.most(1.16 + 1e-9);
  });

  it('does not give way on a short page', async () => {
    const clock = new WorkClock();
    await expose([laborious('a', 10, 0.01, clock)], undefined, clock);
    expect(clock.slices).to.deep.equal([]);
  });

  it('gives way while the parts of a large page are put together', async () => {
    const clock = new WorkClock();
    const help = 'x'.repeat(40_000);
    const families = Array.from({ length: 50 }, (_, index) => fakeFamily('gauge', `g${index}`, [], [], { help }));
    let looks = 0;
    const counting = () => {
      looks++;
      if (looks > 50) clock.work(1);
      return clock.clock();
    };
    const { body } = await expose(families, undefined, { turn: clock.turn, clock: counting });
    expect(body.length).to.be.above(2_000_000);
    expect(clock.slices.length).to.be.within(20, 40);
    expect(Math.max(...clock.slices)).to.be.at.most(3);
  });

  it('lets the event loop run others meanwhile, unless told otherwise', async () => {
    const registry = new MetricRegistry();
    const gauge = registry.gauge({ name: 'g', help: 'G.', labels: ['n'] });
    for (let index = 0; index < 400; index++) gauge.cell(`${index}`).set(index);
    let turns = 0;
    let isOver = false;
    const count = () => {
      if (isOver) return;
      turns++;
      setImmediate(count);
    };
    setImmediate(count);
    await expose(registry, undefined, { sliceMs: 1e-9 });
    isOver = true;
    expect(turns).to.be.above(20);
  });

  it('refuses a slice that is no time', async () => {
    for (const sliceMs of [0, -1, Number.NaN]) {
      const error = await expose([], undefined, { sliceMs }).catch((refusal: Error) => refusal);
      expect(error).to.be.instanceOf(TypeError);
      expect((error as Error).message).to.contain(`"${sliceMs}"`);
    }
  });
});

describe('rendering what changes meanwhile', () => {
  it('shows each series of a family once, though all of them are replaced between two slices', async () => {
    for (const accept of [undefined, OPEN_METRICS, PROTOBUF]) {
      const clock = new WorkClock();
      const registry = new MetricRegistry();
      const rows = (value: number) => Array.from({ length: 100 }, (_, n) => ({ labelValues: [`${n}`], value }));
      const gauge = registry.gauge({ name: 'g', help: 'G.', labels: ['n'] });
      gauge.replace(rows(1));
      let changes = 0;
      clock.between = () => {
        changes++;
        gauge.clear();
        gauge.replace(rows(2));
        registry.counter({ name: `new_${changes}_total`, help: 'New.', labels: [] });
      };
      const slow = { turn: clock.turn, clock: tickingClock(), sliceMs: 1 };
      const { body } = await expose([gauge], accept, slow);
      const labels =
        accept === PROTOBUF
          ? decodePage(body)[0]?.metric.map(({ label }) => label[0]?.value)
          : parsePage(body.toString(), accept ? 'openMetrics' : 'text')
              .get('g')
              ?.samples.map((sample) => sample.labels.n);
      expect(labels).to.deep.equal(rows(0).map(({ labelValues }) => labelValues[0]));
    }
  });

  it('reads a family at its turn, and not before', async () => {
    const rows = [{ value: 1 }];
    const first = fakeFamily('gauge', 'first', [], [{ value: 1 }]);
    const changing = {
      ...first,
      *series() {
        rows.push({ value: 2 });
        rows.shift();
        yield* first.series();
      },
    };
    const { body } = await expose([changing, fakeFamily('gauge', 'second', [], rows)]);
    expect(parsePage(body.toString(), 'text').get('second')?.samples[0]?.value).to.equal(2);
  });
});

describe('rendering what cannot be read', () => {
  const good = fakeFamily('gauge', 'good', [], [{ value: 1 }]);
  const broken: LateFamily = { name: 'broken', type: 'gauge', read: () => Promise.reject(new Error('gone')) };

  it('leaves it out and says so, and shows the rest', async () => {
    const faults: Error[] = [];
    const { body } = await expose([broken, good], undefined, { onFault: (fault) => faults.push(fault) });
    expect([...parsePage(body.toString(), 'text').keys()]).to.deep.equal(['good']);
    expect(faults.map(({ message, cause }) => [message, (cause as Error).message])).to.deep.equal([
      ['Cannot read the metric "broken": the page is without it, or without a part of it', 'gone'],
    ]);
  });

  it('writes whole families in protobuf only, though one breaks in the middle', async () => {
    const faults: Error[] = [];
    const rows = [{ value: 1 }, { value: 2 }];
    const halfway = fakeFamily('gauge', 'halfway', [], rows);
    const breaking = {
      ...halfway,
      *series() {
        const [one, two] = halfway.series();
        if (one) yield one;
        yield Object.create(two ?? null, {
          value: {
            get: () => {
              throw new Error('gone');
            },
          },
        });
      },
    };
    const { body } = await expose([breaking, good], PROTOBUF, { onFault: (fault) => faults.push(fault) });
    expect(decodePage(body).map(({ name }) => name)).to.deep.equal(['good']);
    expect(faults).to.have.length(1);
  });

  it('refuses the page when nobody wants to be told', async () => {
    const error = await expose([good, broken]).catch((refusal: Error) => refusal);
    expect((error as Error).message).to.contain('"broken"');
  });

  it('takes the first of two families that have a name in common', async () => {
    const faults: Error[] = [];
    const families = [
      fakeFamily('histogram', 'wait', [], []),
      fakeFamily('gauge', 'wait_count', [], [{ value: 1 }]),
      fakeFamily('counter', 'wait', [], []),
      fakeFamily('counter', 'wait_total', [], []),
    ];
    const { body } = await expose(families, undefined, { onFault: (fault) => faults.push(fault) });
    expect([...parsePage(body.toString(), 'text').keys()]).to.deep.equal(['wait', 'wait_total']);
    expect(faults.map(({ message }) => message)).to.deep.equal([
      'Cannot expose the gauge "wait_count": "wait_count" belongs to the metric "wait" already; rename one of them',
      'Cannot expose the counter "wait": "wait" belongs to the metric "wait" already; rename one of them',
    ]);
  });
});
