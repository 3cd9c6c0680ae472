import { CallError, ERRORS, type ErrorName, type ErrorRow, errorName } from '@callsheet/protocol';
import { expect } from 'chai';

// Written out once more on purpose: clients in the field switch on these numbers, so a change here is a broken promise.
const FROZEN: Record<ErrorName, number> = {
  PARSE_ERROR: -32700,
  INVALID_REQUEST: -32600,
  METHOD_NOT_FOUND: -32601,
  INVALID_PARAMS: -32602,
  INTERNAL: -32603,
  UNAUTHENTICATED: 4010,
  TOKEN_EXPIRED: 4011,
  FORBIDDEN: 4030,
  PATH_NOT_ALLOWED: 4031,
  TOOL_DENIED: 4032,
  ORIGIN_NOT_ALLOWED: 4033,
  NOT_FOUND: 4040,
  TOOL_NOT_FOUND: 4041,
  CONFLICT: 4090,
  IDEMPOTENCY_IN_PROGRESS: 4091,
  REQUEST_TOO_LARGE: 4130,
  ARRAY_TOO_LARGE: 4131,
  URL_NOT_ALLOWED: 4220,
  IDEMPOTENCY_MISMATCH: 4221,
  CONTENT_REFUSED: 4222,
  PROTOCOL_VERSION_MISMATCH: 4260,
  RATE_LIMITED: 4290,
  TOO_MANY_IN_FLIGHT: 4291,
  QUOTA_EXCEEDED: 4292,
  CANCELLED: 4990,
  NOT_IMPLEMENTED: 5010,
  UPSTREAM_ERROR: 5020,
  TOOL_FAILED: 5021,
  OVERLOADED: 5030,
  CIRCUIT_OPEN: 5031,
  DRAINING: 5032,
  UNAVAILABLE: 5033,
  DEADLINE_EXCEEDED: 5040,
  STORAGE_FULL: 5070,
};

describe('the error table', () => {
  it('keeps every number it ever had', () => {
    const codes = Object.fromEntries(Object.entries(ERRORS).map(([name, row]) => [name, row.code]));
    expect(codes).to.deep.equal(FROZEN);
  });

  it('gives each of our own errors the HTTP status its code begins with', () => {
    for (const row of Object.values<ErrorRow>(ERRORS)) {
      if (row.code > 0) expect(Math.floor(row.code / 10)).to.equal(row.http);
    }
  });

  it('keeps our own codes out of the range that belongs to JSON-RPC and MCP', () => {
    const reserved = Object.values<ErrorRow>(ERRORS).filter((row) => row.code <= -32000 && row.code >= -32768);
    expect(reserved.map((row) => row.code)).to.have.members([-32700, -32600, -32601, -32602, -32603]);
  });

  it('finds a name by its code', () => {
    expect(errorName(5040)).to.equal('DEADLINE_EXCEEDED');
    expect(errorName(1)).to.equal(undefined);
  });
});

describe('CallError', () => {
  it('crosses the wire and comes back with everything it said', () => {
    const sent = new CallError('OVERLOADED', 'Cannot queue more', {
      retryAfterMs: 250,
      maybeExecuted: false,
      details: { queue: 7 },
    });
    const got = CallError.fromWire(JSON.parse(JSON.stringify(sent.toWire('req-1'))));
    expect(got).to.include({ errorName: 'OVERLOADED', code: 5030, message: 'Cannot queue more', retryable: true });
    expect(got.facts).to.deep.equal({
      retryable: true,
      retryAfterMs: 250,
      maybeExecuted: false,
      requestId: 'req-1',
      details: { queue: 7 },
    });
  });

  it('hides the words of a fault behind INTERNAL and keeps the fault as its cause', () => {
    const fault = new Error('password=hunter2');
    const error = CallError.from(fault);
    expect(error.cause).to.equal(fault);
    expect(JSON.stringify(error.toWire('req-1'))).to.not.contain('hunter2');
    expect(error.toWire('req-1').data).to.include({ name: 'INTERNAL', requestId: 'req-1' });
  });

  it('lets an error of the table pass as it is', () => {
    const error = new CallError('NOT_FOUND');
    expect(CallError.from(error)).to.equal(error);
  });

  it('keeps an unknown code of a newer peer', () => {
    const error = CallError.fromWire({ code: 7777, message: 'From the future' });
    expect(error).to.include({ errorName: 'UPSTREAM_ERROR', message: 'From the future' });
    expect(error.facts.details).to.deep.equal({ code: 7777 });
  });

  it('survives data that is not what it should be', () => {
    const error = CallError.fromWire({ code: 5030, message: 'x', data: [1] } as never);
    expect(error.retryable).to.equal(true);
  });
});
