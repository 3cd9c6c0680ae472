import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { watchedGateways } from '../observation/watched-gateway.ts';

const DIAGNOSTICS = '[tools]\ndiagnostics = true\n';

describe('metrics/*', () => {
  const open = watchedGateways();
  const fail = { name: 'diagnostics_fail', arguments: {} };

  it('are for operators', async () => {
    const { as } = await open();
    for (const role of ['viewer', 'user'] as const) {
      const caller = as(role);
      for (const [method, params] of [
        ['metrics/snapshot', {}],
        ['metrics/query', { metric: 'mcp.connections.active' }],
        ['metrics/top', {}],
        ['events/subscribe', { topic: 'metrics' }],
      ] as const) {
        const { error } = await caller.ask(method, params);
        expect(error, `${role} ${method}`).to.have.nested.property('data.name', 'FORBIDDEN');
      }
    }
    for (const role of ['dev', 'admin'] as const) {
      expect((await as(role).ask('metrics/snapshot')).result, role).to.have.property('metrics');
    }
  });

  it('show everything that is measured, by the names people know', async () => {
    const { as } = await open(DIAGNOSTICS);
    const dev = as('dev');
    for (let n = 0; n < 3; n++) await dev.ask('tools/call', { name: 'diagnostics_echo', arguments: { value: n } });
    await dev.ask('tools/call', fail);
    const { result } = await dev.ask('metrics/snapshot');
    expect(result.success_rate).to.equal(0.75);
    const metrics = result.metrics as Record<string, JsonObject>;
    expect(metrics['mcp.connections.active']).to.deep.include({ type: 'gauge', value: 1 });
    expect(metrics['mcp.tools.calls']).to.include({ type: 'counter', value: 4 });
    expect(metrics['mcp.tools.calls']?.series).to.deep.include({
      labels: { tool: 'diagnostics_echo', status: 'success' },
      value: 3,
    });
    expect(metrics['mcp.operations.duration']).to.include({ type: 'histogram', count: 4 });
    expect(metrics).to.include.keys('mcp_alerts_firing', 'mcp_build_info', 'mcp_audit_records_total');
    expect(JSON.stringify(result).length).to.be.lessThan(65_536);
  });

  it('show how a figure went, by the second and by the minute', async () => {
    const { as, clock } = await open();
    const dev = as('dev');
    const query = async (params: object) => (await dev.ask('metrics/query', params)).result as { values: unknown[] };
    await dev.ask('ping');
    clock.advance(1_000);
    await dev.ask('ping');
    await dev.ask('ping');
    clock.advance(1_000);
    clock.advance(1_000);
    const started = await query({ metric: 'mcp.operations.started.rate', overSeconds: 3 });
    expect(started).to.deep.equal({
      ...{ metric: 'mcp.operations.started.rate', stepSeconds: 1, until: clock.now(), values: [1, 2, 0] },
    });
    const whole = await query({ metric: 'mcp.operations.started.rate', overSeconds: 3, stepSeconds: 3 });
    // The question before this one came after the last look.
    expect(whole.values).to.deep.equal([1]);
    expect((await query({ metric: 'mcp.connections.active' })).values).to.deep.equal([1, 1, 1]);
    expect((await query({ metric: 'mcp.operations.duration.p99', overSeconds: 1 })).values).to.deep.equal([null]);
    expect((await query({ metric: 'mcp.connections.active', overSeconds: 86_400 })).values).to.deep.equal([]);
    clock.advance(60_000);
    expect((await query({ metric: 'mcp.connections.active', overSeconds: 86_400 })).values).to.deep.equal([1]);
  });

  it('say which figures and steps there are', async () => {
    const { as } = await open();
    const dev = as('dev');
    for (const [params, says] of [
      [{ metric: 'mcp.no.such' }, /"mcp\.no\.such" went; remembered are mcp\.operations\.started\.rate, /],
      [{ metric: '__proto__' }, /"__proto__"/],
      [{ metric: 'mcp.connections.active', overSeconds: 86_400, stepSeconds: 90 }, /90 s.*multiple of 60/],
      [{ metric: 'mcp.connections.active', overSeconds: 10, stepSeconds: 20 }, /20 s over 10 s/],
      [{ metric: 'mcp.connections.active', overSeconds: 0 }, /overSeconds/],
      [{ metric: 'mcp.connections.active', overSeconds: 259_201 }, /overSeconds/],
      [{ metric: 'mcp.connections.active', stepSeconds: 1.5 }, /stepSeconds/],
      [{}, /metric/],
    ] as const) {
      const { error } = await dev.ask('metrics/query', params);
      expect(error, JSON.stringify(params)).to.have.nested.property('data.name', 'INVALID_PARAMS');
      expect(JSON.stringify(error), JSON.stringify(params)).to.match(new RegExp(says.source.replaceAll('"', '\\\\"')));
    }
  });

  it('name the callers who call most, and those who fail most', async () => {
    const { as } = await open(DIAGNOSTICS);
    const [dev, user] = [as('dev'), as('user')];
    for (let n = 0; n < 5; n++) await user.ask('ping');
    for (let n = 0; n < 2; n++) await dev.ask('tools/call', fail);
    const top = async (params: object = {}) => (await dev.ask('metrics/top', params)).result;
    const calls = await top();
    expect(calls.by).to.equal('calls');
    expect((calls.callers as JsonObject[]).map(({ count }) => count)).to.deep.equal([5, 2]);
    const errors = await top({ by: 'errors' });
    expect(errors.by).to.equal('errors');
    expect((errors.callers as JsonObject[]).map(({ count }) => count)).to.deep.equal([2]);
    expect((await top({ limit: 1 })).callers).to.have.length(1);
    for (const params of [{ by: 'costs' }, { limit: 0 }, { limit: 101 }]) {
      const { error } = await dev.ask('metrics/top', params);
      expect(error, JSON.stringify(params)).to.have.nested.property('data.name', 'INVALID_PARAMS');
    }
  });

  describe('followed as the topic "metrics"', () => {
    it('is a frame a second, numbered without a gap', async () => {
      const { as, clock } = await open();
      const dev = as('dev');
      const { result } = await dev.ask('events/subscribe', { topic: 'metrics' });
      expect(result).to.include({ topic: 'metrics', lastSeq: 0 });
      for (let second = 1; second <= 3; second++) {
        clock.advance(1_000);
        const event = await dev.event();
        expect(event).to.include({ topic: 'metrics', subscription: result.subscription, seq: second });
        expect(event.at).to.equal(new Date(clock.now()).toISOString());
        const data = event.data as Record<string, number>;
        expect(data).to.include({ 'mcp.connections.active': 1, mcp_alerts_firing: 0 });
        expect(Object.values(data).every(Number.isFinite)).to.equal(true);
      }
      expect((await dev.ask('events/unsubscribe', { subscription: result.subscription })).result).to.deep.equal({});
    });

    it('gives what was missed while it is remembered, and says where to look otherwise', async () => {
      const { as, clock } = await open();
      const dev = as('dev');
      for (let second = 0; second < 302; second++) clock.advance(1_000);
      await dev.ask('events/subscribe', { topic: 'metrics', after: 300 });
      expect([(await dev.event()).seq, (await dev.event()).seq]).to.deep.equal([301, 302]);
      for (const [after, says] of [
        [1, /those up to 2 are forgotten\. Ask metrics\/query, then follow without a number/],
        [400, /the newest is 302; the gateway was restarted/],
      ] as const) {
        const { error } = await dev.ask('events/subscribe', { topic: 'metrics', after });
        expect(error).to.have.nested.property('data.name', 'CONFLICT');
        expect(error.message).to.match(says);
      }
      const { error } = await dev.ask('events/subscribe', { topic: 'metrics/mcp_jobs' });
      expect(error).to.have.nested.property('data.name', 'NOT_FOUND');
    });
  });
});
