import type { Json, JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import type { JobEvent } from '../src/index.ts';
import { type Conversation, converseOpen, rejection } from './conversation.ts';
import { settle } from './fake-clock.ts';
import { TopicLog } from './topic-log.ts';

/** One job on a fake gateway, moved by the test. */
class FakeJob {
  readonly log: TopicLog;
  view: JsonObject = {
    jobId: 'job_1',
    tool: 'create_video',
    project: 'default',
    status: 'queued',
    progress: 0,
    attempt: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    lastSeq: 0,
  };

  constructor({ gateway }: Conversation<object>) {
    this.log = new TopicLog(gateway, 'jobs/job_1');
    gateway.handlers['jobs/submit'] = () => this.view;
    gateway.handlers['jobs/get'] = () => this.view;
    this.become({ status: 'queued' });
  }

  become(change: JsonObject): void {
    this.view = { ...this.view, ...change, lastSeq: this.log.lastSeq + 1 };
    this.log.publish(1, { type: 'state', job: this.view });
  }

  progress(progress: number, stage: string): void {
    this.log.publish(1, { type: 'progress', jobId: 'job_1', progress, stage, message: `${stage}…` });
  }

  complete(result: Json): void {
    this.become({ status: 'completed', progress: 1, result });
  }
}

async function withJob(): Promise<Conversation<object> & { job: FakeJob }> {
  const conversation = await converseOpen<object>();
  return { ...conversation, job: new FakeJob(conversation) };
}

const short = (event: JobEvent): string =>
  event.type === 'state' ? `${event.seq} ${event.state}` : `${event.seq} ${event.data.stage} ${event.progress}`;

async function events(handle: AsyncIterable<JobEvent>): Promise<string[]> {
  const seen: string[] = [];
  for await (const event of handle) seen.push(short(event));
  return seen;
}

describe('a job handle', () => {
  it('submits, tells every event from the first to the last, and gives the result', async () => {
    const { client, gateway, job } = await withJob();
    const handle = await client.job('job_1');
    expect(handle.state).to.equal(undefined);
    const submitted = await (client as never as { submit(tool: string, args: object): Promise<typeof handle> }).submit(
      'create_video',
      { video_subject: 'AI' },
    );
    expect(submitted.id).to.equal('job_1');
    expect(submitted.state).to.equal('queued');
    expect(gateway.line.requests('jobs/submit')[0]?.params).to.deep.include({
      name: 'create_video',
      arguments: { video_subject: 'AI' },
    });
    const seen = events(submitted);
    const result = submitted.result();
    await settle();
    job.become({ status: 'in_progress', attempt: 1 });
    job.progress(0.5, 'render');
    job.complete({ video: 'asset:1' });
    expect(await seen).to.deep.equal(['1 queued', '2 in_progress', '3 render 0.5', '4 completed']);
    expect(await result).to.deep.equal({ video: 'asset:1' });
    expect(submitted.state).to.equal('completed');
    const asked = gateway.line.requests('jobs/get').length;
    expect(await submitted.result()).to.deep.equal({ video: 'asset:1' });
    expect(gateway.line.requests('jobs/get')).to.have.length(asked);
    expect(job.log.followers).to.equal(0);
    await client.close();
  });

  it('survives lost connections: each event once, in order, and the result', async () => {
    const { client, gateway, clock, job } = await withJob();
    const handle = client.job('job_1');
    const seen = events(handle);
    const result = handle.result();
    await settle();
    gateway.line.drop();
    job.become({ status: 'in_progress', attempt: 1 });
    job.progress(0.1, 'script');
    await clock.advance(100);
    job.progress(0.2, 'voice');
    gateway.line.drop();
    job.complete('film');
    await clock.advance(2_000);
    expect(await seen).to.deep.equal(['1 queued', '2 in_progress', '3 script 0.1', '4 voice 0.2', '5 completed']);
    expect(await result).to.equal('film');
    await client.close();
  });

  it('is taken up by id from an event on', async () => {
    const { client, job } = await withJob();
    job.become({ status: 'in_progress', attempt: 1 });
    job.progress(0.1, 'script');
    job.complete(1);
    expect(await events(client.job('job_1', { fromSeq: 3 }))).to.deep.equal(['3 script 0.1', '4 completed']);
    expect(() => client.job('')).to.throw(TypeError);
    expect(() => client.job('job_1', { fromSeq: 0 })).to.throw(TypeError, 'fromSeq');
    await client.close();
  });

  it('of a retried job reads past the older end', async () => {
    const { client, job } = await withJob();
    job.become({ status: 'failed', error: { code: 5021, message: 'no disk' } });
    const handle = client.job('job_1');
    expect(await rejection(handle.result())).to.include({
      name: 'ToolError',
      tool: 'create_video',
      message: 'no disk',
    });
    job.become({ status: 'queued' });
    job.complete('second try');
    expect(await events(handle)).to.deep.equal(['1 queued', '2 failed', '3 queued', '4 completed']);
    expect(await handle.result()).to.equal('second try');
    await client.close();
  });

  it('tells state, progress and time left', async () => {
    const { client, job } = await withJob();
    job.become({ status: 'in_progress', progress: 0.4, estimatedRemaining: 12.5 });
    const handle = client.job('job_1');
    const status = await handle.status();
    expect(status).to.deep.include({ state: 'in_progress', progress: 0.4, etaMs: 12_500 });
    expect(status.job.tool).to.equal('create_video');
    expect(handle.state).to.equal('in_progress');
    await client.close();
  });

  it('is never turned back by older events', async () => {
    const { client, job } = await withJob();
    job.become({ status: 'in_progress' });
    const handle = client.job('job_1');
    await handle.status();
    for await (const event of handle) {
      expect(event.type === 'state' && event.state).to.equal('queued');
      break;
    }
    expect(handle.state).to.equal('in_progress');
    await client.close();
  });

  it('cancels, and the result says that it was canceled', async () => {
    const { client, gateway, job } = await withJob();
    gateway.handlers['jobs/cancel'] = (params) => {
      job.become({ status: 'canceled', message: String(params.reason) });
      return job.view;
    };
    const handle = client.job('job_1');
    const result = rejection(handle.result());
    await settle();
    await handle.cancel('too late');
    expect(await result).to.include({ name: 'CancelledError', code: 'CANCELLED' });
    expect(gateway.line.requests('jobs/cancel')[0]?.params).to.deep.equal({ jobId: 'job_1', reason: 'too late' });
    await client.close();
  });

  it('detaches: iterators end, waiting ends, the job goes on', async () => {
    const { client, gateway, job } = await withJob();
    const handle = client.job('job_1');
    const seen = events(handle);
    const waiting = rejection(handle.result());
    await settle();
    await handle[Symbol.asyncDispose]();
    expect(await seen).to.deep.equal(['1 queued']);
    expect(await waiting).to.include({ code: 'CANCELLED' });
    expect(await events(handle)).to.deep.equal([]);
    await settle();
    expect(job.log.followers).to.equal(0);
    expect(gateway.line.requests('jobs/cancel')).to.have.length(0);
    await client.close();
  });

  it('waits no longer than it was told to, nor past an abort', async () => {
    const { client, clock, job } = await withJob();
    const timers = clock.pending;
    const handle = client.job('job_1');
    const late = rejection(handle.result({ timeoutMs: 5_000 }));
    const abort = new AbortController();
    const aborted = rejection(handle.result({ signal: abort.signal }));
    await clock.advance(1);
    abort.abort();
    expect(await aborted).to.include({ code: 'CANCELLED' });
    await clock.advance(5_000);
    expect(await late).to.include({ name: 'TimeoutError', phase: 'total', maybeExecuted: true });
    await settle();
    expect(clock.pending).to.equal(timers);
    expect(job.log.followers).to.equal(0);
    await client.close();
  });

  it('neither waits past an abort nor past its time when the very first question is not answered', async () => {
    const { client, gateway, clock } = await withJob();
    gateway.handlers['jobs/get'] = () => undefined;
    const abort = new AbortController();
    const aborted = rejection(client.job('job_1').result({ signal: abort.signal }));
    const late = rejection(client.job('job_1').result({ timeoutMs: 2_000 }));
    const silent = rejection(client.job('job_1').result());
    await settle();
    abort.abort();
    expect(await aborted).to.include({ code: 'CANCELLED' });
    await clock.advance(2_000);
    expect(await late).to.include({ name: 'TimeoutError' });
    await clock.advance(58_000);
    expect(await silent).to.include({ name: 'TimeoutError' });
    await client.close();
  });

  it('says so when the gateway sends something else than a job', async () => {
    const { client, gateway } = await withJob();
    gateway.handlers['jobs/get'] = () => ({});
    expect(await rejection(client.job('job_1').result())).to.include({ code: 'PROTOCOL' });
    await client.close();
  });

  it('skips kinds of events it does not know', async () => {
    const { client, job } = await withJob();
    job.log.publish(1, { type: 'confetti' });
    job.log.publish(1, 'text');
    job.become({ status: 'failed' });
    const handle = client.job('job_1');
    expect(await events(handle)).to.deep.equal(['1 queued', '4 failed']);
    expect(await rejection(handle.result())).to.include({ code: 'TOOL_FAILED' });
    await client.close();
  });
});
