import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventParams, JobView, JsonObject, ProgressParams, ToolCallResult } from '@callsheet/protocol';
import { type Gateway, startGateway } from '@callsheet/server';
import { expect } from 'chai';
import { Peer } from '../doors/gateway-socket.ts';

const ADMIN = 'admin-key-with-enough-characters';
const VIEWER = 'viewer-key-with-enough-characters';
const USER = 'user-key-with-enough-characters-00';
const OTHER = 'other-key-with-enough-characters-0';

interface Answer<R> {
  readonly result: R;
  readonly error: { code: number; data: JsonObject };
}

/** A caller that keeps events and progress apart from answers. */
class Caller {
  readonly peer: Peer;
  readonly events: EventParams[] = [];
  readonly progress: ProgressParams[] = [];
  #next = 1;

  constructor(url: string, key: string) {
    this.peer = new Peer(url, { headers: { authorization: `Bearer ${key}` } });
  }

  async ask<R = JsonObject>(method: string, params: object = {}): Promise<Answer<R>> {
    await this.peer.opened;
    const id = this.#next++;
    this.peer.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    for (;;) {
      const message = (await this.peer.hear()) as { id?: number; method?: string; params?: unknown };
      if (message.id === id) return message as unknown as Answer<R>;
      if (message.method === 'events/event') this.events.push(message.params as EventParams);
      if (message.method === 'notifications/progress') this.progress.push(message.params as ProgressParams);
    }
  }

  /** The next event, after those already heard. */
  async event(): Promise<EventParams> {
    const known = this.events.shift();
    if (known) return known;
    const message = (await this.peer.hear()) as { params: EventParams };
    return message.params;
  }
}

describe('a gateway', () => {
  let folder: string;
  let gateway: Gateway;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-gateway-'));
    gateway = await startGateway({
      server: { port: 0, data_dir: folder },
      auth: {
        admin_key: ADMIN,
        api_keys: {
          eve: { key: VIEWER, role: 'viewer' },
          bob: { key: USER, role: 'user' },
          mallory: { key: OTHER, role: 'user' },
        },
      },
      tools: { diagnostics: true, deny: ['diagnostics_blob'] },
      ollama: { detect: false },
      log: { level: 'silent' },
    });
  });
  after(async () => {
    await gateway.close();
    await rm(folder, { recursive: true });
  });
  const caller = (key = ADMIN): Caller => new Caller(gateway.url, key);

  it('answers health in three ways, and unknown paths in the one error shape', async () => {
    const health = await (await fetch(`${gateway.httpUrl}/health`)).json();
    expect(health).to.include({ status: 'ok' });
    expect((health as JsonObject).engine).to.match(/^embedded \(/);
    expect((await fetch(`${gateway.httpUrl}/health/live`)).status).to.equal(200);
    expect(await (await fetch(`${gateway.httpUrl}/health/ready`)).json()).to.deep.equal({ status: 'ok' });
    const missing = await fetch(`${gateway.httpUrl}/nowhere`);
    expect(missing.status).to.equal(404);
    expect(((await missing.json()) as Answer<never>).error).to.include({ code: 4040 });
    expect((await fetch(`${gateway.httpUrl}/assets/%zz`)).status).to.be.oneOf([400, 404]);
  });

  it('offers its tools, and not those it was told to keep', async () => {
    const { result } = await caller().ask<{ tools: { name: string }[] }>('tools/list');
    const names = result.tools.map((tool) => tool.name);
    expect(names).to.include.members(['create_video', 'get_generation_status', 'diagnostics_echo', 'get_current_time']);
    expect(names).to.not.include('diagnostics_blob');
  });

  it('shows a viewer what a viewer may do, and refuses the rest on every way in', async () => {
    const eve = caller(VIEWER);
    const { result } = await eve.ask<{ tools: { name: string }[] }>('tools/list');
    expect(result.tools.map((tool) => tool.name)).to.deep.equal([
      'get_current_time',
      'get_generation_status',
      'list_voices',
    ]);
    const echo = { name: 'diagnostics_echo', arguments: {} };
    expect((await eve.ask('tools/call', echo)).error.code).to.equal(4032);
    // A viewer may watch; to make jobs is not for it at all.
    expect((await eve.ask('jobs/submit', echo)).error.code).to.equal(4030);
  });

  it('answers a call, a wrong argument and a failing tool', async () => {
    const alice = caller();
    const echo = await alice.ask<ToolCallResult>('tools/call', { name: 'diagnostics_echo', arguments: { value: [1] } });
    expect(echo.result).to.deep.equal({ structuredContent: { value: [1] } });
    const wrong = await alice.ask('tools/call', { name: 'diagnostics_echo', arguments: { valve: 1 } });
    expect(wrong.error.code).to.equal(-32602);
    const failing = await alice.ask('tools/call', {
      name: 'diagnostics_fail',
      arguments: { code: 'OVERLOADED', rate: 1 },
    });
    expect(failing.error).to.include({ code: 5030 });
    expect(failing.error.data.requestId).to.match(/^req_/);
  });

  it('runs any tool as a job, and replays its events from any number on', async () => {
    const alice = caller();
    const { result: job } = await alice.ask<JobView>('jobs/submit', {
      name: 'diagnostics_sleep',
      arguments: { ms: 20 },
    });
    expect(job.jobId).to.match(/^job_[\w-]{22,}$/);
    await alice.ask('events/subscribe', { topic: `jobs/${job.jobId}`, after: 0 });
    const seen: EventParams[] = [];
    let last: JobView | undefined;
    while (last?.status !== 'completed') {
      const event = await alice.event();
      seen.push(event);
      const data = event.data as unknown as { type: string; job: JobView };
      if (data.type === 'state') last = data.job;
    }
    expect(seen.map((event) => event.seq)).to.deep.equal(seen.map((_event, index) => index + 1));
    const again = caller();
    await again.ask('events/subscribe', { topic: `jobs/${job.jobId}`, after: 2 });
    expect((await again.event()).seq).to.equal(3);
    const { result } = await alice.ask<JobView>('jobs/get', { jobId: job.jobId });
    expect(result).to.include({ status: 'completed', progress: 1, tool: 'diagnostics_sleep' });
  });

  it('keeps jobs to their owner: to others they do not exist', async () => {
    const bob = caller(USER);
    const { result: job } = await bob.ask<JobView>('jobs/submit', {
      name: 'diagnostics_sleep',
      arguments: { ms: 60_000 },
    });
    const eve = caller(OTHER);
    for (const method of ['jobs/get', 'jobs/cancel', 'jobs/retry']) {
      expect((await eve.ask(method, { jobId: job.jobId })).error.code, method).to.equal(4040);
    }
    expect((await eve.ask('events/subscribe', { topic: `jobs/${job.jobId}` })).error.code).to.equal(4040);
    expect(
      (await eve.ask('tools/call', { name: 'get_generation_status', arguments: { task_id: job.jobId } })).error.code,
    ).to.equal(4040);
    expect((await eve.ask<{ jobs: unknown[] }>('jobs/list')).result.jobs).to.deep.equal([]);
    expect((await bob.ask<JobView>('jobs/cancel', { jobId: job.jobId, reason: 'enough' })).result.status).to.equal(
      'canceled',
    );
    expect((await bob.ask('jobs/cancel', { jobId: job.jobId })).error.code).to.equal(4090);
  });

  it('takes the same submission under the same key as the same job', async () => {
    const alice = caller();
    const submit = (ms: number): Promise<Answer<JobView>> =>
      alice.ask<JobView>('jobs/submit', {
        name: 'diagnostics_sleep',
        arguments: { ms },
        _meta: { idempotencyKey: 'k1' },
      });
    const first = await submit(1);
    expect((await submit(1)).result.jobId).to.equal(first.result.jobId);
    expect((await submit(2)).error.code).to.equal(4221);
  });

  it('answers a job tool with its handle, or with its result when asked to wait', async () => {
    const alice = caller();
    const args = { mood: 'calm', duration: 3, format: 'wav' };
    const started = await alice.ask<ToolCallResult>('tools/call', { name: 'generate_music', arguments: args });
    expect(started.error).to.equal(undefined);
    const handle = (await alice.ask<ToolCallResult>('tools/call', { name: 'generate_music', arguments: args })).result;
    const { task_id } = handle.structuredContent as { task_id: string };
    expect(task_id).to.match(/^job_/);
    const waiting = { name: 'generate_music', arguments: { ...args, wait_for_completion: true } };
    const done = (await alice.ask<ToolCallResult>('tools/call', { ...waiting, _meta: { progressToken: 'p1' } })).result;
    expect(alice.progress).not.to.deep.equal([]);
    expect(alice.progress.at(-1)).to.include({ progressToken: 'p1', total: 1 });
    const { asset } = done.structuredContent as unknown as { asset: { url: string; bytes: number; sha256: string } };
    const file = await fetch(asset.url);
    expect(Buffer.from(await file.arrayBuffer()).length).to.equal(asset.bytes);
    expect(file.headers.get('etag')).to.contain(asset.sha256);
    const bare = asset.url.replace(/\?.*/, '');
    expect((await fetch(bare)).status).to.equal(401);
    expect((await fetch(bare, { headers: { 'x-api-key': VIEWER } })).status).to.equal(404);
    expect((await fetch(bare, { headers: { 'x-api-key': ADMIN, range: 'bytes=0-3' } })).status).to.equal(206);
    const status = await alice.ask<ToolCallResult>('tools/call', {
      name: 'get_generation_status',
      arguments: { task_id },
    });
    expect(status.result.structuredContent).to.include({ task_id });
  });

  it('stops following when told, and knows no other topics', async () => {
    const alice = caller();
    const { result } = await alice.ask<{ subscription: string }>('events/subscribe', { topic: 'jobs' });
    const { subscription } = result;
    expect((await alice.ask('events/unsubscribe', { subscription })).result).to.deep.equal({});
    expect((await alice.ask('events/unsubscribe', { subscription })).error.code).to.equal(4040);
    expect((await alice.ask('events/subscribe', { topic: 'weather' })).error.code).to.equal(4040);
  });
});
