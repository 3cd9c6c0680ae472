import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { ConnectionError } from '../src/index.ts';
import { converse, converseOpen, rejection } from './conversation.ts';
import { settle } from './fake-clock.ts';
import type { FakeGateway } from './fake-gateway.ts';

function listTools(gateway: FakeGateway, idempotent: Record<string, boolean>): void {
  const tools: JsonObject[] = Object.entries(idempotent).map(([name, idempotentHint]) => ({
    name,
    annotations: { idempotentHint, timeoutMs: 1_000 },
  }));
  gateway.handlers['tools/list'] = () => ({ tools });
}

const toolsCalled = (gateway: FakeGateway): unknown[] =>
  gateway.line.requests('tools/call').map((request) => request.params.name);

describe('calls in flight when the connection is lost', () => {
  it('are sent again when the catalogue says that twice does no harm, else rejected at once', async () => {
    const { client, gateway, clock } = await converseOpen();
    listTools(gateway, { reads: true, spends: false });
    await client.catalog();
    const reads = client.call('reads', {});
    const spends = rejection(client.call('spends', {}));
    const unknown = rejection(client.call('unlisted', {}));
    await settle();
    gateway.handlers['tools/call'] = (params) => ({ structuredContent: `second ${params.name}` });
    gateway.line.drop();
    for (const lost of [await spends, await unknown]) {
      expect(lost).to.be.instanceOf(ConnectionError).and.include({ code: 'CONNECTION_LOST', maybeExecuted: true });
    }
    await clock.advance(100);
    expect(await reads).to.equal('second reads');
    expect(toolsCalled(gateway)).to.deep.equal(['reads']);
    await client.close();
  });

  it('are sent again with the same idempotency key, and first in their old order', async () => {
    const { client, gateway, clock } = await converseOpen();
    const one = client.call('spends', { n: 1 }, { idempotencyKey: 'k1' });
    const two = client.call('spends', { n: 2 }, { idempotencyKey: 'k2' });
    await settle();
    const [before] = gateway.line.frames.slice(-2);
    gateway.line.drop();
    const three = client.call('spends', { n: 3 });
    gateway.handlers['tools/call'] = (params) => ({ structuredContent: params.arguments ?? null });
    await clock.advance(100);
    expect(await Promise.all([one, two, three])).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(gateway.line.frames.slice(1)).to.have.length(3);
    expect(gateway.line.frames[1]).to.equal(before);
    await client.close();
  });

  it('wait for the catalogue when nobody has read it yet', async () => {
    const { client, gateway, clock } = await converseOpen();
    listTools(gateway, { reads: true, spends: false });
    const reads = client.call('reads', {});
    const spends = rejection(client.call('spends', {}));
    await settle();
    gateway.handlers['tools/call'] = () => ({ structuredContent: 'again' });
    gateway.line.drop();
    await clock.advance(100);
    expect(await reads).to.equal('again');
    expect(await spends).to.include({ code: 'CONNECTION_LOST', maybeExecuted: true });
    expect(gateway.line.requests('tools/list')).to.have.length(1);
    expect(toolsCalled(gateway)).to.deep.equal(['reads']);
    await client.close();
  });

  it('are rejected when the catalogue cannot be had either', async () => {
    const { client, gateway, clock } = await converseOpen();
    gateway.handlers['tools/list'] = () => ({ nonsense: true });
    const lost = rejection(client.call('reads', {}));
    await settle();
    gateway.line.drop();
    await clock.advance(100);
    expect(await lost).to.include({ code: 'CONNECTION_LOST', maybeExecuted: true });
    await client.close();
  });

  it('survive a second loss while the catalogue is being read', async () => {
    const { client, gateway, clock } = await converseOpen();
    gateway.handlers['tools/list'] = () => undefined;
    const reads = client.call('reads', {});
    await settle();
    gateway.line.drop();
    await clock.advance(100);
    listTools(gateway, { reads: true });
    gateway.handlers['tools/call'] = () => ({ structuredContent: 'third time' });
    gateway.line.drop();
    await clock.advance(2_000);
    expect(await reads).to.equal('third time');
    expect(gateway.line.requests('tools/list')).to.have.length(1);
    await client.close();
  });

  it('that only read are always sent again; jobs under the key of their first submission', async () => {
    const { client, gateway, clock } = await converseOpen();
    const health = client.request('server/health');
    const submit = client.submit('create_video', {});
    await settle();
    const [first] = gateway.line.requests('jobs/submit');
    gateway.handlers['jobs/submit'] = () => ({ jobId: 'job_1', status: 'queued', lastSeq: 0 });
    gateway.handlers['server/health'] = () => ({ ok: true });
    gateway.line.drop();
    await clock.advance(100);
    expect(await health).to.deep.equal({ ok: true });
    expect((await submit).id).to.equal('job_1');
    const [second] = gateway.line.requests('jobs/submit');
    expect(second?.params).to.deep.equal(first?.params).and.to.have.nested.property('_meta.idempotencyKey');
    await client.close();
  });

  it('a call that waits for the next connection can still run out of time, and says it may have run', async () => {
    const { client, gateway, clock } = await converseOpen();
    const call = rejection(client.call('a', {}, { idempotencyKey: 'k', totalMs: 5_000 }));
    await settle();
    gateway.down = true;
    gateway.line.drop();
    await clock.advance(5_000);
    expect(await call).to.include({ name: 'TimeoutError', phase: 'total', maybeExecuted: true });
    await client.close();
  });

  it('when there will be no other connection, those that were sent say so and those that were not give the reason', async () => {
    const { client, gateway } = await converseOpen({}, { window: { maxInFlight: 1 } });
    const sent = rejection(client.call('a', {}, { idempotencyKey: 'k' }));
    const waiting = rejection(client.call('b', {}));
    await settle();
    gateway.line.drop(4401, 'revoked');
    expect(await sent)
      .to.include({ code: 'CONNECTION_LOST', maybeExecuted: true })
      .with.nested.property('cause.code', 'AUTH');
    expect(await waiting).to.include({ code: 'AUTH', maybeExecuted: false });
    await client.close();
  });
});

describe('a gateway that says it is going down', () => {
  it('gets no new calls, which go out beside it, may finish the open ones, and is left when they are done', async () => {
    const { client, gateway, clock } = await converseOpen();
    const old = gateway.line;
    const told: string[] = [];
    client.on('notification', ({ method }) => told.push(method));
    gateway.handlers['tools/call'] = (_params, _request, line) =>
      line === old ? undefined : { structuredContent: 'new house' };
    const open = client.call('a', {});
    await settle();
    old.notify('session/draining', {});
    const next = client.call('b', {});
    await clock.advance(500);
    expect(await next).to.equal('new house');
    expect(old.requests('tools/call')).to.have.length(1);
    expect(old.open).to.equal(true);
    old.answer(old.requests('tools/call')[0]?.id, { structuredContent: 'old house' });
    expect(await open).to.equal('old house');
    await settle();
    expect(old.closedByClient?.code).to.equal(1000);
    expect(told).to.deep.equal(['session/draining']);
    await client.close();
    expect(gateway.lines.some(({ open: isOpen }) => isOpen)).to.equal(false);
  });
});

describe('draining a client', () => {
  it('refuses new calls, waits for the open ones across a loss, then closes', async () => {
    const { client, gateway, clock } = await converseOpen();
    const open = client.call('a', {}, { idempotencyKey: 'k' });
    await settle();
    const drained = client.drain();
    expect(client.state).to.equal('draining');
    expect(await rejection(client.call('b', {}))).to.include({ code: 'CLOSED' });
    gateway.line.drop();
    gateway.handlers['tools/call'] = () => ({ structuredContent: 'done' });
    await clock.advance(100);
    expect(await open).to.equal('done');
    await drained;
    expect(client.state).to.equal('closed');
    expect(clock.pending).to.equal(0);
  });

  it('closes anyway after its time', async () => {
    const { client, clock } = await converseOpen();
    const stuck = rejection(client.call('a', {}));
    const drained = client.drain({ timeoutMs: 1_000 });
    await clock.advance(1_000);
    await drained;
    expect(await stuck).to.include({ code: 'CLOSED', maybeExecuted: true });
  });

  it('of a client that never did anything is over at once', async () => {
    const { client, clock } = converse();
    await client.drain();
    expect(client.state).to.equal('closed');
    expect(clock.pending).to.equal(0);
  });
});
