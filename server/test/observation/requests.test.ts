import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { CallError, CHANNELS, type RequestObservation } from '@callsheet/protocol';
import { expect } from 'chai';
import { Gcra } from '../../src/limits/gcra.ts';
import type { Invocation } from '../../src/methods/method.ts';
import { FakeClock } from '../fake-clock.ts';
import { ALICE, houseOf, settled, talk } from '../session/talk.ts';
import { hear } from './heard.ts';

const SPAN = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';

describe('what is told of requests', () => {
  const began = hear<RequestObservation>(CHANNELS.requestStart);
  const ended = hear<RequestObservation>(CHANNELS.requestEnd);
  const call = (method: string, params: object = {}): object => ({ jsonrpc: '2.0', id: 1, method, params });

  it('is one object from its frame to its answer: who asked for what, by which door, and how long it took', async () => {
    const clock = new FakeClock();
    let finish: (answer: object) => void = () => {};
    const slow = new Promise<object>((resolve) => {
      finish = resolve;
    });
    const { say } = talk(houseOf({ slow: () => slow }, { clock }));
    await say(call('slow', { name: 'draw' }));
    expect(began).to.have.length(1);
    const [request] = began;
    expect(request).to.include({ method: 'slow', transport: 'websocket', requestId: 'req-1', principal: ALICE });
    expect(request).to.deep.include({ params: { name: 'draw' }, error: undefined, endedAt: 0 });
    expect(ended).to.deep.equal([]);
    clock.advance(25);
    finish({});
    await settled();
    expect(ended).to.have.length(1);
    expect(ended[0]).to.equal(request);
    expect((request?.endedAt ?? 0) - (request?.startedAt ?? 0)).to.equal(25);
  });

  it('is told of what is refused too, with its error: unknown methods, wrong parameters, too fast, unreadable', async () => {
    const slowly = { connectionRate: new Gcra({ calls: 3, windowMs: 60_000, burst: 2 }) };
    const { say } = talk(houseOf({ 'jobs/get': () => ({}) }, slowly));
    await say(call('no/such'));
    await say(call('jobs/get', { jobId: 7 }));
    await say('{"jsonrpc":');
    await say(call('jobs/get', { jobId: 'job_1' }));
    await say(call('jobs/get', { jobId: 'job_1' }));
    expect(ended.map(({ method, error }) => [method, error?.errorName])).to.deep.equal([
      ['no/such', 'METHOD_NOT_FOUND'],
      ['jobs/get', 'INVALID_PARAMS'],
      ['', 'PARSE_ERROR'],
      ['jobs/get', undefined],
      ['jobs/get', 'RATE_LIMITED'],
    ]);
    expect(began).to.have.length(5);
  });

  it('lets who listens name the span its method works in', async () => {
    const name = (message: unknown): void => {
      (message as RequestObservation).traceparent = SPAN;
    };
    let seen: Invocation | undefined;
    subscribe(CHANNELS.requestStart, name);
    try {
      const { say } = talk(
        houseOf({
          look: (_params, invocation) => {
            seen = invocation;
            return {};
          },
        }),
      );
      await say(call('look'));
    } finally {
      unsubscribe(CHANNELS.requestStart, name);
    }
    expect(seen?.observation?.traceparent).to.equal(SPAN);
  });

  it('follows the first request and then one of 64 along its road', async () => {
    const { say } = talk(houseOf({ ping: () => ({}) }));
    for (let n = 0; n < 130; n++) await say(call('ping'));
    expect(began.flatMap(({ marks }, at) => (marks === undefined ? [] : [at]))).to.deep.equal([0, 64, 128]);
  });

  it('names the fault of the house, and not its words, to nobody but who listens', async () => {
    const { say } = talk(
      houseOf({
        broken: () => {
          throw new Error('the words of a fault');
        },
      }),
    );
    const answer = await say(call('broken'));
    expect(ended[0]?.error).to.be.instanceOf(CallError).and.have.property('errorName', 'INTERNAL');
    expect(JSON.stringify(answer)).to.not.contain('the words');
  });
});
