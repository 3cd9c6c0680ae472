import { CallError, type JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { ScriptedGateway } from '../../src/testing.ts';
import { FakeClock, settle } from '../fake-clock.ts';
import { RawClient } from './raw-client.ts';

const notes = (client: RawClient): unknown[] =>
  client.heard.filter(({ method }) => method === 'note').map(({ params }) => (params as JsonObject).n);

/** A gateway that lets clients come back, one of them with its session open. */
async function opened(): Promise<{
  gateway: ScriptedGateway;
  client: RawClient;
  session: JsonObject;
  clock: FakeClock;
}> {
  const clock = new FakeClock();
  const gateway = new ScriptedGateway({ resume: true, coalesce: true, clock });
  const client = new RawClient(gateway);
  return { gateway, client, session: await client.open(), clock };
}

describe('coming back to a scripted gateway', () => {
  it('tells what was said while the client was away, in order, and nothing it had heard', async () => {
    const { gateway, session } = await opened();
    const { line } = gateway;
    for (const n of [1, 2]) line.notify('note', { n });
    line.drop();
    for (const n of [3, 4]) line.notify('note', { n });
    const back = new RawClient(gateway);
    const answer = await back.resume(session, 2);
    expect(answer).to.deep.include({ resumed: true, sessionId: session.sessionId });
    expect(notes(back)).to.deep.equal([3, 4]);
    gateway.line.notify('note', { n: 5 });
    expect(notes(back)).to.deep.equal([3, 4, 5]);
  });

  it('says how many of the client’s messages arrived, over any number of returns', async () => {
    const { gateway, client, session } = await opened();
    await client.ask('ping');
    client.send({ jsonrpc: '2.0', method: 'a' }, { jsonrpc: '2.0', method: 'b' });
    await settle();
    gateway.line.drop();
    const second = new RawClient(gateway);
    const again = await second.resume(session, 1);
    // Without `coalesce` an array counts as the one frame it is.
    expect(again?.received).to.equal(2);
    await second.ask('ping');
    gateway.line.drop();
    expect(await new RawClient(gateway).resume(again ?? {}, 2)).to.deep.include({ resumed: true, received: 3 });
  });

  it('counts the members of coalesced frames, and answers a turn in one frame', async () => {
    const { gateway } = await opened();
    const client = new RawClient(gateway);
    const session = await client.open({ resume: true, coalesce: true });
    expect(session.capabilities).to.deep.equal({ resume: true, coalesce: true });
    client.send({ jsonrpc: '2.0', id: 8, method: 'ping' }, { jsonrpc: '2.0', id: 9, method: 'ping' });
    await settle();
    expect(client.frames.at(-1)).to.equal(
      '[{"jsonrpc":"2.0","id":8,"result":{}},{"jsonrpc":"2.0","id":9,"result":{}}]',
    );
    gateway.line.drop();
    const back = new RawClient(gateway);
    expect(await back.resume(session, 1)).to.deep.include({ received: 2 });
    expect(back.heard.at(-1)).to.include({ id: 9 });
  });

  it('keeps answers that come late, and gives them on the new line', async () => {
    const { gateway, client, session } = await opened();
    await client.ask('slow', {}, 7);
    const old = gateway.line;
    old.drop();
    old.answer(7, 'done');
    const back = new RawClient(gateway);
    await back.resume(session, 0);
    expect(back.heard.at(-1)).to.deep.include({ id: 7, result: 'done' });
  });

  it('takes a token once', async () => {
    const { gateway, session } = await opened();
    gateway.line.drop();
    const first = await new RawClient(gateway).resume(session, 0);
    expect(first?.resumed).to.equal(true);
    const second = await new RawClient(gateway).resume(session, 0);
    expect(second?.resumed).to.equal(false);
    expect(second?.sessionId).to.not.equal(session.sessionId);
  });

  it('closes a line that still seems alive with 4409', async () => {
    const { gateway, client, session } = await opened();
    await new RawClient(gateway).resume(session, 0);
    expect(client.closed?.code).to.equal(4409);
  });

  it('has nothing to come back to after a goodbye, too long a time, forgotten messages or a number it never reached', async () => {
    const { gateway, client, session } = await opened();
    expect((await new RawClient(gateway).resume(session, 1))?.resumed).to.equal(false);
    client.close(1000);
    await settle();
    expect((await new RawClient(gateway).resume(session, 0))?.resumed).to.equal(false);

    const late = await opened();
    late.gateway.line.drop();
    await late.clock.advance(120_001);
    expect((await new RawClient(late.gateway).resume(late.session, 0))?.resumed).to.equal(false);

    const much = await opened();
    for (let n = 1; n <= 1_001; n++) much.gateway.line.notify('note', { n });
    much.gateway.line.drop();
    expect((await new RawClient(much.gateway).resume(much.session, 0))?.resumed).to.equal(false);
    expect((await new RawClient(much.gateway).resume(much.session, 1))?.resumed).to.equal(true);
  });

  it('forgets what is acknowledged', async () => {
    const { gateway, client, session } = await opened();
    for (const n of [1, 2, 3]) gateway.line.notify('note', { n });
    client.send({ jsonrpc: '2.0', method: 'session/ack', params: { seq: 2 } });
    await settle();
    gateway.line.drop();
    expect((await new RawClient(gateway).resume(session, 1))?.resumed).to.equal(false);
    const back = new RawClient(gateway);
    expect((await back.resume(session, 2))?.resumed).to.equal(true);
    expect(notes(back)).to.deep.equal([3]);
  });

  it('is over with the code of a goodbye of the gateway’s, and waits after a stall the client noticed', async () => {
    const gone = await opened();
    gone.gateway.line.drop(4401, 'revoked');
    expect((await new RawClient(gone.gateway).resume(gone.session, 0))?.resumed).to.equal(false);

    const { gateway, client, session } = await opened();
    gateway.line.stall();
    gateway.line.notify('note', { n: 1 });
    client.send({ jsonrpc: '2.0', id: 5, method: 'ping' });
    client.close(4408);
    await settle();
    const back = new RawClient(gateway);
    expect(await back.resume(session, 0)).to.deep.include({ resumed: true, received: 0 });
    expect(notes(back)).to.deep.equal([1]);
  });
});

describe('the handlers of a scripted gateway', () => {
  it('answer now, later, by a promise, or with an error of the table', async () => {
    const { gateway, client } = await opened();
    gateway.handlers.now = () => ({ n: 1 });
    gateway.handlers.promised = () => Promise.resolve({ n: 2 });
    gateway.handlers.refused = () => {
      throw new CallError('RATE_LIMITED', 'slow down', { retryAfterMs: 50 });
    };
    gateway.handlers.refusedLater = () => Promise.reject(new CallError('FORBIDDEN'));
    expect(await client.ask('now')).to.deep.equal({ n: 1 });
    expect(await client.ask('promised')).to.deep.equal({ n: 2 });
    expect(await client.ask('refused')).to.deep.include({ code: 4290, message: 'slow down' });
    expect(await client.ask('refusedLater')).to.deep.include({ code: 4030 });
    expect(await client.ask('unknown')).to.equal(undefined);
    expect([...gateway.line.session.asked]).to.have.length(1);
  });

  it('that refuse the opening end the connection with 4401', async () => {
    const gateway = new ScriptedGateway();
    gateway.handlers['session/open'] = () => {
      throw new CallError('UNAUTHENTICATED');
    };
    const client = new RawClient(gateway);
    expect(await client.ask('session/open')).to.deep.include({ code: 4010 });
    expect(client.closed?.code).to.equal(4401);
  });
});
