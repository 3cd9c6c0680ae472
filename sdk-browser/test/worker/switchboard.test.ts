import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { rejection } from '../../../sdk-core/test/conversation.ts';
import { CallError, createTestGateway, settle } from '../../src/testing.ts';
import { openTabs, withSharedWorkers } from './tabs.ts';

const forever = (): Promise<never> => new Promise(() => undefined);
const toolCalls = (gateway: { readonly received: readonly { method: string; params: JsonObject }[] }): unknown[] =>
  gateway.received.filter(({ method }) => method === 'tools/call').map(({ params }) => params.name);

describe('tabs that share a connection', () => {
  withSharedWorkers();

  it('have one socket, one session and each its own answers', async () => {
    const gateway = createTestGateway({ tools: { twice: ({ n }) => Number(n) * 2 } });
    const open = openTabs(gateway, { auth: { type: 'apiKey', apiKey: 'of the worker' } });
    const tabs = [open(), open(), open()];
    const answers = tabs.map(({ client }, n) =>
      Promise.all([client.call('twice', { n }), client.call('twice', { n: n + 10 })]),
    );
    expect(await Promise.all(answers)).to.deep.equal([
      [0, 20],
      [2, 22],
      [4, 24],
    ]);
    expect(gateway.lines).to.have.length(1);
    const [opening, ...more] = gateway.line.requests('session/open');
    expect(more).to.deep.equal([]);
    expect(opening?.params.auth).to.deep.equal({ type: 'apiKey', apiKey: 'of the worker' });
    const { id } = await (tabs[0]?.client ?? open().client).connect();
    expect(id).to.equal('ses_1');
    for (const { client } of tabs) await client.close();
  });

  it('hear the progress of their own calls only, and what is meant for all', async () => {
    const gateway = createTestGateway({
      tools: {
        render: async ({ parts }, { progress }) => {
          for (let part = 1; part <= Number(parts); part++) {
            progress({ stage: `${parts}`, fraction: part / Number(parts) });
          }
          await settle();
          return parts;
        },
      },
    });
    const open = openTabs(gateway);
    const [one, two] = [open(), open()];
    const heard: [string, unknown][] = [];
    const told: string[] = [];
    two.client.on('notification', ({ method }) => told.push(method));
    await Promise.all([
      one.client.call('render', { parts: 2 }, { onProgress: (report) => heard.push(['one', report.progress]) }),
      two.client.call('render', { parts: 4 }, { onProgress: (report) => heard.push(['two', report.progress]) }),
    ]);
    expect(heard.filter(([tab]) => tab === 'one').map(([, at]) => at)).to.deep.equal([0.5, 1]);
    expect(heard.filter(([tab]) => tab === 'two').map(([, at]) => at)).to.deep.equal([0.25, 0.5, 0.75, 1]);
    gateway.notify('tools/list_changed', {});
    await settle();
    expect(told).to.deep.equal(['tools/list_changed']);
    await one.client.close();
    await two.client.close();
  });

  it('get errors as the gateway says them', async () => {
    const gateway = createTestGateway({
      tools: {
        picky: () => {
          throw new CallError('CONTENT_REFUSED', 'not this', { details: { word: 'x' } });
        },
      },
    });
    const { client } = openTabs(gateway)();
    expect(await rejection(client.call('picky', {}))).to.deep.include({ code: 'REFUSED', message: 'not this' });
    expect(await client.request('ping')).to.deep.equal({});
    await client.close();
  });

  it('follow topics each for itself, and leave them each for itself', async () => {
    const gateway = createTestGateway();
    const topic = gateway.topic('services');
    const open = openTabs(gateway);
    const [one, two] = [open(), open()];
    const first = one.client.subscribe('services', { fromSeq: 1 })[Symbol.asyncIterator]();
    const second = two.client.subscribe('services', { fromSeq: 1 })[Symbol.asyncIterator]();
    const heard = Promise.all([first.next(), second.next()]);
    await settle();
    topic.tell({ n: 1 });
    expect((await heard).map(({ value }) => value.data)).to.deep.equal([{ n: 1 }, { n: 1 }]);
    await first.return?.();
    await settle();
    expect(topic.followers).to.equal(1);
    const next = second.next();
    topic.tell({ n: 2 });
    expect((await next).value.data).to.deep.equal({ n: 2 });
    await two.client.close();
    await one.client.close();
  });

  it('take turns when the shared window is full', async () => {
    const ends: (() => void)[] = [];
    const gateway = createTestGateway({
      tools: { a: () => new Promise((end) => ends.push(() => end('a'))), b: () => 'b' },
      maxInFlight: 3,
    });
    const open = openTabs(gateway);
    const [greedy, modest, idle] = [open(), open(), open()];
    await Promise.all([greedy, modest, idle].map(({ client }) => client.connect()));
    const first = modest.client.call('a', {});
    await settle();
    const many = ['1', '2', '3', '4'].map((n) => greedy.client.call('a', { n }));
    await settle();
    const one = modest.client.call('b', {});
    await settle();
    expect(toolCalls(gateway)).to.deep.equal(['a', 'a']);
    ends.pop()?.();
    await settle();
    expect(await one).to.equal('b');
    expect(toolCalls(gateway).slice(0, 4)).to.deep.equal(['a', 'a', 'b', 'a']);
    for (let round = 0; round < 5; round++) {
      for (const end of ends.splice(0)) end();
      await settle();
    }
    expect(await Promise.all([first, ...many])).to.deep.equal(['a', 'a', 'a', 'a', 'a']);
    for (const { client } of [greedy, modest, idle]) await client.close();
  });

  it('keep the last place for one that has none, and alone have all of them', async () => {
    const gateway = createTestGateway({ tools: { long: forever, quick: () => 1 }, maxInFlight: 3 });
    const open = openTabs(gateway);
    const [busy, other] = [open(), open()];
    await Promise.all([busy.client.connect(), other.client.connect()]);
    const long = [1, 2, 3].map((n) => rejection(busy.client.call('long', { n })));
    await settle();
    expect(toolCalls(gateway)).to.deep.equal(['long', 'long']);
    for (let n = 0; n < 3; n++) expect(await other.client.call('quick', {})).to.equal(1);
    await other.client.close();
    await settle();
    expect(gateway.calls.filter(({ tool }) => tool === 'long')).to.have.length(3);
    await busy.client.close();
    await Promise.all(long);
  });

  it('wait while what was sent does not leave the process', async () => {
    const ends: (() => void)[] = [];
    const gateway = createTestGateway({ tools: { a: () => new Promise<string>((end) => ends.push(() => end('a'))) } });
    const { client } = openTabs(gateway)();
    await client.connect();
    gateway.line.bufferedBytes = 2_000_000;
    const calls = [client.call('a', {}), client.call('a', {})];
    await settle();
    expect(gateway.calls).to.have.length(1);
    gateway.line.bufferedBytes = 0;
    for (let round = 0; round < 2; round++) {
      ends.shift()?.();
      await settle();
    }
    expect(await Promise.all(calls)).to.deep.equal(['a', 'a']);
    await client.close();
  });

  it('cancel their own calls: what was sent at the gateway, what waits before it is sent', async () => {
    const gateway = createTestGateway({ tools: { slow: forever }, maxInFlight: 1 });
    const open = openTabs(gateway);
    const [one, two] = [open(), open()];
    await Promise.all([one.client.connect(), two.client.connect()]);
    const sent = one.client.call('slow', { sent: true });
    await settle();
    const waits = two.client.call('slow', { waits: true });
    await settle();
    waits.cancel();
    expect(await rejection(waits)).to.include({ code: 'CANCELLED' });
    sent.cancel();
    expect(await rejection(sent)).to.include({ code: 'CANCELLED' });
    await settle();
    expect(gateway.calls.map(({ args, signal }) => ({ args, aborted: signal.aborted }))).to.deep.equal([
      { args: { sent: true }, aborted: true },
    ]);
    await one.client.close();
    await two.client.close();
  });

  for (const [how, leave] of [
    ['closes its client', (tab: ReturnType<ReturnType<typeof openTabs>>) => tab.client.close()],
    ['is gone without a word', (tab: ReturnType<ReturnType<typeof openTabs>>) => tab.worker.port.close()],
  ] as const) {
    it(`when one ${how}, its calls are cancelled, its topics left, and the other goes on`, async () => {
      const ends: ((value: string) => void)[] = [];
      const gateway = createTestGateway({
        tools: { slow: () => new Promise<string>((end) => ends.push(end)) },
        maxInFlight: 4,
      });
      const topic = gateway.topic('services');
      const open = openTabs(gateway);
      const [leaving, staying] = [open(), open()];
      await Promise.all([leaving.client.connect(), staying.client.connect()]);
      const lost = [1, 2, 3, 4].map((n) => rejection(leaving.client.call('slow', { n }, { idempotencyKey: `k${n}` })));
      const events = leaving.client.subscribe('services')[Symbol.asyncIterator]();
      const following = rejection(events.next());
      await settle();
      const kept = staying.client.call('slow', { kept: true });
      await settle();
      await leave(leaving);
      await settle();
      expect(gateway.calls.slice(0, 3).map(({ signal }) => signal.aborted)).to.deep.equal([true, true, true]);
      await settle();
      expect(topic.followers).to.equal(0);
      ends.at(-1)?.('kept');
      expect(await kept).to.equal('kept');
      expect(gateway.lines).to.have.length(1);
      await leaving.client.close();
      await Promise.all([...lost, following]);
      await staying.client.close();
    });
  }

  it('when the last one closes, the connection is closed, and the next one opens another', async () => {
    const gateway = createTestGateway({ tools: { fast: () => 1 } });
    const open = openTabs(gateway);
    const first = open();
    await first.client.connect();
    await first.client.close();
    await settle();
    expect(gateway.line.closedByClient).to.include({ code: 1000 });
    const second = open();
    expect(await second.client.call('fast', {})).to.equal(1);
    expect(gateway.lines).to.have.length(2);
    await second.client.close();
    await settle();
    expect(gateway.clock.pending).to.equal(0);
  });
});

describe('tabs whose worker loses the gateway', () => {
  withSharedWorkers();

  it('notice nothing when the session is resumed: calls, progress and topics go on', async () => {
    const ends: ((value: string) => void)[] = [];
    const gateway = createTestGateway({ tools: { slow: () => new Promise<string>((end) => ends.push(end)) } });
    const topic = gateway.topic('services');
    const open = openTabs(gateway);
    const [one, two] = [open(), open()];
    const states: string[] = [];
    for (const { client } of [one, two]) {
      await client.connect();
      client.on('state', ({ to }) => states.push(to));
    }
    const events = two.client.subscribe('services')[Symbol.asyncIterator]();
    const event = events.next();
    const before = one.client.call('slow', {});
    await settle();
    gateway.drop();
    topic.tell('while away');
    const during = two.client.call('slow', {});
    await settle();
    await gateway.clock.advance(1_000);
    expect(gateway.line.requests('session/open')[0]?.params).to.have.property('resume');
    for (const end of ends) end('done');
    expect(await Promise.all([before, during])).to.deep.equal(['done', 'done']);
    expect((await event).value.data).to.equal('while away');
    expect(gateway.calls).to.have.length(2);
    expect(states).to.deep.equal([]);
    await one.client.close();
    await two.client.close();
  });

  it('that close or cancel meanwhile are forgotten as soon as it is back', async () => {
    const ends: ((value: string) => void)[] = [];
    const gateway = createTestGateway({ tools: { slow: () => new Promise<string>((end) => ends.push(end)) } });
    const topic = gateway.topic('services');
    const open = openTabs(gateway);
    const [leaving, staying] = [open(), open()];
    const events = leaving.client.subscribe('services')[Symbol.asyncIterator]();
    const following = rejection(events.next());
    const left = rejection(leaving.client.call('slow', { left: true }));
    const cancelled = staying.client.call('slow', { cancelled: true });
    const kept = staying.client.call('slow', { kept: true });
    await settle();
    gateway.line.stall();
    const never = staying.client.call('slow', { never: true });
    await settle();
    gateway.drop();
    cancelled.cancel();
    never.cancel();
    await leaving.client.close();
    await Promise.all([left, following, rejection(cancelled), rejection(never)]);
    await gateway.clock.advance(1_000);
    expect(gateway.calls.map(({ args, signal }) => [Object.keys(args)[0], signal.aborted])).to.deep.equal([
      ['left', true],
      ['cancelled', true],
      ['kept', false],
    ]);
    expect(topic.followers).to.equal(0);
    for (const end of ends) end('done');
    expect(await kept).to.equal('done');
    await staying.client.close();
  });

  it('lose theirs when it cannot be resumed, and each applies its own rules', async () => {
    const gateway = createTestGateway({ tools: { slow: forever, steady: { run: forever, idempotent: true } } });
    const open = openTabs(gateway);
    const [one, two] = [open(), open()];
    const disconnects: number[] = [];
    one.client.on('disconnect', ({ code }) => disconnects.push(code));
    const unsafe = rejection(one.client.call('slow', {}));
    const safe = two.client.call('steady', {}, { idempotencyKey: 'k' });
    await settle();
    gateway.restart();
    gateway.serve({ slow: () => 'again', steady: { run: () => 'again', idempotent: true } });
    await gateway.clock.advance(3_000);
    expect(await unsafe).to.include({ code: 'CONNECTION_LOST', maybeExecuted: true });
    expect(await safe).to.equal('again');
    expect(disconnects).to.deep.equal([1006]);
    expect(gateway.lines).to.have.length(2);
    await one.client.close();
    await two.client.close();
  });

  it('learn why it refuses them, and another credential is tried for the next that comes', async () => {
    let good = 'old';
    let key = 'new';
    const gateway = createTestGateway({
      accept: (auth) => auth?.apiKey === good,
      tools: { fast: () => 1 },
    });
    const open = openTabs(gateway, { auth: { type: 'apiKey', apiKey: () => key } });
    const refused = open();
    expect(await rejection(refused.client.connect())).to.include({ name: 'AuthError', code: 'AUTH' });
    expect(refused.client.state).to.equal('closed');
    good = 'new';
    const welcome = open();
    await welcome.client.connect();
    key = 'old';
    gateway.drop(4401, 'revoked');
    await gateway.clock.advance(1_000);
    expect(welcome.client.state).to.equal('closed');
    expect(await rejection(welcome.client.call('fast', {}))).to.include({ code: 'AUTH' });
  });

  it('are told that nobody listens, and try again by themselves', async () => {
    const gateway = createTestGateway({ tools: { fast: () => 1 } });
    gateway.down = true;
    const { client } = openTabs(gateway)();
    expect(await rejection(client.connect())).to.include({ code: 'CONNECT_FAILED' });
    gateway.down = false;
    await gateway.clock.advance(2_000);
    expect(await client.call('fast', {})).to.equal(1);
    await client.close();
  });

  it('stop their worker from dialling when they are gone', async () => {
    const gateway = createTestGateway();
    gateway.down = true;
    const { client } = openTabs(gateway)();
    await rejection(client.connect());
    await client.close();
    const dials = gateway.lines.length;
    await gateway.clock.advance(100_000);
    expect(gateway.lines).to.have.length(dials);
    expect(gateway.clock.pending).to.equal(0);
  });

  it('leave a gateway that goes down when they are done; who comes meanwhile gets another session', async () => {
    const ends: ((value: string) => void)[] = [];
    const gateway = createTestGateway({
      tools: { slow: () => new Promise<string>((end) => ends.push(end)), fast: () => 1 },
    });
    const open = openTabs(gateway);
    const [busy, idle] = [open(), open()];
    await idle.client.connect();
    const last = busy.client.call('slow', {});
    await settle();
    const old = gateway.line;
    old.notify('session/draining', {});
    await gateway.clock.advance(500);
    expect(await idle.client.call('fast', {})).to.equal(1);
    expect(old.requests('tools/call')).to.have.length(1);
    expect(old.open).to.equal(true);
    ends[0]?.('finished');
    expect(await last).to.equal('finished');
    await gateway.clock.advance(500);
    expect(old.closedByClient?.code).to.equal(1000);
    expect(await busy.client.call('fast', {})).to.equal(1);
    expect(gateway.lines).to.have.length(2);
    await busy.client.close();
    await idle.client.close();
  });

  it('leave no connection behind when it is gone before they are done', async () => {
    const gateway = createTestGateway({ tools: { slow: forever, fast: () => 1 } });
    const open = openTabs(gateway);
    const { client } = open();
    const lost = rejection(client.call('slow', {}));
    await settle();
    gateway.notify('session/draining', {});
    gateway.restart();
    await gateway.clock.advance(3_000);
    expect(await lost).to.include({ code: 'CONNECTION_LOST' });
    expect(await client.call('fast', {})).to.equal(1);
    expect(gateway.lines.filter((line) => line.open)).to.have.length(1);
    await client.close();
    await settle();
    expect(gateway.lines.filter((line) => line.open)).to.have.length(0);
  });
});
