import { CallError, ERRORS, type ErrorName } from '@callsheet/protocol';
import { expect } from 'chai';
import { outcomeOf } from '../src/outcome.ts';

describe('What an error says of the worker', () => {
  it('is hard, soft or nothing for every error of the table', () => {
    const names = Object.keys(ERRORS) as ErrorName[];
    const by = (outcome: string): string[] => names.filter((name) => outcomeOf(new CallError(name)) === outcome);
    expect(by('hard')).to.have.members(['INTERNAL', 'UPSTREAM_ERROR', 'UNAVAILABLE', 'DEADLINE_EXCEEDED']);
    expect(by('soft')).to.have.members([
      ...['OVERLOADED', 'TOO_MANY_IN_FLIGHT', 'RATE_LIMITED', 'DRAINING', 'CIRCUIT_OPEN', 'STORAGE_FULL'],
    ]);
    expect(by('neutral')).to.include.members(['TOOL_FAILED', 'CANCELLED', 'INVALID_PARAMS', 'CONTENT_REFUSED']);
  });

  it("tells a tool's verdict about the call from a failure that may pass", () => {
    expect(outcomeOf(new CallError('TOOL_FAILED', 'no such voice', { retryable: false }))).to.equal('neutral');
    expect(outcomeOf(new CallError('TOOL_FAILED', 'out of memory', { retryable: true }))).to.equal('hard');
  });

  it('is hard for what is not in the table', () => {
    expect(outcomeOf(new TypeError('undefined is not a function'))).to.equal('hard');
    expect(outcomeOf(undefined)).to.equal('hard');
  });
});
