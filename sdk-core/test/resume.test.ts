import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { converse } from './conversation.ts';
import { settle } from './fake-clock.ts';
import { FakeGateway, type Received } from './fake-gateway.ts';

/** A gateway that lets clients come back, keeps calls of `work` until they are let go, and counts what it ran. */
function keeping(window = 64) {
  const gateway = new FakeGateway();
  gateway.resumes = true;
  gateway.coalesces = true;
  gateway.facts = { window: { maxInFlight: window } };
  const ran: number[] = [];
  const waiting: (() => void)[] = [];
  gateway.handlers['tools/call'] = (params, { id }, { session }) => {
    const { at } = params.arguments as { at: number };
    ran.push(at);
    waiting.push(() => session.say(JSON.stringify({ jsonrpc: '2.0', id, result: { structuredContent: at } })));
    return undefined;
  };
  gateway.handlers['tools/list'] = () => ({
    tools: [{ name: 'work', annotations: { idempotentHint: false, readOnlyHint: false, timeoutMs: 1 } }],
  });
  return { gateway, ran, waiting, letAllGo: () => waiting.splice(0).forEach((go) => void go()) };
}

describe('a session that is come back to', () => {
  it('runs no call twice and loses none, though none may be repeated', async () => {
    const { gateway, ran, letAllGo } = keeping();
    const { client, clock } = converse({}, gateway);
    await client.connect();
    const calls = [0, 1, 2].map((at) => client.call('work', { at }));
    await settle();
    gateway.drop();
    letAllGo();
    await clock.advance(100);
    expect(await Promise.all(calls)).to.deep.equal([0, 1, 2]);
    expect(ran).to.deep.equal([0, 1, 2]);
    expect(gateway.lines).to.have.length(2);
    await client.close();
  });

  it('sends again exactly what never arrived', async () => {
    const { gateway, ran, letAllGo } = keeping();
    const { client, clock } = converse({}, gateway);
    await client.connect();
    const first = client.call('work', { at: 0 });
    await settle();
    gateway.line.stall();
    const second = client.call('work', { at: 1 });
    await settle();
    gateway.drop();
    await clock.advance(100);
    letAllGo();
    expect(await Promise.all([first, second])).to.deep.equal([0, 1]);
    expect(ran).to.deep.equal([0, 1]);
    await client.close();
  });

  it('is told what was given up meanwhile', async () => {
    const { gateway } = keeping();
    const { client, clock } = converse({}, gateway);
    await client.connect();
    const call = client.call('work', { at: 0 });
    await settle();
    gateway.drop();
    call.cancel('no more');
    expect(await call.settled()).to.nested.include({ 'error.code': 'CANCELLED', 'error.maybeExecuted': true });
    await clock.advance(100);
    const [told] = gateway.received.filter(({ method }) => method === 'notifications/cancelled');
    expect(told?.params).to.include({ requestId: 1 });
    await client.close();
  });

  it('goes on with its topics where they were', async () => {
    const { gateway } = keeping();
    gateway.handlers['events/subscribe'] = () => ({ subscription: 'sub_1', lastSeq: 0 });
    const { client, clock } = converse({}, gateway);
    await client.connect();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { seq } of client.subscribe('jobs/1')) if (seen.push(seq) === 3) return;
    })();
    await settle();
    const tell = (seq: number): void =>
      gateway.line.session.notify('events/event', { subscription: 'sub_1', topic: 'jobs/1', seq, at: '', data: {} });
    tell(1);
    await settle();
    gateway.drop();
    tell(2);
    await clock.advance(100);
    tell(3);
    await reading;
    expect(seen).to.deep.equal([1, 2, 3]);
    expect(gateway.received.filter(({ method }) => method === 'events/subscribe')).to.have.length(1);
    await client.close();
  });

  it('that is not there any more leaves what may have run rejected, and the rest sent again', async () => {
    const { gateway, ran, letAllGo } = keeping();
    const { client, clock } = converse({}, gateway);
    await client.connect();
    const unsafe = client.call('work', { at: 0 }).settled();
    const keyed = client.call('work', { at: 1 }, { idempotencyKey: 'k' });
    await settle();
    gateway.restart();
    await clock.advance(300);
    expect(await unsafe).to.nested.include({ 'error.code': 'CONNECTION_LOST', 'error.maybeExecuted': true });
    letAllGo();
    expect(await keyed).to.equal(1);
    expect(ran).to.deep.equal([0, 1, 1]);
    await client.close();
  });

  it('is waited for no longer than anything else', async () => {
    const { gateway } = keeping();
    const { client, clock } = converse({ offlineQueue: { maxAgeMs: 5_000 } }, gateway);
    await client.connect();
    const call = client.call('work', { at: 0 });
    await settle();
    gateway.down = true;
    gateway.drop();
    await clock.advance(4_999);
    let ended = false;
    void call.settled().then(() => {
      ended = true;
    });
    await settle();
    expect(ended).to.equal(false);
    await clock.advance(1);
    expect(await call.settled()).to.nested.include({ 'error.code': 'CONNECTION_LOST', 'error.maybeExecuted': true });
    await client.close();
  });

  it('is not asked for when it is switched off', async () => {
    const { gateway } = keeping();
    const { client } = converse({ resume: false }, gateway);
    await client.connect();
    const [opening] = gateway.line.requests('session/open');
    expect(opening?.params.capabilities).to.include({ resume: false });
    await client.close();
  });

  it('lets the server forget what arrived', async () => {
    const { gateway, letAllGo } = keeping(600);
    const { client } = converse({}, gateway);
    await client.connect();
    const calls = Array.from({ length: 600 }, (_, at) => client.call('work', { at }));
    await settle();
    letAllGo();
    await Promise.all(calls);
    await settle();
    const acks = gateway.received.filter(({ method }) => method === 'session/ack').map(({ params }) => params.seq);
    expect(acks).to.deep.equal([256, 512]);
    await client.close();
  });

  it('10,000 calls in flight at a drop: none is left, none runs twice, none is lost', async () => {
    const { gateway, ran, waiting, letAllGo } = keeping(10_000);
    const { client, clock } = converse({ backpressure: { highWaterBytes: 10_000_000 } }, gateway);
    await client.connect();
    const calls = Array.from({ length: 10_000 }, (_, at) => client.call('work', { at }));
    await settle();
    expect(client.stats().connections[0]?.inFlight).to.equal(10_000);
    gateway.drop();
    // As many as a gateway keeps for a client that is away; the others when it is back.
    for (const go of waiting.splice(0, 1_000)) go();
    await clock.advance(200);
    letAllGo();
    expect((await Promise.all(calls)).every((value, at) => value === at)).to.equal(true);
    expect(ran).to.have.length(10_000);
    expect(clock.pending, 'only the keep-alive is left').to.equal(1);
    await client.close();
  });
});

describe('progress over 100 drops', () => {
  it('comes gapless, in order, once, whatever is lost when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ reports: fc.nat(4), stall: fc.boolean(), wait: fc.nat(200) }), {
          minLength: 100,
          maxLength: 100,
        }),
        async (drops) => {
          const gateway = new FakeGateway();
          gateway.resumes = true;
          let request: Received | undefined;
          gateway.handlers['tools/call'] = (_params, asked) => {
            request = asked;
            return undefined;
          };
          const { client, clock } = converse(
            { timeouts: { idle: 600_000 }, offlineQueue: { maxAgeMs: 600_000 } },
            gateway,
          );
          await client.connect();
          const heard: unknown[] = [];
          const call = client.call('work', {}, { onProgress: ({ progress }) => heard.push(progress) });
          await settle();
          const session = gateway.line.session;
          let told = 0;
          const tell = (): void => {
            const report: JsonObject = { progressToken: request?.id ?? 0, progress: ++told };
            session.notify('notifications/progress', report);
          };
          for (const { reports, stall, wait } of drops) {
            if (stall) gateway.line.stall();
            for (let n = 0; n < reports; n++) tell();
            gateway.drop();
            for (let n = 0; n < reports; n++) tell();
            await clock.advance(wait);
          }
          await clock.advance(30_000);
          session.say(JSON.stringify({ jsonrpc: '2.0', id: request?.id, result: { structuredContent: 'done' } }));
          expect(await call).to.equal('done');
          expect(heard).to.deep.equal(Array.from({ length: told }, (_, at) => at + 1));
          expect(gateway.received.filter(({ method }) => method === 'tools/call')).to.have.length(1);
          await client.close();
        },
      ),
      { numRuns: 20 },
    );
  });
});
