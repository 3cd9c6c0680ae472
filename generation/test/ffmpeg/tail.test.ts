import { expect } from 'chai';
import { Tail } from '../../src/ffmpeg/tail.ts';

describe('the tail of a text', () => {
  it('is the whole of a short one', () => {
    const tail = new Tail(20);
    tail.push('first\n');
    tail.push('second\n');
    expect(tail.text).to.equal('first\nsecond');
  });

  it('keeps only the end of a long one', () => {
    const tail = new Tail(10);
    for (let line = 0; line < 1000; line++) tail.push(`line ${line}\n`);
    expect(tail.text).to.equal('line 999');
  });
});
