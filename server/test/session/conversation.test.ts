import { CallError, type JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { Tally } from '../../src/limits/tally.ts';
import type { Method } from '../../src/methods/method.ts';
import { ALICE, failing, houseOf, identityOf, settled, talk } from './talk.ts';

const request = (id: unknown, method: string, params?: JsonObject): object => ({ jsonrpc: '2.0', id, method, params });
const errorOf = (answer: unknown): { code: number; data: JsonObject; message: string } =>
  (answer as { error: never }).error;

/** A method whose calls wait until the test lets them go. */
function gate(): { method: Method; open: (result?: unknown) => void; aborted: () => number } {
  const waiting: ((result: unknown) => void)[] = [];
  let aborted = 0;
  return {
    method: (_params, { cancellation: { signal } }) =>
      new Promise((resolve, reject) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => {
          aborted += 1;
          reject(signal.reason);
        });
      }),
    open: (result = 'done') => waiting.shift()?.(result),
    aborted: () => aborted,
  };
}

describe('a conversation', () => {
  it('gives each caller its own answer, whatever the order', async () => {
    const [first, second] = [gate(), gate()];
    const { say, frames } = talk(houseOf({ first: first.method, second: second.method }));
    await say(request(1, 'first'));
    await say(request(2, 'second'));
    second.open('b');
    await settled();
    first.open('a');
    await settled();
    expect(frames.map((frame) => JSON.parse(frame))).to.deep.equal([
      { jsonrpc: '2.0', id: 2, result: 'b' },
      { jsonrpc: '2.0', id: 1, result: 'a' },
    ]);
  });

  it('answers what is ready in one turn in one array, once coalescing was agreed', async () => {
    const { say, conversation, frames } = talk(houseOf({ ping: () => ({}) }));
    conversation.open(undefined, { coalesce: true });
    const [answer] = await say([request(1, 'ping'), request(2, 'ping')]);
    expect(frames).to.have.length(1);
    expect(answer).to.deep.equal([
      { jsonrpc: '2.0', id: 1, result: {} },
      { jsonrpc: '2.0', id: 2, result: {} },
    ]);
  });

  it('lets a fast call of a coalesced frame pass a slow one, as a batch must not', async () => {
    const slow = gate();
    const house = houseOf({ slow: slow.method, fast: () => 'quick' });
    const coalesced = talk(house);
    coalesced.conversation.open(undefined, { coalesce: true });
    expect(await coalesced.say([request(1, 'slow'), request(2, 'fast')])).to.deep.equal([
      { jsonrpc: '2.0', id: 2, result: 'quick' },
    ]);
    const batched = talk(house);
    expect(await batched.say([request(1, 'slow'), request(2, 'fast')])).to.deep.equal([]);
  });

  it('never tells the words of a fault, and tells the house', async () => {
    const faults: string[] = [];
    const { say } = talk(
      houseOf(failing, {
        onFault: (error, id, method) => faults.push(`${id} ${method} ${(error.cause as Error).message}`),
      }),
    );
    const [answer] = await say(request(1, 'explode'));
    expect(errorOf(answer)).to.deep.include({ code: -32603 });
    expect(JSON.stringify(answer)).to.not.contain('hunter2');
    expect(faults).to.deep.equal(['req-1 explode the password is hunter2']);
  });

  it('answers a refusal with its name, code and patience', async () => {
    const [answer] = await talk(houseOf(failing)).say(request('a', 'refuse'));
    expect(errorOf(answer)).to.deep.equal({
      code: 5030,
      message: 'Cannot take more',
      data: { name: 'OVERLOADED', retryable: true, requestId: 'req-1', retryAfterMs: 10 },
    });
  });

  it('answers INTERNAL when a result cannot be written as JSON, and the next call works', async () => {
    const { say } = talk(houseOf({ ...failing, ping: () => ({}) }));
    expect(errorOf((await say(request(1, 'cyclic')))[0]).code).to.equal(-32603);
    expect(await say(request(2, 'ping'))).to.deep.equal([{ jsonrpc: '2.0', id: 2, result: {} }]);
  });

  it('refuses more calls at once than the window, and takes the next one after an answer', async () => {
    const slow = gate();
    const { say } = talk(houseOf({ slow: slow.method }, { maxInFlight: 2 }));
    await say(request(1, 'slow'));
    await say(request(2, 'slow'));
    expect(errorOf((await say(request(3, 'slow')))[0])).to.deep.include({ code: 4291 });
    slow.open();
    await settled();
    expect(await say(request(4, 'slow'))).to.deep.equal([]);
  });

  it('counts the calls of one principal over all of its connections', async () => {
    const slow = gate();
    const house = houseOf({ slow: slow.method }, { maxInFlightOf: () => 2, windows: new Tally() });
    await talk(house).say(request(1, 'slow'));
    await talk(house).say(request(1, 'slow'));
    expect(errorOf((await talk(house).say(request(1, 'slow')))[0]).code).to.equal(4291);
    expect(await talk(house, { ...ALICE, id: 'key:bob' }).say(request(1, 'slow'))).to.deep.equal([]);
  });

  it('refuses a second call under an id that is in flight, without touching the first', async () => {
    const slow = gate();
    const { say, frames } = talk(houseOf({ slow: slow.method }));
    await say(request(1, 'slow'));
    expect(errorOf((await say(request(1, 'slow')))[0]).code).to.equal(4090);
    slow.open('first');
    await settled();
    expect(JSON.parse(frames.at(-1) ?? '')).to.deep.equal({ jsonrpc: '2.0', id: 1, result: 'first' });
  });

  it('cancels the call the client names, and answers it with CANCELLED', async () => {
    const slow = gate();
    const { say } = talk(houseOf({ slow: slow.method }));
    await say(request(1, 'slow'));
    const [answer] = await say({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 1, reason: 'enough' },
    });
    expect(errorOf(answer)).to.include({ code: 4990, message: 'Cancelled by the caller: enough' });
    expect(slow.aborted()).to.equal(1);
  });

  it('runs a notification without answering it', async () => {
    const heard: JsonObject[] = [];
    const { say } = talk(houseOf({ note: (params) => heard.push(params) }));
    expect(await say({ jsonrpc: '2.0', method: 'note', params: { a: 1 } })).to.deep.equal([]);
    expect(heard).to.deep.equal([{ a: 1 }]);
  });

  it('cancels everything in flight when the connection ends, and sends nothing more', async () => {
    const slow = gate();
    const { conversation, say, frames } = talk(houseOf({ slow: slow.method }));
    let ended = 0;
    conversation.onEnd(() => ended++);
    await say(request(1, 'slow'));
    conversation.ended(1006);
    await settled();
    expect({ aborted: slow.aborted(), ended, frames }).to.deep.equal({ aborted: 1, ended: 1, frames: [] });
  });

  it('refuses new calls while the gateway drains', async () => {
    const [answer] = await talk(houseOf({ ping: () => ({}) }, { draining: () => true })).say(request(1, 'ping'));
    expect(errorOf(answer).code).to.equal(5032);
  });

  it('answers what is in flight before it leaves', async () => {
    const slow = gate();
    const { conversation, say, closes } = talk(houseOf({ slow: slow.method }));
    await say(request(1, 'slow'));
    conversation.close(1012, 'restart');
    await settled();
    expect(closes).to.deep.equal([]);
    slow.open();
    await settled();
    expect(closes).to.deep.equal([{ code: 1012, reason: 'restart' }]);
  });

  it('answers a message over the limit and goes on, and gives up on the hundredth unreadable one', async () => {
    const { say, closes, frames } = talk(houseOf({ ping: () => ({}) }, { maxUnreadable: 3 }));
    expect(errorOf((await say(`"${'x'.repeat(1_048_576)}"`))[0]).code).to.equal(4130);
    expect(await say(request(1, 'ping'))).to.have.length(1);
    await say('junk');
    await say('junk');
    expect(frames).to.have.length(4);
    expect(closes).to.deep.equal([{ code: 1008, reason: 'too many unreadable messages' }]);
  });

  describe('before it is open', () => {
    const stranger = (methods: Record<string, Method> = {}) => {
      const open: Method = (params, { session }) => {
        if ((params.auth as JsonObject).apiKey !== 'good') throw new CallError('UNAUTHENTICATED');
        session.open(identityOf(ALICE), {});
        return {};
      };
      return talk(houseOf({ 'session/open': open, ping: () => ({}), list: () => [], ...methods }), 'stranger');
    };

    it('answers a call with UNAUTHENTICATED, then leaves with 4400', async () => {
      const { say, closes } = stranger();
      expect(errorOf((await say(request(1, 'list')))[0]).code).to.equal(4010);
      expect(closes).to.deep.equal([{ code: 4400, reason: 'the first message must be session/open' }]);
    });

    it('leaves with 4400 after junk and after a long message, both answered', async () => {
      for (const [text, code] of [
        ['junk', -32700],
        [`"${'x'.repeat(20_000)}"`, 4130],
      ] as const) {
        const { say, closes } = stranger();
        expect(errorOf((await say(text))[0]).code).to.equal(code);
        expect(closes.map((close) => close.code)).to.deep.equal([4400]);
      }
    });

    it('leaves with 4401 after a wrong credential', async () => {
      const { say, closes } = stranger();
      expect(
        errorOf((await say(request(1, 'session/open', { auth: { type: 'apiKey', apiKey: 'bad' } })))[0]).code,
      ).to.equal(4010);
      expect(closes.map((close) => close.code)).to.deep.equal([4401]);
    });

    it('takes calls right after a good opening, even in the same breath', async () => {
      const { conversation, say, closes } = stranger();
      conversation.receive(JSON.stringify(request(1, 'session/open', { auth: { type: 'apiKey', apiKey: 'good' } })));
      const answers = await say(request(2, 'ping'));
      expect(answers.at(-1)).to.deep.equal({ jsonrpc: '2.0', id: 2, result: {} });
      expect(closes).to.deep.equal([]);
    });

    it('opens once only', async () => {
      const { say } = stranger();
      await say(request(1, 'session/open', { auth: { type: 'apiKey', apiKey: 'good' } }));
      expect(
        errorOf((await say(request(2, 'session/open', { auth: { type: 'apiKey', apiKey: 'good' } })))[0]).code,
      ).to.equal(4090);
    });
  });

  it('answers 3,000 generated messages without one fault of its own, and is alive after each', async () => {
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom<unknown>('ping', 'explain', '__proto__', 'constructor', 1, null, '2.0'),
    );
    const messages = fc.record({ jsonrpc: values, id: values, method: values, params: values }, { requiredKeys: [] });
    const near = fc.record(
      {
        jsonrpc: fc.constant('2.0'),
        id: fc.oneof(fc.integer(), fc.string()),
        method: fc.constantFrom('ping', 'nope', 'constructor'),
        params: values,
      },
      { requiredKeys: ['jsonrpc', 'method'] },
    );
    const anything = fc.oneof(messages, near, fc.array(fc.oneof(messages, near), { maxLength: 5 }));
    const house = houseOf({ ping: () => ({}) });
    await fc.assert(
      fc.asyncProperty(anything, async (message) => {
        const { say } = talk(house);
        const answers = (await say(message as object)).flat();
        for (const answer of answers) expect((answer as { error?: { code: number } }).error?.code).to.not.equal(-32603);
        expect(await say(request('alive', 'ping'))).to.deep.equal([{ jsonrpc: '2.0', id: 'alive', result: {} }]);
      }),
      { numRuns: 3_000 },
    );
  });
});
