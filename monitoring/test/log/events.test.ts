import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { useTempDir } from '../../../server/test/temp-dir.ts';
import { linesOf } from './open-file.ts';
import { openTestLogs, publish, SECRET } from './open-logs.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TS = '2026-11-21T08:00:00.000Z';

describe('events.jsonl', () => {
  const temp = useTempDir();
  const lines = (): Record<string, unknown>[] => linesOf<Record<string, unknown>>(temp(), 'events');
  /** What there is after all that was told. */
  async function told(tell: () => void): Promise<Record<string, unknown>[]> {
    const { logs } = await openTestLogs(temp());
    tell();
    await logs.close();
    return lines();
  }

  it('tells of connections and of sessions that came back', async () => {
    const error = new CallError('ORIGIN_NOT_ALLOWED', 'not from there', { requestId: 'req_1', details: { deep: 1 } });
    const found = await told(() => {
      publish('connection', { type: 'opened', transport: 'websocket' });
      publish('connection', { type: 'closed', transport: 'mcp', code: 1000, lifetimeMs: 12.5 });
      publish('connection', { type: 'refused', transport: 'http', error });
      publish('connection', { type: 'resumed', outcome: 'gap' });
      publish('connection', { type: 'slow_consumer' });
      publish('connection', { type: 'pong', rttMs: 1 });
    });
    expect(found).to.deep.equal([
      { ts: TS, event: 'connection.opened', transport: 'websocket' },
      { ts: TS, event: 'connection.closed', transport: 'mcp', code: 1000, lifetimeMs: 12.5 },
      {
        ...{ ts: TS, event: 'connection.refused', transport: 'http' },
        ...{ error: 'ORIGIN_NOT_ALLOWED', message: 'not from there', requestId: 'req_1' },
      },
      { ts: TS, event: 'connection.resume', outcome: 'gap' },
      { ts: TS, event: 'connection.slow_consumer' },
    ]);
  });

  it('tells of credentials that were refused, and of none that were good', async () => {
    const found = await told(() => {
      publish('credential', { scheme: 'api_key', outcome: 'ok', durationMs: 1 });
      publish('credential', { scheme: 'jwt', outcome: 'expired', durationMs: 1 });
    });
    expect(found).to.deep.equal([
      { ts: TS, event: 'credential.refused', scheme: 'jwt', outcome: 'expired', durationMs: 1 },
    ]);
  });

  it('tells the steps of jobs, each with its job, its principal and its trace', async () => {
    const job = {
      jobId: 'job_1',
      tool: 'create_video',
      principalId: 'anna',
      parent: `00-${TRACE}-00f067aa0ba902b7-01`,
    };
    const found = await told(() => {
      publish('job', { ...job, type: 'submitted' });
      publish('job', { ...job, type: 'started', waitMs: 3, attempt: 1 });
      publish('job', { ...job, type: 'stage', stage: 'render', durationMs: 9 });
      publish('job', { ...job, parent: undefined, type: 'retried' });
      publish('job', {
        ...job,
        parent: 'not one',
        type: 'ended',
        outcome: 'failed',
        durationMs: 5,
        error: 'TOOL_FAILED',
      });
    });
    const own = { ts: TS, jobId: 'job_1', tool: 'create_video', principal: 'anna' };
    expect(found).to.deep.equal([
      { ...own, event: 'job.submitted', traceId: TRACE },
      { ...own, event: 'job.started', waitMs: 3, attempt: 1, traceId: TRACE },
      { ...own, event: 'job.stage', stage: 'render', durationMs: 9, traceId: TRACE },
      { ...own, event: 'job.retried' },
      { ...own, event: 'job.ended', outcome: 'failed', durationMs: 5, error: 'TOOL_FAILED' },
    ]);
  });

  it('tells of replayed answers, breakers and what was given up, not of what is only counted', async () => {
    const found = await told(() => {
      publish('occurrence', { type: 'replayed', tool: 'voice', requestId: 'req_9' });
      publish('occurrence', { type: 'breaker', breaker: 'w1', to: 'open' });
      publish('occurrence', { type: 'retry_budget_exhausted', target: 'voice' });
      publish('occurrence', { type: 'fallback', from: 'a', to: 'b' });
      publish('occurrence', { type: 'health_check', worker: 'w1', outcome: 'failed' });
      publish('occurrence', { type: 'health_check', worker: 'w1', outcome: 'ok' });
      publish('occurrence', { type: 'cache', cache: 'keys', result: 'hit' });
      publish('occurrence', { type: 'render', kind: 'video', ratio: 2 });
    });
    expect(found).to.deep.equal([
      { ts: TS, event: 'dedup.hit', tool: 'voice', requestId: 'req_9' },
      { ts: TS, event: 'breaker.transition', breaker: 'w1', to: 'open' },
      { ts: TS, event: 'retry.budget_exhausted', target: 'voice' },
      { ts: TS, event: 'fallback', from: 'a', to: 'b' },
      { ts: TS, event: 'health_check.failed', worker: 'w1', outcome: 'failed' },
    ]);
  });

  it('holds no secret, whatever is told', async () => {
    const { logs } = await openTestLogs(temp());
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
    publish('connection', { type: 'refused', transport: 'http', error: new CallError('FORBIDDEN', `Bearer ${jwt}`) });
    publish('job', { jobId: SECRET, tool: jwt, principalId: SECRET, parent: undefined, type: 'ended', error: SECRET });
    publish('occurrence', { type: 'fallback', from: `https://u:hunter2@host/?token=${jwt}`, to: SECRET });
    logs.event('alert', { password: 'hunter2', deep: [{ apiKey: 'x1y2z3' }], text: `told ${SECRET}` });
    logs.line('error', { err: new Error(SECRET), authorization: jwt }, `Bearer ${jwt}`);
    await logs.close();
    const text = JSON.stringify(lines());
    expect(lines()).to.have.lengthOf(5);
    for (const secret of [SECRET, jwt, 'hunter2', 'x1y2z3']) expect(text).to.not.include(secret);
  });

  it('takes alerts and lines of the log, whose members cannot say when or what it was', async () => {
    const { logs } = await openTestLogs(temp());
    logs.event('alert.firing', { alertname: 'high_error_rate', value: 12, ts: 'x', event: 'y' });
    logs.line('warn', { requestId: 'req_1', message: 'not the sentence' }, 'careful');
    await logs.close();
    expect(lines()).to.deep.equal([
      { ts: TS, event: 'alert.firing', alertname: 'high_error_rate', value: 12 },
      { ts: TS, event: 'log.warn', requestId: 'req_1', message: 'careful' },
    ]);
  });

  it('says of a line that would be far too long only how long it is', async () => {
    const { logs } = await openTestLogs(temp());
    logs.event('alert.firing', { text: 'x'.repeat(20_000) });
    await logs.close();
    expect(lines()).to.deep.equal([{ ts: TS, event: 'alert.firing', cut: 20_066 }]);
  });

  it('does not let a flood of one kind wash out the others', async () => {
    const { logs, clock } = await openTestLogs(temp());
    for (let n = 0; n < 1_000; n++) publish('credential', { scheme: 'jwt', outcome: 'bad', durationMs: 1 });
    publish('connection', { type: 'resumed', outcome: 'resumed' });
    clock.advance(1_000);
    publish('credential', { scheme: 'jwt', outcome: 'bad', durationMs: 2 });
    for (let n = 0; n < 150; n++) logs.line('error', {}, 'again');
    await logs.close();
    const of = (event: string): Record<string, unknown>[] => lines().filter((line) => line.event === event);
    expect(of('credential.refused').slice(100)).to.deep.equal([
      { ts: '2026-11-21T08:00:01.000Z', event: 'credential.refused', times: 900 },
      { ts: '2026-11-21T08:00:01.000Z', event: 'credential.refused', scheme: 'jwt', outcome: 'bad', durationMs: 2 },
    ]);
    expect(of('connection.resume')).to.have.lengthOf(1);
    expect(of('log.error').slice(100)).to.deep.equal([
      { ts: '2026-11-21T08:00:01.000Z', event: 'log.error', times: 50 },
    ]);
    expect(clock.pending).to.equal(0);
  });
});
