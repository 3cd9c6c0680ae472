import { CallError, CLOSE_CODES, type ErrorName } from '@callsheet/protocol';
import { expect } from 'chai';
import { observing } from './observing.ts';
import { tell } from './told.ts';

describe('counting connections', () => {
  const observe = observing();
  const CLOSED = 'mcp_connections_closed_total';

  it('counts one from its opening to its close', () => {
    const seen = observe();
    tell('connection', { type: 'opened', transport: 'websocket' });
    tell('connection', { type: 'closed', transport: 'websocket', code: 1000, lifetimeMs: 20_000 });
    expect(seen.value('mcp_connections_opened_total', 'websocket')).to.equal(1);
    expect(seen.value(CLOSED, 'websocket', 'normal')).to.equal(1);
    expect(seen.sum('mcp_connection_lifetime_seconds', 'websocket')).to.equal(20);
  });

  it('has a reason for every close code of ours, at 0 from the start', () => {
    const seen = observe();
    for (const [name, { code }] of Object.entries(CLOSE_CODES)) {
      expect(seen.value(CLOSED, 'websocket', name.toLowerCase()), name).to.equal(0);
      tell('connection', { type: 'closed', transport: 'websocket', code, lifetimeMs: 0 });
      expect(seen.value(CLOSED, 'websocket', name.toLowerCase()), name).to.equal(1);
    }
  });

  it('has few reasons, whatever codes peers choose', () => {
    const seen = observe();
    const before = seen.size(CLOSED);
    for (let code = 1000; code < 5000; code++) {
      tell('connection', { type: 'closed', transport: 'websocket', code, lifetimeMs: 0 });
    }
    expect(seen.size(CLOSED)).to.equal(before);
    expect(seen.value(CLOSED, 'websocket', 'abnormal')).to.equal(1);
    expect(seen.value(CLOSED, 'websocket', 'other')).to.be.greaterThan(3900);
  });

  for (const [error, reason] of [
    ['UNAUTHENTICATED', 'auth'],
    ['FORBIDDEN', 'auth'],
    ['ORIGIN_NOT_ALLOWED', 'origin'],
    ['TOO_MANY_IN_FLIGHT', 'limit'],
    ['OVERLOADED', 'limit'],
    ['RATE_LIMITED', 'rate'],
    ['DRAINING', 'draining'],
    ['PROTOCOL_VERSION_MISMATCH', 'version'],
    ['INTERNAL', 'other'],
  ] as const satisfies readonly (readonly [ErrorName, string])[]) {
    it(`counts one that is refused with ${error} as ${reason}`, () => {
      const seen = observe();
      expect(seen.value('mcp_connections_rejected_total', reason)).to.equal(0);
      tell('connection', { type: 'refused', transport: 'websocket', error: new CallError(error) });
      expect(seen.value('mcp_connections_rejected_total', reason)).to.equal(1);
    });
  }

  it('counts sessions that came back, slow readers and pings', () => {
    const seen = observe();
    tell('connection', { type: 'resumed', outcome: 'gap' });
    tell('connection', { type: 'slow_consumer' });
    tell('connection', { type: 'pong', rttMs: 40 });
    expect(seen.value('mcp_connections_resumed_total', 'gap')).to.equal(1);
    expect(seen.value('mcp_connections_resumed_total', 'resumed')).to.equal(0);
    expect(seen.value('mcp_slow_consumer_closed_total')).to.equal(1);
    expect(seen.sum('mcp_ping_rtt_seconds')).to.equal(0.04);
  });

  it('counts credentials by kind and outcome, and their time as ours', () => {
    const seen = observe();
    expect(seen.value('mcp_auth_attempts_total', 'jwt', 'replay')).to.equal(0);
    tell('credential', { scheme: 'jwt', outcome: 'expired', durationMs: 2 });
    expect(seen.value('mcp_auth_attempts_total', 'jwt', 'expired')).to.equal(1);
    expect(seen.sum('mcp_gateway_overhead_seconds', 'auth')).to.equal(0.002);
  });
});
