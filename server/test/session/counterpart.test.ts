import type { CallError, FailureMessage, Id, JsonObject, SuccessMessage } from '@callsheet/protocol';
import { expect } from 'chai';
import { Gcra } from '../../src/limits/gcra.ts';
import type { Counterpart } from '../../src/session/counterpart.ts';
import { leadingId } from '../../src/session/leading-id.ts';
import { houseOf, settled, talk } from './talk.ts';

/** Knows one request, `ours`, and writes down what it hears. */
class Listener implements Counterpart {
  readonly rate = new Gcra({ calls: 1, windowMs: 1_000, burst: 1 });
  readonly heardOf: string[] = [];
  frames = 0;

  answered({ id, kind }: SuccessMessage | FailureMessage): boolean {
    return this.#note(kind, id);
  }

  garbled(id: Id, { errorName }: CallError): boolean {
    return this.#note(errorName, id);
  }

  reported({ progressToken }: JsonObject): boolean {
    return this.#note('report', progressToken);
  }

  heard(): void {
    this.frames += 1;
  }

  #note(what: string, id: unknown): boolean {
    this.heardOf.push(`${what} ${String(id)}`);
    return id === 'ours';
  }
}

const LIMITS = {
  maxPayloadBytes: 1_000,
  maxBatch: 3,
  maxDepth: 4,
  maxArrayItems: 10,
  maxIdLength: 64,
  maxMethodLength: 64,
};
const report = { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'ours' } };
const beat = { jsonrpc: '2.0', id: 1, method: 'services/heartbeat' };

function asked(changes: Parameters<typeof houseOf>[1] = {}, methods: Parameters<typeof houseOf>[0] = {}) {
  const house = houseOf(
    {
      'services/heartbeat': () => ({}),
      'work/recall': () => ({}),
      slow: () => new Promise(() => {}),
      ping: () => ({}),
      ...methods,
    },
    { limits: LIMITS, maxUnreadable: 3, ...changes },
  );
  const caller = talk(house);
  const listener = new Listener();
  caller.conversation.counterpart = listener;
  return { ...caller, listener, house };
}

describe('a session whose client is asked as well', () => {
  it('brings answers and reports to who asked, hears every frame, and answers none of it', async () => {
    const { say, listener } = asked();
    expect(await say({ jsonrpc: '2.0', id: 'ours', result: 1 })).to.deep.equal([]);
    expect(await say({ jsonrpc: '2.0', id: 'ours', error: { code: 1, message: 'no' } })).to.deep.equal([]);
    expect(await say(report)).to.deep.equal([]);
    expect(listener.heardOf).to.deep.equal(['success ours', 'failure ours', 'report ours']);
    expect(listener.frames).to.equal(3);
  });

  it('sends what is asked, beside its answers', async () => {
    const { conversation, frames } = asked();
    conversation.ask('{"a request":1}');
    await settled();
    expect(frames).to.deep.equal(['{"a request":1}']);
  });

  it('counts answers and reports nobody waits for as unreadable, as it does where nobody is asked', async () => {
    const { say, closes } = asked();
    for (const id of ['foreign', 7]) await say({ jsonrpc: '2.0', id, result: 1 });
    expect(closes).to.deep.equal([]);
    await say({ ...report, params: { progressToken: 'foreign' } });
    expect(closes.map(({ code }) => code)).to.deep.equal([1008]);
  });

  it('takes answers from members of arrays, and says which of them cannot be read', async () => {
    const { say, listener } = asked();
    const [answer] = await say([
      { jsonrpc: '2.0', id: 'ours', result: 1 },
      { jsonrpc: '2.0', id: 'ours', result: 1, error: {} },
      { jsonrpc: '2.0', id: 4, method: 'ping' },
    ]);
    expect(listener.heardOf).to.deep.equal(['success ours', 'INVALID_REQUEST ours']);
    expect((answer as JsonObject[]).map(({ id }) => id)).to.have.members(['ours', 4]);
  });

  describe('and answers something that cannot be read', () => {
    const deep = '[[[[[[]]]]]]';
    const unreadable: Readonly<Record<string, string>> = {
      'too large': `{"jsonrpc":"2.0","id":"ours","result":"${'x'.repeat(1_000)}"}`,
      'too deep': `{"jsonrpc":"2.0","id":"ours","result":${deep}}`,
      'of too many members': `{"jsonrpc": "2.0", "id": "ours", "result":[${'1,'.repeat(20)}1]}`,
      'cut off': '{"jsonrpc":"2.0","id":"ours","result":{"a":',
      'with its id first': `{ "id" : "ours" , "jsonrpc":"2.0", "result":${deep}}`,
      'with a member __proto__': '{"jsonrpc":"2.0","result":{"__proto__":1},"id":"ours"}',
    };
    for (const [how, text] of Object.entries(unreadable)) {
      it(`${how}: who waits is told, the peer is not`, async () => {
        const { say, listener, closes } = asked();
        expect(await say(text)).to.deep.equal([]);
        expect(listener.heardOf).to.have.length(1);
        expect(listener.heardOf[0]).to.match(/ ours$/);
        expect(closes).to.deep.equal([]);
      });
    }

    it('is answered when it was a question of its own', async () => {
      const { say, listener } = asked();
      const [answer] = await say(
        `{"jsonrpc":"2.0","id":12,"method":"work/remember","params":{"v":"${'x'.repeat(1_000)}"}}`,
      );
      expect(answer).to.deep.include({ id: 12 });
      expect(listener.heardOf).to.deep.equal(['REQUEST_TOO_LARGE 12']);
    });

    it('ends the connection when nobody can tell whose it is, so that nobody waits in vain', async () => {
      const large = asked();
      await large.say(`[{"jsonrpc":"2.0","id":"ours","result":"${'x'.repeat(1_000)}"}]`);
      expect(large.closes.map(({ code }) => code)).to.deep.equal([1009]);
      const broken = asked();
      await broken.say('{"result":1');
      expect(broken.closes.map(({ code }) => code)).to.deep.equal([1008]);
    });
  });

  it('tells who waits for a member of a coalesced frame as for a message of its own', async () => {
    const deep = '[[[[[[]]]]]]';
    const { say, listener, conversation, closes } = asked();
    conversation.open(undefined, { coalesce: true });
    const answers = await say(
      `[{"jsonrpc":"2.0","id":"ours","result":${deep}},{"jsonrpc":"2.0","id":4,"method":"ping"}]`,
    );
    expect(answers).to.deep.equal([{ jsonrpc: '2.0', id: 4, result: {} }]);
    expect(listener.heardOf).to.deep.equal(['INVALID_REQUEST ours']);
    expect(closes).to.deep.equal([]);
    await say(`[{"jsonrpc":"2.0","result":${deep}}]`);
    expect(closes.map(({ code }) => code)).to.deep.equal([1008]);
  });

  it('ends at once when it is closed, whatever the peer is still waiting for', async () => {
    const { say, conversation, closes } = asked();
    await say({ jsonrpc: '2.0', id: 1, method: 'slow' });
    conversation.close(4403, 'may not stay');
    await settled();
    expect(closes.map(({ code }) => code)).to.deep.equal([4403]);
  });

  it('does not wait for a client to resume it: that is for registrations', async () => {
    const ends: (number | undefined)[] = [];
    const caller = asked(
      {},
      { 'session/open': (_params, { session }) => session.open(undefined, { resume: true }) ?? {} },
    );
    await caller.say({ jsonrpc: '2.0', id: 1, method: 'session/open' });
    caller.conversation.onEnd((code) => ends.push(code));
    caller.cut(1006);
    expect([caller.conversation.state, ends]).to.deep.equal(['closed', [1006]]);
  });

  describe('has its own pace', () => {
    const connectionRate = new Gcra({ calls: 1, windowMs: 60_000, burst: 0 });

    it('wider than that of others, and not at all for answers', async () => {
      const { say, listener, closes } = asked({ connectionRate });
      for (let n = 0; n < 50; n++) await say({ jsonrpc: '2.0', id: 'ours', result: 1 });
      expect(await say({ jsonrpc: '2.0', id: 1, method: 'ping' })).to.deep.equal([
        { jsonrpc: '2.0', id: 1, result: {} },
      ]);
      expect(await say({ jsonrpc: '2.0', id: 2, method: 'ping' })).to.deep.equal([
        { jsonrpc: '2.0', id: 2, result: {} },
      ]);
      const [refused] = await say({ jsonrpc: '2.0', id: 3, method: 'ping' });
      expect((refused as JsonObject).error).to.deep.include({ code: 4290 });
      expect([listener.heardOf.length, closes]).to.deep.equal([50, []]);
    });

    it('lets a heartbeat through when everything else is too fast', async () => {
      const { say } = asked({ connectionRate });
      for (let n = 0; n < 9; n++) await say({ jsonrpc: '2.0', id: n, method: 'ping' });
      expect(await say(beat)).to.deep.equal([{ jsonrpc: '2.0', id: 1, result: {} }]);
    });

    it('leaves out reports that come too fast, and ends the connection of who floods them', async () => {
      const { say, listener, closes } = asked({ connectionRate, maxUnreadable: 100_000 });
      for (let n = 0; n < 1_100; n++) await say(report);
      expect(listener.heardOf.length).to.be.lessThan(5);
      expect(closes.map(({ code }) => code)).to.deep.equal([4429]);
    });
  });

  it('does what belongs to its work while the gateway drains and its windows are full', async () => {
    const { say, conversation } = asked({ draining: () => true, maxInFlight: 0, maxInFlightOf: () => 0 });
    for (const method of ['services/heartbeat', 'work/recall']) {
      const params = method === 'work/recall' ? { work: 'w', key: 'k' } : {};
      expect(await say({ jsonrpc: '2.0', id: 5, method, params })).to.deep.equal([
        { jsonrpc: '2.0', id: 5, result: {} },
      ]);
    }
    const [refused] = await say({ jsonrpc: '2.0', id: 6, method: 'ping' });
    expect((refused as JsonObject).error).to.deep.include({ code: 5032 });
    conversation.counterpart = undefined;
    const [unbound] = await say({ ...beat, id: 7 });
    expect((unbound as JsonObject).error, 'who is no worker has the window of everybody').to.deep.include({
      code: 4291,
    });
  });
});

describe('the id a message begins with', () => {
  it('is found where builders put it, and nowhere else', () => {
    expect(leadingId('{"jsonrpc":"2.0","id":"a","result":1}')).to.equal('a');
    expect(leadingId('{"id":-12,"method":"x"}')).to.equal(-12);
    for (const text of ['[{"id":"a",', '{"result":{"id":"a"},', '{"id":"a\\u0062",', '{"id":null,', '{"id":"a"', '']) {
      expect(leadingId(text), text).to.equal(undefined);
    }
    expect(leadingId(`{"id":"${'x'.repeat(257)}",`)).to.equal(undefined);
  });
});
