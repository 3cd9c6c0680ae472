import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { watchedGateways } from '../observation/watched-gateway.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

describe('traces/list', () => {
  const open = watchedGateways();
  const settings = '[tools]\ndiagnostics = true\n[tracing]\nsample = "0"\nslow_ms = 100\n';
  const call = (name: string, more: object = {}): object => ({ name, arguments: {}, ...more });

  it('is for operators', async () => {
    const { as } = await open();
    for (const role of ['viewer', 'user'] as const) {
      const { error } = await as(role).ask('traces/list');
      expect(error, role).to.have.nested.property('data.name', 'FORBIDDEN');
    }
    for (const role of ['dev', 'admin'] as const) {
      const traces = (await as(role).ask('traces/list')).result.traces as JsonObject[];
      expect(
        traces.map(({ name, error }) => [name, error]),
        role,
      ).to.deep.equal([
        ['traces/list', 'FORBIDDEN'],
        ['traces/list', 'FORBIDDEN'],
      ]);
    }
  });

  it('shows calls that failed or were slow, newest first, whether sampled or not, and no others', async () => {
    const { as, clock } = await open(settings);
    const dev = as('dev');
    const list = async (params: object = {}): Promise<JsonObject[]> =>
      (await dev.ask('traces/list', params)).result.traces as JsonObject[];
    await dev.ask('tools/call', call('diagnostics_echo'));
    expect(await list()).to.deep.equal([]);
    await dev.ask('tools/call', call('diagnostics_fail'));
    clock.advance(10);
    await dev.ask('tools/call', call('diagnostics_fail', { _meta: { traceparent: PARENT } }));
    const [newest, oldest] = await list();
    expect(newest).to.include({ traceId: TRACE, tool: 'diagnostics_fail' });
    expect(newest).to.have.property('requestId').that.matches(/^req_/);
    expect(newest).to.have.property('error');
    const spans = newest?.spans as JsonObject[];
    const server = spans.find(({ kind }) => kind === 'server');
    expect(server).to.include({ parentSpanId: 'b7ad6b7169203331', status: 'error' });
    const attempt = spans.find(({ parentSpanId }) => parentSpanId === server?.spanId);
    expect(attempt).to.include({ kind: 'client', status: 'error' });
    expect(oldest?.traceId)
      .to.match(/^[0-9a-f]{32}$/)
      .and.to.not.equal(TRACE);
    expect(await list({ limit: 1 })).to.have.length(1);
    expect(await list({ errors: true })).to.have.length(2);
    expect(await list({ tool: 'diagnostics_echo' })).to.deep.equal([]);
    expect((await list({ tool: 'diagnostics_fail', traceId: TRACE })).map(({ traceId }) => traceId)).to.deep.equal([
      TRACE,
    ]);
    expect(await list({ traceId: 'f'.repeat(32) })).to.deep.equal([]);
  });

  it('shows a slow call that went well', async () => {
    const { gateway, as, clock } = await open(settings);
    const dev = as('dev');
    const slow = dev.ask('tools/call', call('diagnostics_sleep', { arguments: { ms: 30 } }));
    while (gateway.health().callsInFlight === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(150);
    expect((await slow).error).to.equal(undefined);
    const [trace] = (await as('admin').ask('traces/list')).result.traces as JsonObject[];
    expect(trace).to.include({ tool: 'diagnostics_sleep' }).and.not.have.property('error');
    expect(trace?.durationMs).to.be.at.least(150);
    expect((await as('admin').ask('traces/list', { errors: true })).result.traces).to.deep.equal([]);
  });

  it('takes parameters in the shape of the protocol alone', async () => {
    const { as } = await open();
    const dev = as('dev');
    for (const params of [{ limit: 0 }, { limit: 501 }, { errors: 'yes' }, { traceId: 'f'.repeat(33) }, { more: 1 }]) {
      const { error } = await dev.ask('traces/list', params);
      expect(error, JSON.stringify(params)).to.have.nested.property('data.name', 'INVALID_PARAMS');
    }
  });
});
