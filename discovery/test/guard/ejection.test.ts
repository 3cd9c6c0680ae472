import { expect } from 'chai';
import fc from 'fast-check';
import { Ejections, ejectionMs } from '../../src/guard/ejection.ts';
import { guardRules } from '../../src/guard/rules.ts';

const rules = guardRules();

describe('A stay outside', () => {
  it('doubles from 10 s up to 120 s', () => {
    const stays = [0, 1, 2, 3, 4, 50].map((times) => ejectionMs(times, rules, () => 0.5));
    expect(stays).to.deep.equal([10_000, 20_000, 40_000, 80_000, 114_000, 114_000]);
  });

  it('is spread by a tenth, below the limit where it would pass it', () => {
    expect([0, 0.999_999].map((drawn) => Math.round(ejectionMs(0, rules, () => drawn)))).to.deep.equal([9_000, 11_000]);
    expect([0, 0.999_999].map((drawn) => Math.round(ejectionMs(9, rules, () => drawn)))).to.deep.equal([
      108_000, 120_000,
    ]);
  });

  it('is never above 120 s nor below 9 s, however often and whatever is drawn', () => {
    const drawn = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(2_000), drawn, (times, random) => {
        const stay = ejectionMs(times, rules, () => random);
        expect(stay).to.be.within(9_000, 120_000);
      }),
    );
  });
});

describe('The record of ejections', () => {
  const middle = () => 0.5;

  it('lengthens the next stay until 60 s of health have passed, and not a millisecond less', () => {
    const ejections = new Ejections();
    expect(ejections.putOut(0, rules, middle)).to.equal(10_000);
    ejections.cameBack(10_000);
    expect(ejections.putOut(69_999, rules, middle)).to.equal(20_000);
    ejections.cameBack(100_000);
    expect(ejections.times(159_999, rules)).to.equal(2);
    expect(ejections.times(160_000, rules)).to.equal(0);
    expect(ejections.putOut(160_000, rules, middle)).to.equal(10_000);
  });

  it('forgets nothing while the worker is out', () => {
    const ejections = new Ejections();
    ejections.putOut(0, rules, middle);
    expect(ejections.times(3_600_000, rules)).to.equal(1);
  });

  it('brings the worker back from a tenth to its full share in 10 s', () => {
    const ejections = new Ejections();
    ejections.putOut(0, rules, middle);
    expect(ejections.ramp(5_000, rules)).to.equal(1);
    ejections.cameBack(10_000);
    expect(ejections.ramp(10_000, rules)).to.equal(0.1);
    expect(ejections.ramp(15_000, rules)).to.be.closeTo(0.55, 1e-9);
    expect(ejections.ramp(20_000, rules)).to.equal(1);
  });

  it('brings it back at once when there is no ramp', () => {
    const ejections = new Ejections(1, 10_000);
    expect(ejections.ramp(10_000, guardRules({ rampMs: 0 }))).to.equal(1);
  });
});
