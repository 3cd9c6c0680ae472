import { CallError, type ErrorName } from '@callsheet/protocol';
import { expect } from 'chai';
import { setbackOf } from '../../src/jobs/setback.ts';

/** Error, whether it may have run, whether the tool spoke, and what that means. */
const ROWS: readonly [ErrorName, boolean | undefined, boolean, string | undefined][] = [
  ['UPSTREAM_ERROR', true, false, 'lost'],
  ['UPSTREAM_ERROR', false, false, 'refused'],
  ['UPSTREAM_ERROR', false, true, 'lost'],
  ['UPSTREAM_ERROR', undefined, false, undefined],
  ['UPSTREAM_ERROR', undefined, true, undefined],
  ['DRAINING', undefined, false, 'refused'],
  ['DRAINING', undefined, true, 'lost'],
  ['DRAINING', true, false, 'lost'],
  ['OVERLOADED', undefined, false, 'refused'],
  ['OVERLOADED', undefined, true, undefined],
  ['UNAVAILABLE', true, true, 'lost'],
  ['UNAVAILABLE', false, false, 'refused'],
  ['TOOL_FAILED', true, false, undefined],
  ['DEADLINE_EXCEEDED', true, false, undefined],
  ['INTERNAL', true, true, undefined],
  ['RATE_LIMITED', undefined, false, undefined],
];

describe('an error from a worker that has a job', () => {
  for (const [name, maybeExecuted, spoke, meaning] of ROWS) {
    const ran = maybeExecuted === undefined ? '' : maybeExecuted ? ' that may have run' : ' that has not run';
    it(`${name}${ran}${spoke ? ' after the tool spoke' : ''} means: ${meaning ?? 'the tool has failed'}`, () => {
      const error = new CallError(name, 'no', maybeExecuted === undefined ? {} : { maybeExecuted });
      expect(setbackOf(error, spoke)).to.equal(meaning);
    });
  }

  it('from outside the table means that the tool has failed', () => {
    expect(setbackOf(new Error('odd'), false)).to.equal(undefined);
  });
});
