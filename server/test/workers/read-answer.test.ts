import { outcomeOf } from '@callsheet/discovery';
import { CallError, ERRORS, type ErrorName, type JsonObject, type WireError } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Asked, errorOf } from '../../src/workers/read-answer.ts';

const ASKED: Asked = {
  tool: 'speak',
  asked: 'the worker "gpu-7", asked as "q7-1",',
  reason: undefined,
  refused: new Set(),
};
const CALLER_LEFT = new CallError('CANCELLED', 'the caller left');

function wire(name: ErrorName, data?: JsonObject): WireError {
  return { code: ERRORS[name].code, message: 'in its own words', ...(data && { data: data as never }) };
}

/** Under which name each error of a worker is told. Written out: whoever adds a row has to decide. */
const TOLD: Readonly<Record<ErrorName, ErrorName>> = {
  PARSE_ERROR: 'UPSTREAM_ERROR',
  INVALID_REQUEST: 'UPSTREAM_ERROR',
  METHOD_NOT_FOUND: 'UPSTREAM_ERROR',
  INVALID_PARAMS: 'INVALID_PARAMS',
  INTERNAL: 'INTERNAL',
  UNAUTHENTICATED: 'UPSTREAM_ERROR',
  TOKEN_EXPIRED: 'UPSTREAM_ERROR',
  FORBIDDEN: 'UPSTREAM_ERROR',
  PATH_NOT_ALLOWED: 'PATH_NOT_ALLOWED',
  TOOL_DENIED: 'UPSTREAM_ERROR',
  ORIGIN_NOT_ALLOWED: 'UPSTREAM_ERROR',
  NOT_FOUND: 'NOT_FOUND',
  TOOL_NOT_FOUND: 'UPSTREAM_ERROR',
  CONFLICT: 'CONFLICT',
  IDEMPOTENCY_IN_PROGRESS: 'UPSTREAM_ERROR',
  REQUEST_TOO_LARGE: 'REQUEST_TOO_LARGE',
  ARRAY_TOO_LARGE: 'ARRAY_TOO_LARGE',
  URL_NOT_ALLOWED: 'URL_NOT_ALLOWED',
  IDEMPOTENCY_MISMATCH: 'UPSTREAM_ERROR',
  CONTENT_REFUSED: 'CONTENT_REFUSED',
  PROTOCOL_VERSION_MISMATCH: 'UPSTREAM_ERROR',
  RATE_LIMITED: 'OVERLOADED',
  TOO_MANY_IN_FLIGHT: 'OVERLOADED',
  QUOTA_EXCEEDED: 'UPSTREAM_ERROR',
  CANCELLED: 'UPSTREAM_ERROR',
  NOT_IMPLEMENTED: 'NOT_IMPLEMENTED',
  UPSTREAM_ERROR: 'UPSTREAM_ERROR',
  TOOL_FAILED: 'TOOL_FAILED',
  OVERLOADED: 'OVERLOADED',
  CIRCUIT_OPEN: 'OVERLOADED',
  DRAINING: 'OVERLOADED',
  UNAVAILABLE: 'UNAVAILABLE',
  DEADLINE_EXCEEDED: 'DEADLINE_EXCEEDED',
  STORAGE_FULL: 'STORAGE_FULL',
};

describe('an error a worker answers', () => {
  for (const [name, told] of Object.entries(TOLD) as [ErrorName, ErrorName][]) {
    it(`${name} is told as ${told}`, () => {
      expect(errorOf(wire(name), ASKED).errorName).to.equal(told);
    });
  }

  it('keeps its words where it speaks of the call, and loses them where it does not', () => {
    for (const [name, told] of Object.entries(TOLD) as [ErrorName, ErrorName][]) {
      const speaks = name === told && name !== 'INTERNAL';
      const kept = speaks || told === 'OVERLOADED';
      expect(errorOf(wire(name), ASKED).message.includes('in its own words'), name).to.equal(kept);
    }
    const cause = errorOf(wire('INTERNAL'), ASKED).cause as Error;
    expect(cause.stack, 'for the log').to.match(
      /^the worker "gpu-7", asked as "q7-1", said -32603: .*in its own words$/,
    );
  });

  it('may be what the gateway itself refused while it served the call', () => {
    const refused = new Set<ErrorName>(['TOOL_DENIED', 'RATE_LIMITED']);
    expect(errorOf(wire('TOOL_DENIED'), { ...ASKED, refused }).errorName).to.equal('TOOL_DENIED');
    expect(errorOf(wire('RATE_LIMITED', { retryAfterMs: 5 }), { ...ASKED, refused }).facts).to.include({
      retryAfterMs: 5,
    });
    expect(errorOf(wire('FORBIDDEN'), { ...ASKED, refused }).errorName).to.equal('UPSTREAM_ERROR');
  });

  it('is the reason of the cancellation when there was one', () => {
    expect(errorOf(wire('CANCELLED'), { ...ASKED, reason: CALLER_LEFT })).to.equal(CALLER_LEFT);
    expect(errorOf(wire('CANCELLED'), ASKED)).to.include({ errorName: 'UPSTREAM_ERROR', retryable: true });
  });

  it('says of the worker what it should: a fault counts, being busy costs, a verdict about the call does neither', () => {
    const weighs = (name: ErrorName, data?: JsonObject) => outcomeOf(errorOf(wire(name, data), ASKED));
    expect(
      ['INTERNAL', 'UNAUTHENTICATED', 'CANCELLED', 'TOOL_NOT_FOUND'].map((name) => weighs(name as ErrorName)),
    ).to.deep.equal(['hard', 'hard', 'hard', 'hard']);
    expect(
      ['DRAINING', 'RATE_LIMITED', 'TOO_MANY_IN_FLIGHT', 'STORAGE_FULL'].map((name) => weighs(name as ErrorName)),
    ).to.deep.equal(['soft', 'soft', 'soft', 'soft']);
    expect([weighs('INVALID_PARAMS'), weighs('NOT_FOUND')]).to.deep.equal(['neutral', 'neutral']);
  });

  it('keeps facts that are what they should be, and short', () => {
    const issue = { path: '/text', keyword: 'maxLength', message: 'is too long' };
    const data = {
      ...{ retryable: true, retryAfterMs: 1e12, maybeExecuted: true, requestId: 'req_of_the_worker' },
      issues: [issue, { path: 1 }, 'x', ...Array.from({ length: 50 }, () => issue)],
      details: { limit: 9 },
    };
    const { facts } = errorOf(wire('INVALID_PARAMS', data), ASKED);
    expect(facts).to.deep.include({
      retryable: true,
      retryAfterMs: 86_400_000,
      maybeExecuted: true,
      details: { limit: 9 },
    });
    expect(facts.issues).to.have.length(30);
    expect(facts).to.not.have.property('requestId');
    const crooked = { retryable: 1, retryAfterMs: -1, maybeExecuted: 'no', issues: {}, details: 'x'.repeat(5_000) };
    expect(errorOf(wire('TOOL_FAILED', crooked as never), ASKED).facts).to.deep.equal({});
    expect(errorOf({ code: 5021, message: 'm'.repeat(9_000) }, ASKED).message).to.have.length(1_000);
  });

  it('never makes the gateway throw, whatever it holds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), fc.jsonValue(), (code, message, data) => {
        const error = errorOf({ code, message, data: data as never }, ASKED);
        expect(() => JSON.stringify(error.toWire('req-1'))).to.not.throw();
      }),
    );
  });
});
