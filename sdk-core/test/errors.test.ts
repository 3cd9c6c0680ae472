import { CallError, ERRORS, type ErrorName } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { AuthError, ConnectionError, type ErrorCode, RpcClientError, TimeoutError, ToolError } from '../src/index.ts';
import { errorFromWire } from '../src/wire-errors.ts';

/** Frozen: callers switch on these. */
const WANTED: Record<ErrorName, readonly [ErrorCode, string]> = {
  PARSE_ERROR: ['PROTOCOL', 'RpcClientError'],
  INVALID_REQUEST: ['PROTOCOL', 'RpcClientError'],
  METHOD_NOT_FOUND: ['METHOD_NOT_FOUND', 'RpcClientError'],
  INVALID_PARAMS: ['INVALID_PARAMS', 'ValidationError'],
  INTERNAL: ['INTERNAL', 'RpcClientError'],
  UNAUTHENTICATED: ['AUTH', 'AuthError'],
  TOKEN_EXPIRED: ['AUTH', 'AuthError'],
  FORBIDDEN: ['FORBIDDEN', 'AuthError'],
  PATH_NOT_ALLOWED: ['FORBIDDEN', 'AuthError'],
  TOOL_DENIED: ['FORBIDDEN', 'AuthError'],
  ORIGIN_NOT_ALLOWED: ['FORBIDDEN', 'AuthError'],
  NOT_FOUND: ['NOT_FOUND', 'RpcClientError'],
  TOOL_NOT_FOUND: ['METHOD_NOT_FOUND', 'RpcClientError'],
  CONFLICT: ['CONFLICT', 'RpcClientError'],
  IDEMPOTENCY_IN_PROGRESS: ['CONFLICT', 'RpcClientError'],
  REQUEST_TOO_LARGE: ['TOO_LARGE', 'RpcClientError'],
  ARRAY_TOO_LARGE: ['TOO_LARGE', 'RpcClientError'],
  URL_NOT_ALLOWED: ['REFUSED', 'RpcClientError'],
  IDEMPOTENCY_MISMATCH: ['CONFLICT', 'RpcClientError'],
  CONTENT_REFUSED: ['REFUSED', 'RpcClientError'],
  PROTOCOL_VERSION_MISMATCH: ['PROTOCOL', 'RpcClientError'],
  RATE_LIMITED: ['RATE_LIMITED', 'RateLimitError'],
  TOO_MANY_IN_FLIGHT: ['RATE_LIMITED', 'RateLimitError'],
  QUOTA_EXCEEDED: ['RATE_LIMITED', 'RateLimitError'],
  CANCELLED: ['CANCELLED', 'CancelledError'],
  NOT_IMPLEMENTED: ['METHOD_NOT_FOUND', 'RpcClientError'],
  UPSTREAM_ERROR: ['TOOL_FAILED', 'ToolError'],
  TOOL_FAILED: ['TOOL_FAILED', 'ToolError'],
  OVERLOADED: ['OVERLOADED', 'OverloadError'],
  CIRCUIT_OPEN: ['CIRCUIT_OPEN', 'CircuitOpenError'],
  DRAINING: ['OVERLOADED', 'OverloadError'],
  UNAVAILABLE: ['UNAVAILABLE', 'OverloadError'],
  DEADLINE_EXCEEDED: ['TIMEOUT', 'TimeoutError'],
  STORAGE_FULL: ['OVERLOADED', 'OverloadError'],
};

describe('an error from the wire', () => {
  for (const name of Object.keys(ERRORS) as ErrorName[]) {
    it(`${name} becomes ${WANTED[name].join(' / ')}`, () => {
      const wire = new CallError(name, 'so it is', { maybeExecuted: true }).toWire('req_1');
      const error = errorFromWire(wire, 'echo');
      expect([error.code, error.name]).to.deep.equal(WANTED[name]);
      expect(error).to.include({
        message: 'so it is',
        wireCode: ERRORS[name].code,
        wireName: name,
        requestId: 'req_1',
        maybeExecuted: true,
        retryable: wire.data?.retryable,
      });
    });
  }

  it('finds its class by number when the server says nothing else', () => {
    expect(errorFromWire({ code: 4299, message: 'a later limit' })).to.include({
      name: 'RateLimitError',
      retryAfterMs: 1_000,
      retryable: true,
    });
    expect(errorFromWire({ code: 5031, message: 'open' })).to.include({
      name: 'CircuitOpenError',
      retryAfterMs: 1_000,
    });
    expect(errorFromWire({ code: 12, message: 'what' })).to.include({
      code: 'INTERNAL',
      wireCode: 12,
      retryable: false,
    });
    expect(errorFromWire({ code: -32603, message: 'x', data: 'text' as never })).to.include({ code: 'INTERNAL' });
  });

  it('is made of whatever a gateway says, and counts with nothing that is no number', () => {
    fc.assert(
      fc.property(fc.integer({ min: -32_800, max: 5_100 }), fc.jsonValue(), fc.jsonValue(), (code, data, odd) => {
        for (const given of [data, { retryAfterMs: odd, retryable: odd, maybeExecuted: odd, issues: odd }]) {
          const error = errorFromWire({ code, message: 'no', data: given as never });
          expect(error.retryAfterMs ?? 0).to.be.within(0, 2_147_483_647);
          expect([typeof error.retryable, typeof error.maybeExecuted]).to.deep.equal(['boolean', 'boolean']);
          expect(String(error)).to.contain('no');
        }
      }),
    );
  });

  it('asks for waits a timer can hold, whatever number the gateway says', () => {
    const wait = (json: string): number | undefined =>
      errorFromWire({ code: 5033, message: 'later', data: JSON.parse(`{"retryAfterMs":${json}}`) }).retryAfterMs;
    expect(['3e9', '1e999', '-1e9', '-1e999', '700', '0'].map(wait)).to.deep.equal([
      ...[2_147_483_647, 2_147_483_647, 0, 0, 700, 0],
    ]);
    expect(['null', '"5"', '[1]', 'true'].map(wait)).to.deep.equal([undefined, undefined, undefined, undefined]);
    expect(new RpcClientError('OVERLOADED', 'x', { retryAfterMs: Number.NaN }).retryAfterMs).to.equal(undefined);
  });

  it('keeps details and issues', () => {
    const issues = [{ path: '/a', keyword: 'type', message: 'must be text' }];
    const wire = new CallError('INVALID_PARAMS', 'no', { issues, details: { hint: 1 } }).toWire();
    expect(errorFromWire(wire)).to.deep.include({ issues, data: { hint: 1 } });
  });
});

describe('an error', () => {
  it('says its name in its stack, and that name survives minifiers', () => {
    const error = new AuthError('AUTH', 'who are you');
    expect(error.stack?.split('\n')[0]).to.equal('AuthError: who are you');
    expect([AuthError.name, new RpcClientError('INTERNAL', 'x').name]).to.deep.equal(['AuthError', 'RpcClientError']);
  });

  it('carries what is known, and false for what nobody said', () => {
    const cause = new Error('because');
    expect(new ConnectionError('CLOSED', 'gone', { closeCode: 4409, cause })).to.include({
      code: 'CLOSED',
      closeCode: 4409,
      cause,
      retryable: false,
      maybeExecuted: false,
    });
    expect(new TimeoutError('queue', 'late', { retryable: true })).to.include({
      code: 'TIMEOUT',
      phase: 'queue',
      retryable: true,
    });
  });
});

describe('is()', () => {
  it('knows the family, and on a class that class', () => {
    const lost = new ConnectionError('CONNECTION_LOST', 'gone', { closeCode: 1006 });
    expect(RpcClientError.is(lost)).to.equal(true);
    expect(ConnectionError.is(lost)).to.equal(true);
    expect(AuthError.is(lost)).to.equal(false);
    expect([lost, new Error('x'), null, 'text'].filter(RpcClientError.is)).to.deep.equal([lost]);
  });

  it('knows errors of another copy of this package, which have the brand but not the class', () => {
    const foreign = Object.assign(new Error('slow'), {
      name: 'TimeoutError',
      [Symbol.for('callsheet.RpcClientError')]: true,
    });
    expect(foreign).to.not.be.instanceOf(TimeoutError);
    expect(RpcClientError.is(foreign)).to.equal(true);
    expect(TimeoutError.is(foreign)).to.equal(true);
    expect(ToolError.is(foreign)).to.equal(false);
  });
});
