import type { JobView, JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { type Answer, Caller } from './caller.ts';
import { ADMIN, BOB, MALLORY, useTarget, VIEWER } from './target.ts';

const MADE_UP = `job_${'A'.repeat(30)}`;
/** What an error says, apart from the id that was asked for. */
const bare = ({ error }: Answer): unknown => ({
  code: error.code,
  name: error.data.name,
  message: error.message.replace(/job_[\w-]{30}/, 'job_…'),
});

/** Two callers of the same role; one of them is after the other's things. */
describe('attacks on what belongs to others', () => {
  const target = useTarget();
  useBystander(target);
  let bob: Caller;
  let mallory: Caller;
  let job = '';
  let assetUrl = '';
  before(async () => {
    bob = await Caller.open(target(), { key: BOB });
    mallory = await Caller.open(target(), { key: MALLORY });
    const sleep = { name: 'diagnostics_sleep', arguments: { ms: 600_000 } };
    job = (await bob.ask<JobView>('jobs/submit', sleep)).result.jobId;
    const music = { mood: 'calm', duration: 3, format: 'wav', wait_for_completion: true };
    const made = await bob.call<{ asset: { url: string } }>('generate_music', music);
    assetUrl = made.result.structuredContent.asset.url;
  });
  after(() => {
    bob.cut();
    mallory.cut();
  });

  it('read a job of somebody else exactly like one that does not exist: 4040, by every method', async () => {
    for (const method of ['jobs/get', 'jobs/cancel', 'jobs/retry']) {
      const [foreign, missing] = [
        await mallory.ask(method, { jobId: job }),
        await mallory.ask(method, { jobId: MADE_UP }),
      ];
      expect(foreign.error.code, method).to.equal(4040);
      expect(bare(foreign), method).to.deep.equal(bare(missing));
    }
    const status = (task_id: string) => mallory.call('get_generation_status', { task_id });
    expect(bare(await status(job))).to.deep.equal(bare(await status(MADE_UP)));
    const follow = (id: string) => mallory.ask('events/subscribe', { topic: `jobs/${id}` });
    expect((await follow(job)).error.code).to.equal(4040);
    expect(bare(await follow(job))).to.deep.equal(bare(await follow(MADE_UP)));
    expect((await bob.ask<JobView>('jobs/get', { jobId: job })).result.status).to.equal('in_progress');
  });

  it('see none of it in lists and hear none of it in topics', async () => {
    expect((await mallory.ask<{ jobs: unknown[] }>('jobs/list', { limit: 200 })).result.jobs).to.deep.equal([]);
    await mallory.ask('events/subscribe', { topic: 'jobs' });
    const { result } = await bob.ask<JobView>('jobs/submit', { name: 'diagnostics_echo', arguments: {} });
    let status = '';
    while (status !== 'completed') status = (await bob.ask<JobView>('jobs/get', { jobId: result.jobId })).result.status;
    await mallory.ask('ping');
    expect(mallory.frames.some((frame) => frame.includes(result.jobId))).to.equal(false);
  });

  it('read a file of somebody else exactly like one that does not exist: 404', async () => {
    const { pathname } = new URL(assetUrl);
    const read = async (path: string, key: string) => {
      const answer = await fetch(`${target().httpUrl}${path}`, { headers: { 'x-api-key': key } });
      const { error } = (answer.status < 400 ? {} : await answer.json()) as { error?: JsonObject };
      return { status: answer.status, code: error?.code, message: error?.message };
    };
    const missing = pathname.replace(/ast_.{25}/, `ast_${'0'.repeat(25)}`);
    expect(missing).to.not.equal(pathname);
    const refused = await read(pathname, MALLORY);
    expect(refused).to.deep.include({ status: 404, code: 4040 });
    expect(refused).to.deep.equal(await read(missing, MALLORY));
    expect((await read(pathname, VIEWER)).status).to.be.oneOf([403, 404]);
    expect((await read(pathname, BOB)).status).to.equal(200);
  });

  it('get no job by guessing: the ids of one caller share nothing but their time', async () => {
    const ids: string[] = [];
    for (let made = 0; made < 50; made += 1) {
      ids.push((await bob.ask<JobView>('jobs/submit', { name: 'diagnostics_echo', arguments: {} })).result.jobId);
    }
    const secrets = ids.map((id) => /^job_[\w-]{8}([\w-]{22})$/.exec(id)?.[1] ?? '');
    for (const from of [0, 7, 14]) {
      expect(new Set(secrets.map((secret) => secret.slice(from, from + 8))).size, `from ${from}`).to.equal(50);
    }
  });

  it('cannot take over the idempotency key of somebody else', async () => {
    const submit = { name: 'diagnostics_echo', arguments: { value: 'mine' }, _meta: { idempotencyKey: 'the-same' } };
    const first = await bob.ask<JobView>('jobs/submit', submit);
    const second = await mallory.ask<JobView>('jobs/submit', submit);
    expect(second.error).to.equal(undefined);
    expect(second.result.jobId).to.not.equal(first.result.jobId);
  });

  it('cannot end the subscription or the call of another connection', async () => {
    const { result } = await bob.ask<{ subscription: string }>('events/subscribe', { topic: 'jobs' });
    expect((await mallory.ask('events/unsubscribe', { subscription: result.subscription })).error.code).to.equal(4040);
    const running = bob.answerTo('shared id');
    const sleep = { name: 'diagnostics_sleep', arguments: { ms: 50 } };
    bob.send({ jsonrpc: '2.0', id: 'shared id', method: 'tools/call', params: sleep });
    mallory.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'shared id' } });
    await mallory.ask('ping');
    expect((await running).error).to.equal(undefined);
  });

  it('are a right of administrators alone', async () => {
    const admin = await Caller.open(target(), { key: ADMIN });
    expect((await admin.ask<JobView>('jobs/get', { jobId: job })).result.status).to.equal('in_progress');
    admin.cut();
  });
});
