import { expect } from 'chai';
import { readingSeconds } from '../../src/script/duration.ts';

describe('reading time', () => {
  it('is near a narrator’s pace for English', () => {
    const words = 'a steady voice reads this sentence about the sea at its own pace '.repeat(10);
    expect(130 / (readingSeconds(words) / 60)).to.be.within(130, 220);
  });

  it('is near four and a half characters a second for Chinese', () => {
    expect(readingSeconds('海'.repeat(46))).to.be.closeTo(10, 0.01);
  });

  it('counts digits as words and full stops as pauses', () => {
    expect(readingSeconds('1995')).to.be.greaterThan(readingSeconds('abcd'));
    expect(readingSeconds('So. It. Is.')).to.be.greaterThan(readingSeconds('So It Is'));
  });

  it('shrinks with the rate', () => {
    expect(readingSeconds('Some words here.', 2)).to.be.closeTo(readingSeconds('Some words here.') / 2, 1e-9);
  });
});
