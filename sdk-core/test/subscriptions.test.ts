import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import type { TopicEvent } from '../src/index.ts';
import { type Conversation, converse, converseOpen, rejection } from './conversation.ts';
import { settle } from './fake-clock.ts';
import { TopicLog } from './topic-log.ts';

async function take(events: AsyncIterable<TopicEvent>, count: number): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { seq } of events) if (seqs.push(seq) === count) break;
  return seqs;
}

async function withLog(): Promise<Conversation<object> & { log: TopicLog }> {
  const conversation = await converseOpen<object>();
  return { ...conversation, log: new TopicLog(conversation.gateway) };
}

describe('following a topic', () => {
  it('gives the events from a number on, and stops following at break', async () => {
    const { client, gateway, log } = await withLog();
    log.publish(5);
    expect(await take(client.subscribe('jobs/1', { fromSeq: 3 }), 3)).to.deep.equal([3, 4, 5]);
    await settle();
    expect(gateway.line.requests('events/subscribe')[0]?.params).to.deep.equal({ topic: 'jobs/1', after: 2 });
    expect(gateway.line.requests('events/unsubscribe')).to.have.length(1);
    expect(log.followers).to.equal(0);
    await client.close();
  });

  it('without a number gives only what happens from now on', async () => {
    const { client, log } = await withLog();
    log.publish(2);
    const taken = take(client.subscribe('jobs/1'), 2);
    await settle();
    log.publish(2);
    expect(await taken).to.deep.equal([3, 4]);
    await client.close();
  });

  it('goes on after a lost connection where it was, without a gap and without a repetition', async () => {
    const { client, gateway, clock, log } = await withLog();
    log.publish(2);
    const taken = take(client.subscribe('jobs/1', { fromSeq: 1 }), 6);
    await settle();
    gateway.line.drop();
    log.publish(3);
    await clock.advance(100);
    log.publish(1);
    expect(await taken).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect(gateway.line.requests('events/subscribe')[0]?.params).to.deep.equal({ topic: 'jobs/1', after: 2 });
    await client.close();
  });

  it('misses nothing when a live subscription is lost before its first event', async () => {
    const { client, gateway, clock, log } = await withLog();
    log.publish(7);
    const taken = take(client.subscribe('jobs/1'), 1);
    await settle();
    gateway.line.drop();
    log.publish(1);
    await clock.advance(100);
    expect(await taken).to.deep.equal([8]);
    await client.close();
  });

  it('asks again where an event is missing, and goes on when the server has forgotten it', async () => {
    const { client, gateway, log } = await withLog();
    const taken = take(client.subscribe('jobs/1', { fromSeq: 1 }), 5);
    await settle();
    log.publish(1);
    log.skip(1);
    log.publish(1);
    await settle();
    log.lose(2);
    log.publish(2);
    expect(await taken).to.deep.equal([1, 2, 3, 6, 7]);
    expect(gateway.line.requests('events/subscribe').map(({ params }) => params.after)).to.deep.equal([0, 1, 3]);
    await client.close();
  });

  it('ignores events it has seen and events of strangers', async () => {
    const { client, gateway, log } = await withLog();
    const taken = take(client.subscribe('jobs/1', { fromSeq: 1 }), 2);
    await settle();
    log.publish(1);
    log.repeat(1);
    gateway.line.notify('events/event', { subscription: 'nobody', topic: 'jobs/1', seq: 2, at: 'x', data: 'false' });
    gateway.line.notify('events/event', { subscription: 3, nonsense: true });
    log.publish(1);
    expect(await taken).to.deep.equal([1, 2]);
    await client.close();
  });

  it('takes events that come before the answer that names their subscription', async () => {
    const { client, gateway } = await converseOpen();
    const taken = take(client.subscribe('jobs/1', { fromSeq: 1 }), 2);
    await settle();
    const event = (seq: number): JsonObject => ({ subscription: 's9', topic: 'jobs/1', seq, at: 'x', data: {} });
    gateway.line.notify('events/event', event(1));
    gateway.line.notify('events/event', event(2));
    gateway.line.answer(gateway.line.requests('events/subscribe')[0]?.id, { subscription: 's9', lastSeq: 2 });
    expect(await taken).to.deep.equal([1, 2]);
    await client.close();
  });

  it('a reader that falls a thousand events behind is paused on the server, and loses nothing', async () => {
    const { client, gateway, log } = await withLog();
    const events = client.subscribe('jobs/1', { fromSeq: 1 })[Symbol.asyncIterator]();
    await settle();
    log.publish(3_000);
    await settle();
    expect(log.followers).to.equal(0);
    const seqs: number[] = [];
    while (seqs.length < 3_000) {
      const next = await events.next();
      if (!next.done) seqs.push(next.value.seq);
    }
    expect(seqs).to.deep.equal(Array.from({ length: 3_000 }, (_, at) => at + 1));
    expect(gateway.line.requests('events/subscribe').length).to.be.within(3, 5);
    await events.return?.();
    await client.close();
  });

  it('two readers of one topic each get everything', async () => {
    const { client, log } = await withLog();
    const topic = client.subscribe('jobs/1', { fromSeq: 1 });
    const both = Promise.all([take(topic, 2), take(topic, 3)]);
    await settle();
    log.publish(3);
    expect(await both).to.deep.equal([
      [1, 2],
      [1, 2, 3],
    ]);
    await client.close();
  });
});

describe('the end of following', () => {
  it('is an error when the server refuses, after another try when it says later', async () => {
    const { client, gateway, clock } = await converseOpen();
    gateway.handlers['events/subscribe'] = (_params, request, line) => {
      line.fail(request.id, 5030, { retryable: true, retryAfterMs: 2_000 });
      return undefined;
    };
    const failed = rejection(take(client.subscribe('jobs/2'), 1));
    await clock.advance(1_999);
    expect(gateway.line.requests('events/subscribe')).to.have.length(1);
    gateway.handlers['events/subscribe'] = (_params, request, line) => {
      line.fail(request.id, 4040, { retryable: false });
      return undefined;
    };
    await clock.advance(1);
    expect(await failed).to.include({ code: 'NOT_FOUND' });
    await client.close();
  });

  it('comes no sooner than after a second, twice as long each time, whatever the server says', async () => {
    for (const retryAfterMs of [0, -1, 3e9]) {
      const { client, gateway, clock, log } = await withLog();
      const follow = gateway.handlers['events/subscribe'];
      gateway.handlers['events/subscribe'] = (_params, request, line) => {
        line.fail(request.id, 4290, { retryable: true, retryAfterMs });
        return undefined;
      };
      const abort = new AbortController();
      const taken = take(client.subscribe('jobs/1', { signal: abort.signal }), 1).catch(() => []);
      const asked = (): number => gateway.line.requests('events/subscribe').length;
      const seen: number[] = [];
      for (const ms of [999, 1, 1_999, 1, 120_000]) {
        await clock.advance(ms);
        seen.push(asked());
      }
      expect(seen).to.deep.equal(retryAfterMs > 0 ? [1, 1, 1, 1, 1] : [1, 2, 2, 3, 3 + 6]);
      gateway.handlers['events/subscribe'] = follow ?? (() => undefined);
      await clock.advance(30_000);
      log.publish(1);
      if (retryAfterMs <= 0) expect(await taken).to.deep.equal([1]);
      abort.abort();
      await client.close();
    }
  });

  it('is an error when the answer names no subscription', async () => {
    const { client, gateway } = await converseOpen();
    gateway.handlers['events/subscribe'] = () => ({});
    expect(await rejection(take(client.subscribe('jobs/2'), 1))).to.include({ code: 'PROTOCOL' });
    await client.close();
  });

  it('is CANCELLED when the signal aborts, before or during', async () => {
    const { client, gateway } = await converseOpen();
    new TopicLog(gateway);
    const abort = new AbortController();
    const failed = rejection(take(client.subscribe('jobs/1', { signal: abort.signal }), 1));
    await settle();
    abort.abort('seen enough');
    expect(await failed).to.include({ code: 'CANCELLED' });
    expect(await rejection(take(client.subscribe('jobs/1', { signal: abort.signal }), 1))).to.include({
      code: 'CANCELLED',
    });
    await settle();
    expect(gateway.line.requests('events/subscribe')).to.have.length(1);
    expect(gateway.line.requests('events/unsubscribe')).to.have.length(1);
    await client.close();
  });

  it('is CLOSED when the client closes', async () => {
    const { client, clock, log } = await withLog();
    const failed = rejection(take(client.subscribe('jobs/1'), 1));
    await settle();
    expect(log.followers).to.equal(1);
    await client.close();
    expect(await failed).to.include({ code: 'CLOSED' });
    expect(clock.pending).to.equal(0);
  });

  it('leaving while the server still thinks about it takes the subscription back', async () => {
    const { client, gateway } = await converseOpen();
    const events = client.subscribe('jobs/1')[Symbol.asyncIterator]();
    await settle();
    await events.return?.();
    gateway.line.answer(gateway.line.requests('events/subscribe')[0]?.id, { subscription: 's1', lastSeq: 0 });
    await settle();
    expect(gateway.line.requests('events/unsubscribe')[0]?.params).to.deep.equal({ subscription: 's1' });
    await client.close();
  });

  it('following dials by itself', async () => {
    const { client, gateway, clock } = converse();
    const log = new TopicLog(gateway);
    const taken = take(client.subscribe('jobs/1', { fromSeq: 1 }), 1);
    await clock.advance(0);
    log.publish(1);
    expect(await taken).to.deep.equal([1]);
    await client.close();
  });
});

describe('following a topic over several connections', () => {
  it('asks on another one when the one that was asked stays away', async () => {
    const { client, gateway, clock } = converse({ pool: { size: 2 } });
    gateway.resumes = true;
    gateway.facts = { window: { maxInFlight: 2 } };
    // Neither is answered.
    gateway.handlers['tools/call'] = () => undefined;
    gateway.handlers['events/subscribe'] = () => undefined;
    await client.connect();
    const calls = [1, 2, 3].map(() => client.call('speak', {}));
    for (const call of calls) call.catch(() => undefined);
    await settle();
    await settle();
    calls[0]?.cancel();
    const taken = take(client.subscribe('jobs/1', { fromSeq: 1 }), 3);
    await settle();
    const [first, second] = gateway.lines;
    expect(first?.requests('events/subscribe')).to.have.length(1);
    const log = new TopicLog(gateway);
    log.publish(2);
    gateway.down = true;
    first?.drop();
    await clock.advance(1_000);
    log.publish(1);
    expect(await taken).to.deep.equal([1, 2, 3]);
    expect(second?.requests('events/subscribe')).to.have.length(1);
    await client.close();
    expect(clock.pending).to.equal(0);
  });
});
