import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import type { Client, JobEvent } from '../../src/index.ts';
import { CallError, createTestGateway, fakeClock, settle, type TestGateway, testClient } from '../../src/testing.ts';
import { rejection } from '../conversation.ts';
import { RawClient } from './raw-client.ts';

const forever = (): Promise<never> => new Promise(() => undefined);

describe('a test gateway', () => {
  it('runs tools, and lists them with their facts', async () => {
    const gateway = createTestGateway({
      tools: {
        double: ({ n }) => Number(n) * 2,
        later: { run: async (args) => args, idempotent: true, readOnly: true, cacheTtlMs: 5_000, title: 'Later' },
      },
    });
    const client = testClient(gateway);
    expect(await client.call('double', { n: 21 })).to.equal(42);
    expect(await client.call('later', { n: 1 })).to.deep.equal({ n: 1 });
    const [double, later] = await client.catalog();
    expect(double).to.deep.include({ name: 'double', execution: 'call' });
    expect(later).to.deep.include({ title: 'Later' });
    expect(later?.annotations).to.deep.equal({
      idempotentHint: true,
      readOnlyHint: true,
      cacheTtlMs: 5_000,
      timeoutMs: 60_000,
    });
    expect(gateway.calls.map(({ tool, state }) => `${tool} ${state}`)).to.deep.equal(['double done', 'later done']);
    await client.close();
  });

  it('tells progress to whoever asks for it', async () => {
    const gateway = createTestGateway({
      tools: {
        render: async (_args, context) => {
          context.progress({ stage: 'mix', fraction: 0.5, stageFraction: 0.25, message: 'half' });
          await settle();
          context.progress({ stage: 'mix', fraction: 0.2 });
          context.progress({ stage: 'end', fraction: 7 });
          return 'film';
        },
      },
    });
    const client = testClient(gateway);
    const seen: unknown[] = [];
    expect(await client.call('render', {}, { onProgress: (report) => seen.push(report) })).to.equal('film');
    expect(seen).to.deep.equal([
      { progress: 0.5, total: 1, stage: 'mix', stageProgress: 0.25, message: 'half' },
      { progress: 0.5, total: 1, stage: 'mix' },
      { progress: 1, total: 1, stage: 'end' },
    ]);
    await client.close();
  });

  it('gives errors of the table as they are, and hides the words of all others', async () => {
    const boom = new Error('password 1234');
    const gateway = createTestGateway({
      tools: {
        picky: () => {
          throw new CallError('CONTENT_REFUSED', 'not this', { details: { word: 'x' } });
        },
        broken: () => Promise.reject(boom),
      },
    });
    const client = testClient(gateway);
    expect(await rejection(client.call('picky', {}))).to.deep.include({
      code: 'REFUSED',
      message: 'not this',
      data: { word: 'x' },
    });
    expect(await rejection(client.call('broken', {}))).to.include({
      code: 'TOOL_FAILED',
      message: 'The tool "broken" failed',
    });
    expect(await rejection(client.call('absent', {}))).to.include({ wireName: 'TOOL_NOT_FOUND' });
    expect(await rejection(client.request('no/such'))).to.include({ wireName: 'METHOD_NOT_FOUND' });
    expect(await rejection(client.request('tools/call', { name: 7 }))).to.include({ code: 'INVALID_PARAMS' });
    expect(gateway.calls.find(({ tool }) => tool === 'broken')).to.include({ state: 'failed', error: boom });
    await client.close();
  });

  it('aborts the tool of a cancelled call, and of a session that ended', async () => {
    const gateway = createTestGateway({ tools: { slow: forever } });
    const client = testClient(gateway);
    const call = client.call('slow', {});
    const other = rejection(client.call('slow', {}));
    await settle();
    call.cancel('enough');
    expect(await rejection(call)).to.include({ code: 'CANCELLED' });
    await settle();
    expect(gateway.calls.map(({ signal }) => signal.aborted)).to.deep.equal([true, false]);
    await client.close();
    await other;
    await settle();
    expect(gateway.calls.map(({ signal }) => signal.aborted)).to.deep.equal([true, true]);
  });

  it('refuses more calls at once than its window', async () => {
    const gateway = createTestGateway({ tools: { slow: forever }, maxInFlight: 1 });
    const raw = new RawClient(gateway);
    const session = await raw.open();
    expect(session.window).to.deep.equal({ maxInFlight: 1 });
    await raw.ask('tools/call', { name: 'slow' });
    expect(await raw.ask('tools/call', { name: 'slow' })).to.include({ code: 4291 });
  });

  it('answers a cancelled call with CANCELLED, and knows calls of the same id apart', async () => {
    const gateway = createTestGateway({ tools: { slow: forever } });
    const [one, two] = [new RawClient(gateway), new RawClient(gateway)];
    await one.open();
    await two.open();
    await one.ask('tools/call', { name: 'slow' }, 9);
    await two.ask('tools/call', { name: 'slow' }, 9);
    two.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 9 } });
    await settle();
    expect(two.heard.at(-1)?.error).to.include({ code: 4990 });
    expect(gateway.calls.map(({ signal }) => signal.aborted)).to.deep.equal([false, true]);
  });

  it('asks for a credential it accepts, at the opening and at a refresh', async () => {
    const accept = (credential: JsonObject | undefined): boolean => credential?.apiKey === 'good';
    const gateway = createTestGateway({ accept });
    expect(await rejection(testClient(gateway).connect())).to.include({ code: 'AUTH' });
    const client = testClient(gateway, { auth: { type: 'apiKey', apiKey: 'good' } });
    await client.connect();
    expect(await rejection(client.request('session/refresh', { auth: { type: 'apiKey', apiKey: 'bad' } }))).to.include({
      code: 'AUTH',
    });
    expect(await client.request('session/refresh', { auth: { type: 'apiKey', apiKey: 'good' } })).to.have.property(
      'principal',
    );
    await client.close();
  });

  it('closes with 1000 when asked to', async () => {
    const gateway = createTestGateway();
    const raw = new RawClient(gateway);
    await raw.open();
    expect(await raw.ask('session/close')).to.deep.equal({});
    expect(raw.closed?.code).to.equal(1000);
  });

  it('offers other tools and says so', async () => {
    const gateway = createTestGateway({ tools: { a: () => 1 } });
    const client = testClient(gateway);
    const told: string[] = [];
    client.on('notification', ({ method }) => told.push(method));
    await client.connect();
    await settle();
    gateway.serve({ b: () => 2 });
    await settle();
    expect(told).to.deep.equal(['tools/list_changed']);
    expect((await client.catalog()).map(({ name }) => name)).to.deep.equal(['b']);
    await client.close();
  });

  it('has whatever topics a test wants', async () => {
    const gateway = createTestGateway();
    const client = testClient(gateway);
    const topic = gateway.topic('services');
    expect(gateway.topic('services')).to.equal(topic);
    topic.tell({ n: 1 });
    for await (const { seq, data, at } of client.subscribe('services', { fromSeq: 1 })) {
      expect({ seq, data, at }).to.deep.equal({ seq: 1, data: { n: 1 }, at: '2026-01-01T00:00:00.000Z' });
      break;
    }
    expect(await rejection(client.request('events/subscribe', { topic: 'jobs/none' }))).to.include({
      code: 'NOT_FOUND',
    });
    expect(await rejection(client.request('events/unsubscribe', { subscription: 'x' }))).to.include({
      code: 'NOT_FOUND',
    });
    await client.close();
  });

  it('goes down and comes back as its test says', async () => {
    const gateway = createTestGateway({ tools: { slow: forever } });
    const client = testClient(gateway);
    await client.connect();
    const first = gateway.line;
    const lost = rejection(client.call('slow', {}));
    await settle();
    gateway.restart();
    expect(first.open).to.equal(false);
    await gateway.clock.advance(2_000);
    expect(await lost).to.include({ code: 'CONNECTION_LOST', maybeExecuted: true });
    expect(gateway.calls).to.have.length(1);
    expect(gateway.received.map(({ method }) => method)).to.include('session/open');
    expect(client.state).to.equal('ready');
    gateway.stall();
    expect(gateway.line.stalled).to.equal(true);
    gateway.drop();
    expect(client.state).to.equal('reconnecting');
    await client.close();
  });
});

describe('jobs of a test gateway', () => {
  const house = (): { gateway: TestGateway; client: Client } => {
    const gateway = createTestGateway({
      tools: {
        film: {
          execution: 'job',
          run: async (_args, { attempt, jobId, progress }) => {
            progress({ stage: 'render', fraction: 0.5 });
            await settle();
            return { attempt, jobId };
          },
        },
        slow: forever,
        bad: () => Promise.reject(new CallError('QUOTA_EXCEEDED')),
        // As JavaScript may call it.
        odd: (_args, { progress }) => {
          progress({ stage: 'render', fraction: 0.5 });
          (progress as unknown as (fraction: number, facts: JsonObject) => void)(0.7, { stage: 'render' });
        },
      },
      clock: fakeClock(),
    });
    return { gateway, client: testClient(gateway) };
  };

  const short = (event: JobEvent): string =>
    event.type === 'state' ? `${event.seq} ${event.state}` : `${event.seq} ${event.data.stage} ${event.progress}`;

  it('tell their events, give their results, and are the same for the same key', async () => {
    const { gateway, client } = house();
    const handle = await client.submit('film', {}, { idempotencyKey: 'k' });
    const seen: string[] = [];
    for await (const event of handle) seen.push(short(event));
    expect(seen).to.deep.equal(['1 queued', '2 in_progress', '3 render 0.5', '4 completed']);
    expect(await handle.result()).to.deep.equal({ attempt: 1, jobId: handle.id });
    expect((await client.submit('film', {}, { idempotencyKey: 'k' })).id).to.equal(handle.id);
    expect(gateway.job(handle.id)).to.include({ status: 'completed', lastSeq: 4 });
    expect(await client.request('jobs/list'))
      .to.have.property('jobs')
      .with.length(1);
    expect(gateway.topic('jobs').lastSeq).to.equal(3);
    await client.close();
  });

  it('fail, without a gap in their events, when progress is reported as nobody reads it', async () => {
    const { gateway, client } = house();
    const handle = await client.submit('odd', {});
    const seen: string[] = [];
    for await (const event of handle) seen.push(short(event));
    expect(seen).to.deep.equal(['1 queued', '2 in_progress', '3 render 0.5', '4 failed']);
    expect(gateway.calls[0]?.error)
      .to.be.instanceOf(TypeError)
      .with.property('message')
      .that.matches(/^Cannot report progress: expected an object, got 0\.7; say progress\(\{ stage/);
    await client.close();
  });

  it('are different ones for different clients', async () => {
    const { gateway, client } = house();
    const other = testClient(gateway);
    const [one, two] = [await client.submit('slow', {}), await other.submit('slow', {})];
    expect(one.id).to.not.equal(two.id);
    await client.close();
    await other.close();
  });

  it('answer a call of a job tool with a handle, or with the result where that is asked for', async () => {
    const { client } = house();
    expect(await client.call('film', {})).to.include({ job_id: 'job_1', status: 'queued' });
    expect(await client.call('film', { wait_for_completion: true })).to.deep.equal({ attempt: 1 });
    await client.close();
  });

  it('are canceled once, retried when they failed, and fail with the error of their tool', async () => {
    const { gateway, client } = house();
    const slow = await client.submit('slow', {});
    await settle();
    await slow.cancel('no');
    expect(gateway.job(slow.id).status).to.equal('canceled');
    expect(gateway.calls[0]?.signal.aborted).to.equal(true);
    expect(await rejection(slow.cancel())).to.include({ code: 'CONFLICT' });
    const bad = await client.submit('bad', {});
    expect(await rejection(bad.result())).to.include({ wireName: 'QUOTA_EXCEEDED' });
    await client.request('jobs/retry', { jobId: bad.id });
    await settle();
    expect(gateway.job(bad.id)).to.include({ status: 'failed', attempt: 2 });
    const film = await client.submit('film', {});
    await film.result();
    expect(await rejection(client.request('jobs/retry', { jobId: film.id }))).to.include({ code: 'CONFLICT' });
    expect(await rejection(client.request('jobs/get', { jobId: 'none' }))).to.include({ code: 'NOT_FOUND' });
    await client.close();
  });

  it('run again after a restart, and hear nothing of the attempt before', async () => {
    const { gateway, client } = house();
    const handle = await client.submit('slow', {});
    await settle();
    gateway.restart();
    await settle();
    expect(gateway.job(handle.id)).to.include({ status: 'in_progress', attempt: 2 });
    expect(gateway.calls.map(({ signal }) => signal.aborted)).to.deep.equal([true, false]);
    await client.close();
  });

  it('that are canceled while they wait are never run', async () => {
    const { gateway, client } = house();
    await client.connect();
    const raw = new RawClient(gateway);
    await raw.open();
    raw.send({ jsonrpc: '2.0', id: 50, method: 'jobs/submit', params: { name: 'slow' } });
    raw.send({ jsonrpc: '2.0', id: 51, method: 'jobs/cancel', params: { jobId: 'job_1' } });
    await settle();
    expect(gateway.job('job_1')).to.include({ status: 'canceled' });
    await client.close();
  });
});
