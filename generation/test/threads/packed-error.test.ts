import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { packError, unpackError } from '../../src/threads/packed-error.ts';

const carry = (error: unknown) => unpackError(structuredClone(packError(error)));

describe('an error between threads', () => {
  it('keeps everything a caller may ask of it', () => {
    const cause = new RangeError('deep');
    const error = new CallError('OVERLOADED', 'Cannot take more', { retryAfterMs: 250, retryable: false, cause });
    const carried = carry(error);
    if (!CallError.is(carried)) throw new Error('it lost its row');
    expect(carried).to.include({ errorName: 'OVERLOADED', message: 'Cannot take more', retryable: false });
    expect(carried.facts.retryAfterMs).to.equal(250);
    expect(carried.stack).to.equal(error.stack);
    expect(carried.cause).to.include({ name: 'RangeError', message: 'deep' });
  });

  it('makes one of whatever else was thrown', () => {
    expect(carry('a word').message).to.equal('A task threw "a word"');
    expect(carry(undefined).message).to.equal('A task threw "undefined"');
  });

  it('ends a chain of causes that has no end', () => {
    const error = new Error('round');
    error.cause = error;
    let depth = 0;
    for (let at: unknown = carry(error); at instanceof Error; at = at.cause) depth += 1;
    expect(depth).to.equal(6);
  });
});
