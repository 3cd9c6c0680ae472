import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { comesTrue, type Dialled } from '../listening.ts';
import { type Asked, asked, rejection } from './asked.ts';
import { GatewaySide, greet, only } from './house.ts';

describe('a job tool of another gateway', () => {
  let here: GatewaySide;
  let peer: Dialled;

  beforeEach(async () => {
    here = new GatewaySide();
    const server = await here.listening();
    const upstreams = await here.open({ url: server.url });
    peer = await server.accept();
    await greet(peer, [{ name: 'create_video', execution: 'job' }]);
    await comesTrue(() => only(upstreams).tools === 1);
  });
  afterEach(() => here.close());

  const job = (attempt = 1): Asked =>
    asked('create_video', here.clock, { args: { subject: 'x' }, job: { id: 'job_1', attempt } });
  /** What it is asked next, answered with a job in this state. */
  const answer = async (status: string, more: object = {}) => {
    const request = await peer.hear();
    peer.say({ jsonrpc: '2.0', id: request.id, result: { jobId: 'there_1', status, progress: 0, ...more } });
    await peer.read();
    return request;
  };
  const later = (): void => here.clock.advance(1_000);

  it('runs as a job there, found again by its key, and is followed to its end', async () => {
    const call = job();
    const result = here.send(call);
    const submitted = await answer('queued');
    expect(submitted).to.deep.include({ method: 'jobs/submit' });
    expect(submitted.params).to.deep.include({ name: 'create_video', arguments: { subject: 'x' } });
    expect((submitted.params as { _meta: object })._meta).to.include({
      idempotencyKey: 'callsheet:job_1',
      project: 'default',
    });
    later();
    expect(
      await answer('in_progress', { progress: 0.4, stage: 'render', stageProgress: 0.1, message: 'm' }),
    ).to.deep.include({
      method: 'jobs/get',
      params: { jobId: 'there_1' },
    });
    later();
    await answer('completed', { result: { video: 'v' } });
    expect(await result).to.deep.equal({ video: 'v' });
    expect(call.reports).to.deep.equal([{ fraction: 0.4, stage: 'render', stageFraction: 0.1, message: 'm' }]);
  });

  it('is begun again there by a further attempt when it failed, and else gone on with', async () => {
    const again = here.send(job(2));
    await answer('failed', { error: { code: 5021, message: 'gpu' } });
    expect(await answer('queued')).to.deep.include({ method: 'jobs/retry', params: { jobId: 'there_1' } });
    later();
    await answer('completed', { result: {} });
    await again;
    const onward = here.send(job(2));
    await answer('completed', { result: { already: 'there' } });
    expect(await onward).to.deep.equal({ already: 'there' });
  });

  it('fails with its own error', async () => {
    const failed = rejection(here.send(job()));
    await answer('failed', { error: { code: 5021, message: 'out of memory', data: { retryable: true } } });
    expect(await failed).to.include({ errorName: 'TOOL_FAILED', message: 'out of memory', retryable: true });
    const canceled = rejection(here.send(job()));
    await answer('canceled');
    expect(await canceled).to.include({ errorName: 'UPSTREAM_ERROR', retryable: true });
    const strange = rejection(here.send(job()));
    await answer('sleeping');
    expect(await strange).to.include({ errorName: 'UPSTREAM_ERROR', retryable: false });
    const none = here.send(job());
    peer.say({ jsonrpc: '2.0', id: (await peer.hear()).id, result: [] });
    expect((await rejection(none)).message).to.match(/jobs\/submit with something that is no job$/);
  });

  it('is canceled there when nobody wants it any more, whenever that is', async () => {
    const waiting = job();
    const paused = here.send(waiting);
    await answer('queued');
    const { pending } = here.clock;
    waiting.abort(new CallError('CANCELLED', 'enough'));
    expect(await rejection(paused)).to.include({ errorName: 'CANCELLED' });
    expect(here.clock.pending).to.equal(pending - 1);
    expect(await answer('canceled')).to.deep.include({ method: 'jobs/cancel', params: { jobId: 'there_1' } });

    const asking = job();
    const looked = here.send(asking);
    await answer('queued');
    later();
    await peer.hear();
    asking.abort(new CallError('CANCELLED', 'enough'));
    await rejection(looked);
    expect(await peer.hear()).to.deep.include({ method: 'jobs/cancel', params: { jobId: 'there_1' } });

    const early = job();
    const unknown = here.send(early);
    const submit = await peer.hear();
    early.abort(new CallError('CANCELLED', 'enough'));
    await rejection(unknown);
    peer.say({ jsonrpc: '2.0', id: submit.id, result: { jobId: 'there_9', status: 'queued' } });
    expect(await peer.hear()).to.deep.include({ method: 'jobs/cancel', params: { jobId: 'there_9' } });
  });

  it('ends with the connection, so that another attempt can look for it', async () => {
    const lost = rejection(here.send(job()));
    await answer('queued');
    peer.socket.terminate();
    await comesTrue(() => here.log.lines.some((line) => line.startsWith('no connection to the upstream')));
    later();
    expect((await lost).facts).to.include({ retryable: true });
  });
});
