import { expect } from 'chai';
import { converseOpen, rejection } from './conversation.ts';
import { settle } from './fake-clock.ts';

const MIB = 1_048_576;

describe('a socket that does not take what is sent', () => {
  it('gets no more than the high-water mark and one message; the rest waits, and is refused when that is full', async () => {
    const { client, gateway, clock } = await converseOpen(
      { timeouts: { idle: 600_000 } },
      { window: { maxInFlight: 100_000 } },
    );
    const { line } = gateway;
    line.stall();
    const sent = (): number => line.frames.reduce((sum, frame) => sum + frame.length, 0);
    // What is sent stays in the socket.
    Object.defineProperty(line, 'bufferedBytes', { get: sent });
    const slow: number[] = [];
    client.on('slow', ({ bufferedBytes }) => slow.push(bufferedBytes));
    const filling = 'x'.repeat(65_536);
    const errors: Record<string, number> = {};
    // 100 MiB of calls, a turn of the event loop each.
    for (let n = 0; n < 1_600; n++) {
      client.call('work', { filling }).catch(({ code }: { code: string }) => {
        errors[code] = (errors[code] ?? 0) + 1;
      });
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    }
    await settle();
    const { connections, queue } = client.stats();
    expect(connections[0]?.bufferedBytes).to.be.within(MIB, MIB + 66_000);
    expect(queue.bytes).to.be.within(8 * MIB, 8 * MIB + 66_000);
    expect(errors).to.deep.equal({ OVERLOADED: 1_600 - queue.calls - (connections[0]?.inFlight ?? 0) });
    expect(slow, 'told once').to.have.length(1);
    await client.close();
    expect(clock.pending).to.equal(0);
  });

  it('goes on when it has written, without anything arriving', async () => {
    const { client, gateway, clock } = await converseOpen({ backpressure: { highWaterBytes: 100 } });
    gateway.handlers['tools/call'] = () => ({ structuredContent: 'done' });
    gateway.line.bufferedBytes = 100;
    const call = client.call('work', {});
    await clock.advance(1_000);
    expect(gateway.line.requests('tools/call')).to.have.length(0);
    gateway.line.bufferedBytes = 99;
    await clock.advance(10);
    expect(await call).to.equal('done');
    await client.close();
  });

  it('counts what waits for the end of the turn as sent', async () => {
    const { client } = await converseOpen(
      { backpressure: { highWaterBytes: 1_000 } },
      { capabilities: { coalesce: true } },
    );
    const calls = Array.from({ length: 100 }, () => client.call('work', {}).settled());
    const { connections, queue } = client.stats();
    expect(connections[0]?.bufferedBytes).to.be.within(1_000, 1_200);
    expect((connections[0]?.inFlight ?? 0) + queue.calls).to.equal(100);
    expect(queue.calls).to.be.greaterThan(80);
    await client.close();
    await Promise.all(calls);
  });
});

describe('client.ready()', () => {
  it('resolves at once while little waits, else when little is left', async () => {
    const { client, gateway, clock } = await converseOpen({ backpressure: { lowWaterBytes: 50 } });
    await client.ready();
    gateway.line.bufferedBytes = 51;
    let ready = false;
    const waiting = client.ready().then(() => {
      ready = true;
    });
    await clock.advance(1_000);
    expect(ready).to.equal(false);
    gateway.line.bufferedBytes = 50;
    await clock.advance(10);
    await waiting;
    await client.close();
  });

  it('is left by an abort at once, and rejects when the client closes', async () => {
    const { client, gateway, clock } = await converseOpen({ backpressure: { lowWaterBytes: 50 } });
    gateway.line.bufferedBytes = 51;
    const abort = new AbortController();
    const left = rejection(client.ready({ signal: abort.signal }));
    const closed = rejection(client.ready());
    await settle();
    abort.abort('enough');
    expect(await left).to.include({ code: 'CANCELLED' });
    const closing = client.close();
    await clock.advance(10);
    await closing;
    expect(clock.pending).to.equal(0);
    expect(await closed).to.include({ code: 'CLOSED' });
  });
});

describe('the queue', () => {
  it('lets calls of high priority pass, and those of low priority wait', async () => {
    const { client, gateway } = await converseOpen({}, { window: { maxInFlight: 1 } });
    const order: unknown[] = [];
    const release: (() => void)[] = [];
    gateway.handlers['tools/call'] = (params, { id }, line) => {
      order.push((params.arguments as { name: string }).name);
      release.push(() => line.answer(id, { structuredContent: null }));
      return undefined;
    };
    const calls = [
      client.call('work', { name: 'first' }),
      client.call('work', { name: 'low' }, { priority: 'low' }),
      client.call('work', { name: 'normal' }),
      client.call('work', { name: 'high' }, { priority: 'high' }),
    ];
    for (let n = 0; n < 4; n++) {
      await settle();
      release[n]?.();
    }
    await Promise.all(calls);
    expect(order).to.deep.equal(['first', 'high', 'normal', 'low']);
    await client.close();
  });

  it('is bounded as the options say, by calls and by size', async () => {
    const { client, gateway } = await converseOpen({ offlineQueue: { maxCalls: 2, maxBytes: 500 } });
    gateway.down = true;
    gateway.drop();
    const waiting = [client.call('a', {}), client.call('a', {})].map((call) => call.settled());
    expect(await rejection(client.call('a', {}))).to.include({ code: 'OVERLOADED', retryable: true });
    await client.close();
    await Promise.all(waiting);
    const other = await converseOpen({ offlineQueue: { maxBytes: 500 } });
    other.gateway.drop();
    const first = other.client.call('a', { text: 'x'.repeat(500) }).settled();
    expect(await rejection(other.client.call('a', {}))).to.include({ code: 'OVERLOADED' });
    await other.client.close();
    await first;
  });

  it('is not there when it is switched off: without a session a call is refused', async () => {
    const { client, gateway, clock } = await converseOpen({ offlineQueue: false });
    gateway.down = true;
    gateway.drop();
    const refused = client.call('a', {}).settled();
    await clock.advance(1);
    expect(await refused).to.nested.include({ 'error.code': 'TIMEOUT', 'error.phase': 'queue' });
    await client.close();
  });
});
