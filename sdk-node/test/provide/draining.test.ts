import { expect } from 'chai';
import { rejection } from '../../../sdk-core/test/conversation.ts';
import { type ProvideOptions, type Provider, provide } from '../../src/index.ts';
import { deferred, provideOn, type Stage, settle, stage } from './fake-house.ts';

describe('a worker that goes down', () => {
  let on: Stage;
  let gates: ReturnType<typeof deferred>[];
  let aborted: number;
  const tools: ProvideOptions['tools'] = {
    wait: {
      description: 'Waits for the test',
      run: (_args, { signal }) => {
        const gate = deferred();
        gates.push(gate);
        signal.addEventListener('abort', () => {
          aborted++;
        });
        return gate.promise;
      },
    },
    heed: {
      description: 'Ends when it is told to',
      run: (_args, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
    },
  };

  beforeEach(() => {
    on = stage();
    gates = [];
    aborted = 0;
  });

  const isOver = async (provider: Provider, over: Promise<void>): Promise<void> => {
    await over;
    expect(on.clock.pending, 'timers left').to.equal(0);
    expect(on.signals.listeners, 'handlers left').to.deep.equal([]);
    expect(provider.gateways.map(({ state }) => state)).to.satisfy((states: string[]) =>
      states.every((state) => state === 'closed'),
    );
  };

  /** A gateway that answers the drain when the test says so. */
  const slowDrain = (): (() => void) => {
    let answer: () => void = () => undefined;
    on.house.gateway.handlers['services/drain'] = (_params, request, line) => {
      answer = () => line.answer(request.id, {});
      return undefined;
    };
    return () => answer();
  };

  it('at SIGTERM serves what still arrives, finishes what it has, says goodbye', async () => {
    const answerDrain = slowDrain();
    const provider = await provideOn(on, { tools });
    const events: string[] = [];
    provider.on('draining', ({ inFlight }) => events.push(`draining ${inFlight}`));
    provider.on('closed', () => events.push('closed'));
    const first = on.house.call('wait');
    await settle();
    on.signals.send('SIGTERM');
    await settle();
    expect(provider.gateways[0]?.state).to.equal('draining');
    const second = on.house.call('wait');
    await settle();
    answerDrain();
    await settle();
    const third = on.house.call('wait');
    await settle();
    expect(on.house.error(third)).to.deep.include({ code: 5032 });
    expect(on.house.error(third).data).to.deep.include({ retryable: true, maybeExecuted: false });
    for (const gate of gates) gate.resolve('done');
    await settle();
    await isOver(provider, provider.close());
    expect([first, second].map((id) => on.house.answer(id).result)).to.deep.equal(
      Array(2).fill({ structuredContent: 'done' }),
    );
    expect(on.house.line.closedByClient).to.deep.equal({ code: 1000, reason: 'goodbye' });
    expect(events).to.deep.equal(['draining 1', 'closed']);
  });

  it('does not say goodbye before the gateway has its last answer', async () => {
    const provider = await provideOn(on, { tools });
    const id = on.house.call('wait');
    await settle();
    const over = provider.drain();
    await settle();
    let confirm: () => void = () => undefined;
    on.house.gateway.handlers['services/heartbeat'] = (_params, request, line) => {
      confirm = () => line.answer(request.id, {});
      return undefined;
    };
    gates[0]?.resolve(1);
    await settle();
    expect(on.house.answers(id)).to.have.length(1);
    expect(on.house.line.closedByClient).to.equal(undefined);
    confirm();
    await isOver(provider, over);
  });

  it('aborts what is not finished in time, and still tells how it ended', async () => {
    const provider = await provideOn(on, { tools, drainMs: 4_000 });
    const id = on.house.call('heed');
    await settle();
    const over = provider.drain();
    await on.clock.advance(3_999);
    expect(on.house.answers(id)).to.deep.equal([]);
    await on.clock.advance(1);
    expect(on.house.error(id)).to.deep.include({ code: 5032 });
    expect(on.house.error(id).data).to.deep.include({ maybeExecuted: true });
    await isOver(provider, over);
  });

  it('does not wait for ever for a tool that ignores being told to stop', async () => {
    const provider = await provideOn(on, { tools });
    on.house.call('wait');
    await settle();
    const over = provider.drain(1_000);
    await on.clock.advance(2_000);
    await isOver(provider, over);
    expect(aborted).to.equal(1);
    gates[0]?.resolve('nobody hears it');
    await settle();
    expect(provider.inFlight).to.equal(0);
  });

  it('at the second signal closes at once', async () => {
    const provider = await provideOn(on, { tools });
    const closed = new Promise<void>((resolve) => provider.on('closed', () => resolve()));
    on.house.call('wait');
    await settle();
    on.signals.send('SIGINT');
    await settle();
    on.signals.send('SIGTERM');
    await closed;
    await isOver(provider, provider.drain());
    expect(aborted).to.equal(1);
    gates[0]?.resolve(1);
  });

  it('does not wait for a gateway that does not answer the drain longer than it may', async () => {
    slowDrain();
    const provider = await provideOn(on, { tools });
    const over = provider.drain(5_000);
    await on.clock.advance(5_000);
    await isOver(provider, over);
  });

  it('comes back to deliver what it finished while the connection was lost, without offering itself again', async () => {
    const provider = await provideOn(on, { tools });
    const id = on.house.call('wait');
    await settle();
    on.house.wanted = [id];
    const over = provider.drain();
    on.house.line.drop();
    gates[0]?.resolve('kept');
    await on.clock.advance(200);
    expect(on.house.answer(id).result).to.deep.equal({ structuredContent: 'kept' });
    await isOver(provider, over);
    const methods = on.house.line.received.map(({ method }) => method).filter((method) => method !== 'session/open');
    expect(methods).to.deep.equal(['services/register', 'services/drain', 'services/heartbeat']);
  });

  it('beats on while it drains, or the gateway would take it for dead', async () => {
    const provider = await provideOn(on, { tools });
    on.house.call('wait');
    await settle();
    const over = provider.drain();
    await on.clock.advance(10_000);
    expect(on.house.line.requests('services/heartbeat')).to.have.length(3);
    gates[0]?.resolve(1);
    await settle();
    await isOver(provider, over);
  });

  it('leaves signals alone when it is told to', async () => {
    const provider = await provideOn(on, { tools, signals: false });
    expect(on.signals.listeners).to.deep.equal([]);
    await isOver(provider, provider.close());
  });

  it('closes when its signal aborts, and with `await using`', async () => {
    const abort = new AbortController();
    const provider = await provideOn(on, { tools, signal: abort.signal });
    abort.abort();
    await isOver(provider, Promise.resolve(provider[Symbol.asyncDispose]()));
  });

  it('ends waiting to be taken in', async () => {
    on.house.gateway.down = true;
    const providing = rejection(provide({ url: 'ws://gateway.test', tools }, on.platform));
    await on.clock.advance(1_000);
    on.signals.send('SIGTERM');
    expect(await providing).to.include({ code: 'CLOSED' });
    expect(on.clock.pending).to.equal(0);
  });
});
