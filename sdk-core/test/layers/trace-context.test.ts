import { expect } from 'chai';
import fc from 'fast-check';
import { newTraceparent, readTrace } from '../../src/layers/trace-context.ts';

describe('a new trace', () => {
  it('is sampled, and made of the random bytes it was given', () => {
    let next = 1;
    const made = newTraceparent((count) => Uint8Array.from({ length: count }, () => next++));
    expect(made).to.equal('00-0102030405060708090a0b0c0d0e0f10-1112131415161718-01');
  });

  it('is always one that others take, even when all that is random is zero', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(16), bytes(8), (trace, span) => {
        const traceparent = newTraceparent((count) => (count === 16 ? trace : span));
        expect(readTrace({ traceparent })).to.deep.equal({ traceparent });
      }),
      { examples: [[new Uint8Array(16), new Uint8Array(8)]] },
    );
  });
});
