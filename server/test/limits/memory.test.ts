import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { type MemoryReading, type MemoryState, MemoryWatch } from '../../src/limits/memory.ts';
import { memoryReader } from '../../src/limits/read-memory.ts';
import { FakeClock } from '../fake-clock.ts';

const heap = (percent: number): MemoryReading => ({
  heapUsed: percent,
  heapLimit: 100,
  resident: 1,
  residentLimit: 100,
});
const resident = (percent: number): MemoryReading => ({
  heapUsed: 1,
  heapLimit: 100,
  resident: percent,
  residentLimit: 100,
});

function watched(options: { sheddingAt?: number; criticalAt?: number } = {}) {
  const clock = new FakeClock();
  const seen = { reading: heap(10), reads: 0, drops: 0, changes: [] as [MemoryState, number][] };
  const watch = new MemoryWatch({
    clock,
    read: () => {
      seen.reads += 1;
      return seen.reading;
    },
    onCritical: () => {
      seen.drops += 1;
    },
    onChange: (state, share) => seen.changes.push([state, share]),
    ...options,
  });
  /** The state after the next look at this reading. */
  const after = (reading: MemoryReading): MemoryState => {
    seen.reading = reading;
    clock.advance(250);
    return watch.state;
  };
  return { clock, seen, watch, after };
}

describe('memory watch', () => {
  it('sheds from 85 % and is critical from 95 %, by heap or by resident size', () => {
    for (const percent of [heap, resident]) {
      const { watch, after } = watched();
      watch.start();
      expect([84.9, 85, 94.9, 95].map((share) => after(percent(share)))).to.deep.equal([
        'calm',
        'shedding',
        'shedding',
        'critical',
      ]);
    }
  });

  it('leaves a state only well below where it began', () => {
    const { watch, after, seen } = watched();
    watch.start();
    expect([96, 90.1, 89.9, 94.9, 80.1, 79.9, 84.9].map((share) => after(heap(share)))).to.deep.equal([
      'critical',
      'critical',
      'shedding',
      'shedding',
      'shedding',
      'calm',
      'calm',
    ]);
    expect(seen.changes).to.deep.equal([
      ['critical', 0.96],
      ['shedding', 0.899],
      ['calm', 0.799],
    ]);
  });

  it('looks at once, then every 250 ms, and no more when it is stopped', () => {
    const { clock, seen, watch } = watched();
    watch.start();
    watch.start();
    expect(seen.reads).to.equal(1);
    clock.advance(1_000);
    expect(seen.reads).to.equal(5);
    watch.stop();
    watch.stop();
    clock.advance(10_000);
    expect([seen.reads, clock.pending]).to.deep.equal([5, 0]);
    watch.start();
    expect([seen.reads, clock.pending]).to.deep.equal([6, 1]);
  });

  it('asks for connections to be dropped at once, then once a second for as long as it is critical', () => {
    const { clock, seen, watch, after } = watched();
    watch.start();
    after(heap(99));
    expect(seen.drops).to.equal(1);
    clock.advance(750);
    expect(seen.drops).to.equal(1);
    clock.advance(250);
    expect(seen.drops).to.equal(2);
    after(heap(50));
    after(heap(99));
    expect(seen.drops).to.equal(2);
    clock.advance(5_000);
    expect(seen.drops).to.equal(7);
  });

  it('lets somebody new in only while it is calm', () => {
    const { watch, after } = watched();
    watch.start();
    expect(() => watch.admit()).to.not.throw();
    for (const share of [86, 99]) {
      after(heap(share));
      try {
        watch.admit();
        expect.fail('it was let in');
      } catch (error) {
        expect(CallError.from(error).toWire()).to.deep.equal({
          code: 5030,
          message: 'Cannot take anything new: the gateway is short of memory; try again later',
          data: { name: 'OVERLOADED', retryable: true, retryAfterMs: 5_000, details: { limit: 'memory' } },
        });
      }
    }
    after(heap(10));
    expect(() => watch.admit()).to.not.throw();
  });

  it('goes on watching when dropping fails, and stays stopped when dropping stops it', () => {
    const clock = new FakeClock();
    let drops = 0;
    const failing = new MemoryWatch({
      clock,
      read: () => heap(99),
      onCritical: () => {
        drops += 1;
        if (drops === 2) failing.stop();
        throw new Error('the door is stuck');
      },
    });
    expect(() => failing.start()).to.throw('the door is stuck');
    expect(() => clock.advance(1_000)).to.throw('the door is stuck');
    clock.advance(5_000);
    expect([drops, clock.pending]).to.deep.equal([2, 0]);
  });

  it('never drops more than once a second and never sheds below what it left, whatever the memory does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 110 }), { maxLength: 80 }), (shares) => {
        const { watch, after, seen } = watched();
        watch.start();
        for (const share of shares) {
          const state = after(heap(share));
          if (share >= 95) expect(state).to.equal('critical');
          else if (share >= 85) expect(state).to.not.equal('calm');
          else if (share < 80) expect(state).to.equal('calm');
        }
        expect(seen.drops).to.be.at.most(Math.ceil((shares.length + 1) / 4));
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses shares that make no sense', () => {
    for (const options of [{ sheddingAt: 0 }, { sheddingAt: 0.96 }, { criticalAt: 1.1 }, { criticalAt: Number.NaN }]) {
      expect(() => watched(options)).to.throw('Cannot watch the memory with shedding at');
    }
  });
});

describe('memory reading', () => {
  it('reads what this process uses, within what it may use', () => {
    const { heapUsed, heapLimit, resident: used, residentLimit } = memoryReader(new FakeClock())();
    expect(heapUsed).to.be.above(0).and.below(heapLimit);
    expect(used)
      .to.be.above(heapUsed / 2)
      .and.below(residentLimit);
    expect(Number.isSafeInteger(residentLimit)).to.equal(true);
  });

  it('notices within ten seconds that a container may use less', () => {
    const { constrainedMemory } = process;
    const clock = new FakeClock();
    try {
      process.constrainedMemory = () => 300_000_000;
      const read = memoryReader(clock);
      expect(read().residentLimit).to.equal(300_000_000);
      process.constrainedMemory = () => 200_000_000;
      clock.advance(9_999);
      expect(read().residentLimit).to.equal(300_000_000);
      clock.advance(1);
      expect(read().residentLimit).to.equal(200_000_000);
    } finally {
      process.constrainedMemory = constrainedMemory;
    }
  });
});
