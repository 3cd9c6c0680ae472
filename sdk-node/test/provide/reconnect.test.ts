import { CallError, type JsonObject, type ToolContext } from '@callsheet/protocol';
import { expect } from 'chai';
import type { ProvideOptions, Provider } from '../../src/index.ts';
import { answersOn, deferred, provideOn, REGISTERED, type Stage, settle, stage } from './fake-house.ts';

describe('a worker whose connection is lost', () => {
  let on: Stage;
  let provider: Provider;
  let gates: ReturnType<typeof deferred>[];
  let contexts: ToolContext[];
  const tools: ProvideOptions['tools'] = {
    wait: {
      description: 'Waits for the test',
      run: (_args, ctx) => {
        const gate = deferred();
        gates.push(gate);
        contexts.push(ctx);
        return gate.promise;
      },
    },
    heed: {
      description: 'Ends when it is told to',
      run: (_args, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
    },
  };
  const job = { job: { id: 'job_1', attempt: 2 } };

  beforeEach(async () => {
    on = stage();
    gates = [];
    contexts = [];
    provider = await provideOn(on, { tools });
  });
  afterEach(async () => {
    for (const gate of gates) gate.resolve(null);
    const closed = provider.close();
    await on.clock.advance(0);
    await closed;
    expect(on.clock.pending, 'timers left').to.equal(0);
  });

  /** Loses the connection and waits until the worker is back. */
  const cut = async (ms = 200): Promise<void> => {
    on.house.line.drop(1006);
    await on.clock.advance(ms);
  };

  it('comes back at once, with a higher epoch and what it still works on', async () => {
    const events: unknown[] = [];
    provider.on('lost', ({ url }) => events.push(['lost', url]));
    provider.on('registered', ({ epoch }) => events.push(['registered', epoch]));
    const [plain, long] = [on.house.call('wait'), on.house.call('wait', {}, job)];
    await settle();
    on.house.wanted = [plain, long];
    await cut();
    const [first, second] = on.house.registrations();
    expect(second?.holds).to.deep.equal([{ id: plain }, { id: long, job: { id: 'job_1', attempt: 2 } }]);
    const workers = [first, second].map((params) => params?.worker as JsonObject);
    expect(workers.map((worker) => worker.epoch)).to.deep.equal([1, 2]);
    expect(workers[0]?.instanceId).to.equal(workers[1]?.instanceId);
    expect(events).to.deep.equal([
      ['lost', 'ws://gateway.test/rpc'],
      ['registered', 2],
    ]);
  });

  it('answers on the new connection what is still wanted, under its old id', async () => {
    const id = on.house.call('wait');
    await settle();
    on.house.wanted = [id];
    await cut();
    gates[0]?.resolve('late');
    await settle();
    expect(answersOn(on.house.line)).to.deep.equal([{ jsonrpc: '2.0', id, result: { structuredContent: 'late' } }]);
  });

  it('stops what is not wanted any more, and answers it to nobody', async () => {
    const id = on.house.call('heed');
    await settle();
    expect(provider.inFlight).to.equal(1);
    await cut();
    expect(provider.inFlight).to.equal(0);
    expect(on.house.answers(id)).to.deep.equal([]);
  });

  it('delivers right after the registration what was finished meanwhile', async () => {
    const id = on.house.call('wait');
    await settle();
    on.house.gateway.down = true;
    on.house.line.drop(1006);
    gates[0]?.resolve('kept');
    await on.clock.advance(1_000);
    on.house.wanted = [id];
    on.house.gateway.down = false;
    await on.clock.advance(2_000);
    const [answer] = answersOn(on.house.line);
    expect(answer).to.deep.include({ id, result: { structuredContent: 'kept' } });
    const order = on.house.line.frames.map((frame) => /services\/register|heartbeat|kept/.exec(frame)?.[0]);
    expect(order.filter(Boolean)).to.deep.equal(['services/register', 'kept', 'heartbeat']);
  });

  it('gives plain calls up after the grace, and keeps attempts of jobs', async () => {
    on.house.call('wait');
    on.house.call('wait', {}, job);
    await settle();
    on.house.gateway.down = true;
    on.house.line.drop(1006);
    await on.clock.advance(2_999);
    expect(contexts.map(({ signal }) => signal.aborted)).to.deep.equal([false, false]);
    await on.clock.advance(1);
    expect(contexts.map(({ signal }) => signal.aborted)).to.deep.equal([true, false]);
    expect(contexts[0]?.signal.reason).to.satisfy(CallError.is).and.to.include({ errorName: 'CANCELLED' });
    await on.clock.advance(26_000);
    expect(contexts[1]?.signal.aborted).to.equal(false);
  });

  it('gives an attempt of a job up when no gateway came back for so long', async () => {
    on.house.call('wait', {}, { ...job, deadlineMs: 3_600_000 });
    await settle();
    on.house.gateway.down = true;
    on.house.line.drop(1006);
    await on.clock.advance(59_999);
    expect(contexts[0]?.signal.aborted).to.equal(false);
    await on.clock.advance(1);
    expect(contexts[0]?.signal.aborted).to.equal(true);
    gates[0]?.resolve('nobody hears it');
    on.house.gateway.down = false;
    await on.clock.advance(60_000);
    expect(on.house.registrations().at(-1)?.holds).to.deep.equal([]);
  });

  it('holds the slot of a call it gave up until its tool has ended', async () => {
    on.house.call('wait');
    await settle();
    await cut();
    expect(provider.inFlight).to.equal(1);
    gates[0]?.resolve(1);
    await settle();
    expect(provider.inFlight).to.equal(0);
  });

  it('sends an answer again that may have been lost on its way, when it is wanted', async () => {
    const id = on.house.call('wait', {}, job);
    await settle();
    gates[0]?.resolve('sent');
    await settle();
    expect(on.house.answers(id)).to.have.length(1);
    on.house.wanted = [id];
    await cut();
    expect(on.house.registrations()[1]?.holds).to.deep.equal([{ id, ...job }]);
    expect(answersOn(on.house.line)).to.have.length(1);
  });

  it('forgets an answer as soon as a later heartbeat is answered', async () => {
    on.house.call('wait');
    await settle();
    gates[0]?.resolve('sent');
    await on.clock.advance(5_500);
    await cut();
    expect(on.house.registrations()[1]?.holds).to.deep.equal([]);
  });

  it('keeps an answer that was sent after the heartbeat that was answered', async () => {
    const beats: (() => void)[] = [];
    on.house.gateway.handlers['services/heartbeat'] = (_params, request, line) => {
      beats.push(() => line.answer(request.id, {}));
      return undefined;
    };
    await on.clock.advance(5_000);
    const id = on.house.call('wait');
    await settle();
    gates[0]?.resolve('sent');
    await settle();
    for (const answer of beats) answer();
    await cut();
    expect(on.house.registrations()[1]?.holds).to.deep.equal([{ id }]);
  });

  it('registers anew when the gateway knows nothing of its registration any more', async () => {
    let refused = 0;
    on.house.gateway.handlers['services/heartbeat'] = (_params, request, line) => {
      if (refused++ > 0) return {};
      line.fail(request.id, 4090, { name: 'CONFLICT', retryable: false });
      return undefined;
    };
    await on.clock.advance(5_000);
    await on.clock.advance(1_000);
    expect(on.house.registrations()).to.have.length(2);
    expect(provider.gateways[0]).to.include({ state: 'registered', epoch: 2 });
  });

  it('beats every heartbeatMs, ten percent earlier or later by dice', async () => {
    let dice = 0;
    const random = (): number => dice;
    const other = stage(undefined, random);
    const another = await provideOn(other, { tools });
    const beats = (): number => other.house.line.requests('services/heartbeat').length;
    expect(beats()).to.equal(1);
    await other.clock.advance(4_499);
    expect(beats()).to.equal(1);
    dice = 0.999;
    await other.clock.advance(1);
    expect(beats()).to.equal(2);
    await other.clock.advance(5_490);
    expect(beats()).to.equal(2);
    await other.clock.advance(10);
    expect(beats()).to.equal(3);
    const closed = another.close();
    await other.clock.advance(0);
    await closed;
  });

  it('takes a newer epoch than the gateway knows', async () => {
    const handler = on.house.gateway.handlers['services/register'];
    on.house.gateway.handlers['services/register'] = (params, request, line) => {
      if (Number((params.worker as JsonObject).epoch) > 900) return handler?.(params, request, line);
      line.fail(request.id, 4090, { name: 'CONFLICT', retryable: false, details: { epoch: 900 } });
      return undefined;
    };
    await cut();
    expect(provider.gateways[0]).to.include({ state: 'registered', epoch: 901 });
  });

  it('reads a strange answer to its registration as a refusal', async () => {
    on.house.gateway.handlers['services/register'] = () => ({ ...REGISTERED, graceMs: 'soon' });
    const refusals: string[] = [];
    provider.on('refused', ({ cause }) => refusals.push(cause.message));
    await cut();
    expect(refusals.join()).to.contain('Cannot read the answer to services/register');
    on.house.gateway.handlers['services/register'] = () => REGISTERED;
    await on.clock.advance(45_000);
    expect(provider.gateways[0]?.state).to.equal('registered');
  });
});
