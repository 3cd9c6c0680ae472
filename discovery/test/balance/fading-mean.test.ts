import { expect } from 'chai';
import { FadingMean } from '../../src/balance/fading-mean.ts';

describe('fading mean', () => {
  it('is the usual when nothing is known, and counts it as one sample afterwards', () => {
    const mean = new FadingMean(10);
    expect(mean.with(7)).to.equal(7);
    mean.add(1);
    mean.add(1);
    expect(mean.with(7)).to.equal(3);
  });

  it('forgets what lies more samples back than it remembers', () => {
    const mean = new FadingMean(5);
    for (let i = 0; i < 1_000; i++) mean.add(100);
    for (let i = 0; i < 30; i++) mean.add(10);
    expect(mean.with(10)).to.be.within(10, 10.2);
  });

  it('becomes the usual again when everything has faded', () => {
    const mean = new FadingMean(5);
    mean.add(100);
    mean.fade(0);
    expect(mean.with(10)).to.equal(10);
  });
});
