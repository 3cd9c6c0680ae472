import type { ProgressReport } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { ProgressThinner } from '../../src/jobs/progress.ts';
import { FakeClock } from '../fake-clock.ts';

function thin() {
  const clock = new FakeClock();
  const emitted: (ProgressReport & { at: number })[] = [];
  const thinner = new ProgressThinner({ clock, emit: (report) => emitted.push({ ...report, at: clock.monotonic() }) });
  return { clock, emitted, thinner };
}

describe('progress thinner', () => {
  it('lets the first report through at once, and then four a second', () => {
    const { clock, emitted, thinner } = thin();
    for (let i = 1; i <= 200; i++) {
      thinner.offer({ stage: 'render', fraction: i / 200 });
      clock.advance(10);
    }
    expect(emitted.map(({ at }) => at)).to.deep.equal([0, 250, 500, 750, 1_000, 1_250, 1_500, 1_750, 2_000]);
    expect(emitted.at(-1)?.fraction).to.equal(1);
  });

  it('emits the held report when its time comes, without a further one', () => {
    const { clock, emitted, thinner } = thin();
    thinner.offer({ stage: 'a', fraction: 0.1 });
    thinner.offer({ stage: 'a', fraction: 0.2, message: 'held' });
    clock.advance(249);
    expect(emitted).to.have.length(1);
    clock.advance(1);
    expect(emitted[1]).to.include({ fraction: 0.2, message: 'held' });
    clock.advance(1_000);
    expect(emitted).to.have.length(2);
  });

  it('lets every new stage through at once', () => {
    const { emitted, thinner } = thin();
    for (const stage of ['script', 'voice', 'render']) thinner.offer({ stage, fraction: 0 });
    expect(emitted.map(({ stage }) => stage)).to.deep.equal(['script', 'voice', 'render']);
  });

  it('is not flooded by a tool that names a new stage with every word', () => {
    const { clock, emitted, thinner } = thin();
    for (let i = 0; i < 5_000; i++) thinner.offer({ stage: `stage ${i}`, fraction: 0 });
    expect(emitted).to.have.length(200);
    clock.advance(250);
    expect(emitted.at(-1)?.stage).to.equal('stage 4999');
  });

  it('emits the last report at the end, and nothing after it', () => {
    const { clock, emitted, thinner } = thin();
    thinner.offer({ stage: 'a', fraction: 0.1 });
    thinner.offer({ stage: 'a', fraction: 0.2 });
    thinner.close();
    thinner.offer({ stage: 'b', fraction: 0.3 });
    clock.advance(1_000);
    expect(emitted.map(({ fraction }) => fraction)).to.deep.equal([0.1, 0.2]);
    expect(clock.pending).to.equal(0);
  });

  it('cuts endless words', () => {
    const { emitted, thinner } = thin();
    thinner.offer({ stage: 's'.repeat(1_000), fraction: 0, message: 'm'.repeat(10_000) });
    expect(emitted[0]).to.deep.include({ stage: 's'.repeat(64), message: 'm'.repeat(500) });
  });

  it('never falls, stays within 0 and 1, and ends with the newest, whatever the tool says', () => {
    const wild = fc.oneof(fc.double(), fc.double({ min: 0, max: 1, noNaN: true }));
    const report = fc.record({
      stage: fc.constantFrom('a', 'b'),
      fraction: wild,
      stageFraction: wild,
      waitMs: fc.nat(400),
    });
    fc.assert(
      fc.property(fc.array(report, { minLength: 1, maxLength: 50 }), (reports) => {
        const { clock, emitted, thinner } = thin();
        for (const { waitMs, ...one } of reports) {
          thinner.offer(one);
          clock.advance(waitMs);
        }
        thinner.close();
        for (const { fraction, stageFraction } of emitted) {
          expect(fraction).to.be.within(0, 1);
          expect(stageFraction).to.be.within(0, 1);
        }
        const fractions = emitted.map(({ fraction }) => fraction);
        expect(fractions).to.deep.equal([...fractions].sort((a, b) => a - b));
        const highest = Math.max(
          0,
          ...reports.map(({ fraction }) => (Number.isNaN(fraction) ? 0 : Math.min(1, fraction))),
        );
        expect(fractions.at(-1)).to.equal(highest);
        expect(emitted.at(-1)?.stage).to.equal(reports.at(-1)?.stage);
      }),
    );
  });
});
