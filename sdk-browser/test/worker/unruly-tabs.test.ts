import { CallError, type JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { createTestGateway, settle } from '../../src/testing.ts';
import { openTabs, type RawTab, withSharedWorkers } from './tabs.ts';

const forever = (): Promise<never> => new Promise(() => undefined);
const limits = { maxPayloadBytes: 2_000, maxBatch: 50, maxDepth: 8, maxArrayItems: 100 };
const codeOf = (answer: JsonObject | undefined): unknown => (answer?.error as JsonObject | undefined)?.code;
const call = (id: number | string, name: string, args: JsonObject = {}): JsonObject => ({
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

type Gateway = ReturnType<typeof createTestGateway>;

/** What the gateway was asked besides the opening. */
const methods = ({ received }: Gateway): string[] => received.slice(1).map(({ method }) => method);

async function expectServed(tab: RawTab, gateway: Gateway): Promise<void> {
  tab.say(call('served?', 'quick'));
  await settle();
  expect(tab.answer('served?')).to.deep.include({ result: { structuredContent: 1 } });
  expect(gateway.lines).to.have.length(1);
}

describe('one tab cannot stop the others', () => {
  withSharedWorkers();

  async function two(
    facts: JsonObject = {},
    maxInFlight = 4,
  ): Promise<{ gateway: Gateway; bad: RawTab; good: RawTab; open: ReturnType<typeof openTabs> }> {
    const gateway = createTestGateway({
      tools: {
        quick: () => 1,
        slow: forever,
        steps: (_args, { progress }) => {
          progress({ stage: 'half', fraction: 0.5 });
          return 2;
        },
      },
      maxInFlight,
    });
    Object.assign(gateway.facts, facts);
    const open = openTabs(gateway);
    const [bad, good] = [open.raw(), open.raw()];
    await settle();
    return { gateway, bad, good, open };
  }

  it('with messages above what the gateway takes: they are answered TOO_LARGE and never sent', async () => {
    const { gateway, bad, good } = await two({ limits });
    bad.say(call(1, 'quick', { text: 'é'.repeat(1_000) }));
    await settle();
    expect(bad.answer(1)).to.deep.include({
      error: {
        code: 4130,
        message:
          'Cannot send "tools/call": it takes 2096 bytes, the gateway takes 2000; pass large media by URL or asset id',
      },
    });
    expect(methods(gateway)).to.deep.equal([]);
    bad.say(call(2, 'quick', { text: 'e'.repeat(1_000) }));
    await expectServed(good, gateway);
    expect(bad.answer(2)).to.have.property('result');
  });

  it('with such a message that is sent again: the gateway may have been set to take less meanwhile', async () => {
    const { gateway, bad, good } = await two();
    gateway.line.stall();
    bad.say(call(1, 'quick', { text: 'x'.repeat(3_000) }));
    good.say(call(1, 'quick'));
    await settle();
    gateway.facts.limits = limits;
    gateway.drop();
    await gateway.clock.advance(1_000);
    expect(codeOf(bad.answer(1))).to.equal(4130);
    expect(good.answer(1)).to.have.property('result');
    expect(gateway.lines).to.have.length(2);
  });

  it('with what is no request: it is answered INVALID_REQUEST where it has an id, and holds no place', async () => {
    const { gateway, bad, good } = await two();
    const broken: JsonObject[] = [
      { id: 1, result: 5 },
      { id: 2 },
      { id: 3, method: 5 },
      { id: 4, method: 'tools/list', params: 5 },
      { id: 5, method: 'tools/list', params: null },
      { id: 6, method: 'x'.repeat(129) },
      { id: 7, method: { toString: 1 } },
    ];
    for (const message of broken) bad.say(message);
    bad.say(broken);
    await settle();
    for (const { id = null } of broken) expect(codeOf(bad.answer(id)), `${id}`).to.equal(-32600);
    bad.say({ id: { a: 1 }, method: 'tools/list' });
    bad.say({ id: null, method: 'tools/list' });
    await settle();
    expect(bad.heard.slice(1).filter(({ id }) => id === null)).to.have.length(2);
    const { length } = bad.heard;
    for (const message of [{}, { result: 5 }, { method: 5 }, { method: null }]) bad.say(message);
    await settle();
    expect(bad.heard).to.have.length(length);
    expect(methods(gateway)).to.deep.equal([]);
    await expectServed(good, gateway);
  });

  it('with what is no JSON, or no object: it is dropped, and what comes with it is taken', async () => {
    const { gateway, bad, good } = await two();
    for (const frame of ['', '{', 'null', '5', '[]', '[null]', '[[null]]', '"text"']) bad.say(frame);
    bad.say([null, 5, call(1, 'quick'), [call(2, 'quick')]]);
    await settle();
    expect(bad.answer(1)).to.have.property('result');
    expect(bad.answer(2)).to.equal(undefined);
    await expectServed(good, gateway);
  });

  it('with what the gateway counts as unreadable: too deep, too many members, `__proto__`', async () => {
    const { gateway, bad, good } = await two({ limits });
    bad.say(call(1, 'quick', { a: [[[[[[]]]]]] }));
    bad.say(call(2, 'quick', { a: Array.from({ length: 99 }, () => 1) }));
    bad.say('{"id":3,"method":"tools/call","params":{"name":"quick","arguments":{"__proto__":1}}}');
    await settle();
    expect([1, 2, 3].map((id) => codeOf(bad.answer(id)))).to.deep.equal([-32600, -32600, -32600]);
    expect(methods(gateway)).to.deep.equal([]);
    bad.say(call(4, 'quick', { a: [[[[[]]]]] }));
    bad.say(call(5, 'quick', { a: Array.from({ length: 95 }, () => 1) }));
    await expectServed(good, gateway);
    expect([4, 5].map((id) => bad.answer(id)?.result)).to.deep.equal([
      { structuredContent: 1 },
      { structuredContent: 1 },
    ]);
  });

  it('with members of its own: of a message its method and its parameters are passed on', async () => {
    const { gateway, bad, good } = await two();
    bad.say({ ...call(1, 'quick'), jsonrpc: '1.0', result: 5, error: {}, more: 1 });
    await expectServed(good, gateway);
    expect(bad.answer(1)).to.have.property('result');
    const sent = gateway.line.frames.flatMap((frame) => JSON.parse(frame)).slice(1);
    for (const message of sent) {
      expect(message).to.have.all.keys('jsonrpc', 'id', 'method', 'params');
      expect(message.jsonrpc).to.equal('2.0');
    }
  });

  it('with what belongs to the one session', async () => {
    const { gateway, bad, good } = await two();
    bad.say({ method: 'session/ack', params: { seq: 1e9 } });
    bad.say({ method: 'session/refresh', params: { auth: { type: 'apiKey', apiKey: 'of the tab' } } });
    bad.say({ id: 1, method: 'session/refresh', params: { auth: { type: 'apiKey', apiKey: 'of the tab' } } });
    bad.say({ id: 2, method: 'services/register', params: {} });
    bad.say({ id: 3, method: 'session/close' });
    await settle();
    expect([1, 2].map((id) => codeOf(bad.answer(id)))).to.deep.equal([-32600, -32600]);
    expect(bad.answer(3)).to.deep.include({ result: {} });
    expect(methods(gateway)).to.deep.equal([]);
    await expectServed(good, gateway);
  });

  it('by a credential of its own: tabs are not told when that of the worker ends', async () => {
    const { gateway, good } = await two({ expiresAt: '2030-01-01T00:00:00Z' });
    gateway.notify('session/expiring', { expiresAt: '2030-01-01T00:00:00Z' });
    gateway.notify('tools/list_changed', {});
    await settle();
    expect(good.answer('open')?.result).not.to.have.property('expiresAt');
    expect(good.heard.slice(1).map(({ method }) => method)).to.deep.equal(['tools/list_changed']);
  });

  it('by leaving or cancelling: the gateway is told once of each call, however many others end', async () => {
    const ends: (() => void)[] = [];
    const { gateway, bad, good } = await two({}, 8);
    gateway.handlers['tools/call'] = (_params, { id }, line) => {
      ends.push(() => line.answer(id, { structuredContent: 1 }));
      return undefined;
    };
    for (const id of [1, 2, 3, 4]) bad.say(call(id, 'slow'));
    for (const id of [1, 2, 3, 4, 1, 5, 99]) bad.say({ method: 'notifications/cancelled', params: { requestId: id } });
    await settle();
    for (const end of ends.splice(0)) {
      end();
      await settle();
    }
    expect(gateway.line.requests('notifications/cancelled').map(({ params }) => params.requestId)).to.deep.equal([
      1, 2, 3, 4,
    ]);
    expect(bad.heard).to.have.length(1);
    good.say(call(1, 'slow'));
    await settle();
    expect(ends).to.have.length(1);
  });

  it('by cancelling while the connection is lost: the gateway is told again when it is back', async () => {
    const { gateway, bad, good } = await two();
    bad.say(call(1, 'slow'));
    await settle();
    gateway.line.stall();
    bad.say({ method: 'notifications/cancelled', params: { requestId: 1 } });
    await settle();
    gateway.drop();
    await gateway.clock.advance(1_000);
    expect(gateway.calls.map(({ signal }) => signal.aborted)).to.deep.equal([true]);
    good.say(call(1, 'quick'));
    await settle();
    expect(good.answer(1)).to.have.property('result');
  });

  it('by cancelling under an id both use', async () => {
    const { gateway, bad, good } = await two();
    good.say(call(7, 'slow'));
    bad.say(call(7, 'slow'));
    await settle();
    bad.say({ method: 'notifications/cancelled', params: { requestId: 7 } });
    // The gateway's own ids.
    bad.say({ method: 'notifications/cancelled', params: { requestId: 1 } });
    await settle();
    bad.say({ id: 1, method: 'notifications/cancelled', params: { requestId: 1 } });
    await settle();
    expect(codeOf(bad.answer(1))).to.equal(-32600);
    expect(gateway.calls.map(({ signal }) => signal.aborted)).to.deep.equal([false, true]);
  });

  it('by leaving the topic of another; its own it may', async () => {
    const { gateway, bad, good } = await two();
    const topic = gateway.topic('services');
    good.say({ id: 1, method: 'events/subscribe', params: { topic: 'services' } });
    bad.say({ id: 1, method: 'events/subscribe', params: { topic: 'services' } });
    await settle();
    const of = (tab: RawTab): unknown => tab.answer(1)?.result;
    bad.say({ id: 2, method: 'events/unsubscribe', params: of(good) });
    bad.say({ method: 'events/unsubscribe', params: of(good) });
    bad.say({ id: 3, method: 'events/unsubscribe', params: of(bad) });
    bad.say({ id: 4, method: 'events/unsubscribe' });
    await settle();
    expect([2, 4].map((id) => codeOf(bad.answer(id)))).to.deep.equal([-32600, -32600]);
    expect(bad.answer(3)).to.deep.include({ result: {} });
    topic.tell('heard');
    await settle();
    expect(good.heard.at(-1)).to.have.nested.property('params.data', 'heard');
    expect(bad.heard.at(-1)).to.have.property('id');
    expect(topic.followers).to.equal(1);
    const left = methods(gateway).filter((method) => method === 'events/unsubscribe');
    bad.say({ method: 'notifications/cancelled', params: { requestId: 99 } });
    bad.leave();
    await settle();
    expect(methods(gateway).filter((method) => method === 'events/unsubscribe')).to.deep.equal(left);
  });

  it('by tokens and ids of other kinds: they come back as they were', async () => {
    const { gateway, bad, good } = await two();
    const tokens = [0, '', 'x', 2.5, false, null, { a: 1 }, [1]];
    for (const progressToken of tokens) {
      const { id, ...rest } = call(1, 'steps');
      bad.say({ id, ...rest, params: { name: 'steps', arguments: {}, _meta: { progressToken } } });
    }
    for (const _meta of [null, 5, 'x', []]) bad.say({ id: 1, method: 'tools/list', params: { _meta } });
    bad.say({ id: 1, method: 'tools/list', params: [1] });
    await settle();
    const reports = bad.heard.filter(({ method }) => method === 'notifications/progress');
    expect(reports.map(({ params }) => (params as JsonObject).progressToken)).to.deep.equal(tokens);
    expect(bad.heard.filter(({ id }) => id === 1)).to.have.length(tokens.length + 5);
    await expectServed(good, gateway);
    expect(good.heard).to.have.length(2);
  });

  it('with notifications: each takes a place and its turn, like a request, and is not answered', async () => {
    const { gateway, bad, good } = await two({}, 2);
    for (let n = 0; n < 5; n++) bad.say({ method: 'tools/call', params: { name: 'slow', arguments: {} } });
    bad.say({ method: 'ping' });
    bad.say({ method: 'session/open' });
    await settle();
    expect(methods(gateway)).to.deep.equal(['tools/call']);
    await expectServed(good, gateway);
    expect(bad.heard).to.have.length(1);
  });

  it('with ever more messages: a thousand wait, the rest is refused', async () => {
    const { gateway, bad, good } = await two({}, 2);
    bad.say(Array.from({ length: 1_005 }, (_, n) => call(n, 'slow')));
    await settle();
    const refused = bad.heard.filter((message) => codeOf(message) === 4291).map(({ id }) => id);
    expect(refused).to.deep.equal([1_001, 1_002, 1_003, 1_004]);
    await expectServed(good, gateway);
  });

  it('by asking too fast: all slow down before the gateway ends the connection, and nothing is lost', async () => {
    const { gateway, bad, good } = await two({}, 16);
    // A hundred a second, twenty at once.
    let free = 20;
    let filledAt = gateway.clock.now();
    let refusals = 0;
    const cancelled: number[] = [];
    gateway.handlers['notifications/cancelled'] = () => {
      cancelled.push(gateway.clock.now());
      return undefined;
    };
    gateway.handlers['tools/list'] = () => {
      const now = gateway.clock.now();
      free = Math.min(20, free + (now - filledAt) / 10);
      filledAt = now;
      if (free < 1) {
        refusals++;
        throw new CallError('RATE_LIMITED', 'too fast', { retryAfterMs: 10, details: { limit: 'connection' } });
      }
      free--;
      return { tools: [] };
    };
    for (const id of ['a', 'b']) bad.say(call(id, 'slow'));
    await settle();
    bad.say(Array.from({ length: 300 }, (_, id) => ({ id, method: 'tools/list' })));
    await settle();
    for (const requestId of ['a', 'b']) bad.say({ method: 'notifications/cancelled', params: { requestId } });
    await settle();
    expect(cancelled).to.deep.equal([]);
    good.say({ id: 1, method: 'tools/list' });
    await gateway.clock.advance(100);
    expect(good.answer(1)).to.have.property('result');
    await gateway.clock.advance(7_000);
    expect(bad.heard.filter(({ result }) => result !== undefined)).to.have.length(301);
    expect(bad.heard.filter(({ error }) => error !== undefined)).to.deep.equal([]);
    expect(refusals).to.be.within(1, 16);
    expect(new Set(cancelled).size).to.equal(2);
    // After a calm they come as fast as ever.
    await gateway.clock.advance(6_000);
    good.say(Array.from({ length: 10 }, (_, n) => ({ id: n + 10, method: 'tools/list' })));
    await settle();
    expect(good.heard).to.have.length(12);
    expect(gateway.lines).to.have.length(1);
  });

  it('with anything at all', async () => {
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom(0, 1, 'open', 'services', 'quick', 'services#1'));
    const names = fc.constantFrom(
      ...['ping', 'tools/call', 'tools/list', 'events/subscribe', 'events/unsubscribe', 'notifications/cancelled'],
      ...['session/open', 'session/close', 'session/ack', 'session/refresh', 'session/x', 'services/register', 'x'],
    );
    const keys = fc.constantFrom('name', 'arguments', '_meta', 'requestId', 'subscription', 'topic', 'progressToken');
    const messages = fc.record(
      {
        id: values,
        method: fc.oneof({ weight: 9, arbitrary: names }, values),
        params: fc.oneof({ weight: 9, arbitrary: fc.dictionary(keys, values) }, values),
        result: values,
      },
      { requiredKeys: [] },
    );
    const frame = fc.oneof(
      { weight: 8, arbitrary: messages.map((message) => JSON.stringify(message)) },
      fc.array(fc.oneof(messages, values)).map((frame) => JSON.stringify(frame)),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 30 }), async (frames) => {
        const { gateway, bad, good } = await two({}, 2);
        gateway.topic('services');
        for (const frame of frames) bad.say(frame);
        await settle();
        await expectServed(good, gateway);
        for (const text of gateway.line.frames) {
          for (const said of [JSON.parse(text)].flat()) {
            expect(said.method)
              .to.be.a('string')
              .and.not.match(/^(session\/(?!open)|services\/register)/);
          }
        }
        expect(gateway.line.requests('session/open')).to.have.length(1);
      }),
      { numRuns: 200 },
    );
  });
});
