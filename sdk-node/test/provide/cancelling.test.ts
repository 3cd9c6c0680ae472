import { CallError, notificationText, type ToolContext } from '@callsheet/protocol';
import { expect } from 'chai';
import type { Provider } from '../../src/index.ts';
import { deferred, provideOn, type Stage, settle, stage } from './fake-house.ts';

describe('a call that is not wanted any more', () => {
  let on: Stage;
  let provider: Provider;
  let gate: ReturnType<typeof deferred>;
  let context: ToolContext | undefined;

  beforeEach(async () => {
    on = stage();
    gate = deferred();
    provider = await provideOn(on, {
      tools: {
        wait: {
          description: 'Waits for the test',
          run: (_args, ctx) => {
            context = ctx;
            return gate.promise;
          },
        },
        heed: {
          description: 'Ends when it is told to',
          run: (_args, { signal }) =>
            new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
        },
      },
    });
  });
  afterEach(async () => {
    gate.resolve(null);
    const closed = provider.close();
    await on.clock.advance(0);
    await closed;
    expect(on.clock.pending, 'timers left').to.equal(0);
  });

  const cancel = (requestId: string | number, reason?: string): void =>
    on.house.line.say(notificationText('notifications/cancelled', { requestId, ...(reason && { reason }) }));

  it('is stopped, and answered with CANCELLED', async () => {
    const id = on.house.call('heed');
    await settle();
    cancel(id, 'the caller went away');
    await settle();
    expect(on.house.error(id)).to.include({ code: 4990, message: 'the caller went away' });
    expect(provider.inFlight).to.equal(0);
  });

  it('is answered when its tool has really ended, however long it ignores that', async () => {
    const id = on.house.call('wait');
    await settle();
    cancel(id);
    await settle();
    expect(context?.signal.aborted).to.equal(true);
    expect(on.house.answers(id)).to.deep.equal([]);
    expect(provider.inFlight).to.equal(1);
    gate.resolve('too late');
    await settle();
    expect(on.house.error(id).code).to.equal(4990);
  });

  it('is stopped when its time is up', async () => {
    const id = on.house.call('heed', {}, { deadlineMs: 2_000 });
    await on.clock.advance(1_999);
    expect(on.house.answers(id)).to.deep.equal([]);
    await on.clock.advance(1);
    expect(on.house.error(id).code).to.equal(5040);
  });

  it('leaves it to the gateway whether an answer after the time is too late', async () => {
    const id = on.house.call('wait', {}, { deadlineMs: 2_000 });
    await on.clock.advance(2_000);
    gate.resolve('just late');
    await settle();
    expect(on.house.answer(id).result).to.deep.equal({ structuredContent: 'just late' });
  });

  it('knows only itself: other ids and other notifications mean nothing', async () => {
    const id = on.house.call('wait');
    await settle();
    cancel('gw-other');
    cancel(7);
    on.house.line.say(notificationText('session/draining', {}));
    on.house.line.say(notificationText('notifications/cancelled', [id]));
    await settle();
    expect(context?.signal.aborted).to.equal(false);
  });

  it('is told why', async () => {
    const id = on.house.call('wait');
    await settle();
    cancel(id, 'enough');
    expect(context?.signal.reason).to.satisfy(CallError.is).and.to.include({ message: 'enough' });
  });
});
