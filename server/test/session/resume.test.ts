import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Method } from '../../src/methods/method.ts';
import { sessionMethods } from '../../src/methods/session.ts';
import type { House } from '../../src/session/house.ts';
import { ResumeDesk } from '../../src/session/resume-desk.ts';
import { FakeClock } from '../fake-clock.ts';
import { ALICE, HERE, houseOf, identityOf, settled, talk } from './talk.ts';

const request = (id: unknown, method: string, params: object = {}): object => ({ jsonrpc: '2.0', id, method, params });
const BOB = { ...ALICE, id: 'key:bob' };

interface Opened {
  readonly result: JsonObject & { sessionId: string; resumeToken: string; resumed: boolean; received?: number };
}

/** A house in which sessions can be opened, with a method that counts how often it ran and one that waits. */
function resumableHouse(changes: Partial<House> = {}) {
  const clock = new FakeClock();
  const ran: unknown[] = [];
  const waiting: ((result: unknown) => void)[] = [];
  const count: Method = ({ n }) => {
    ran.push(n);
    return { n: n ?? null };
  };
  const slow: Method = () => new Promise((resolve) => waiting.push(resolve));
  const { limits } = houseOf({});
  const opening = sessionMethods({
    authenticate: (credential) => identityOf({ ...ALICE, id: 'apiKey' in credential ? credential.apiKey : 'nobody' }),
    limits,
    maxInFlight: 64,
    heartbeatMs: 25_000,
    server: { name: 'callsheet', version: '0' },
    gateways: () => [],
  });
  const house = houseOf({ ...opening, count, slow }, { clock, ...changes });
  const capabilities = { resume: true, coalesce: true };
  return {
    house,
    clock,
    ran,
    letGo: (result: unknown = 'done') => waiting.shift()?.(result),
    async open(caller = ALICE, resume?: object) {
      const line = talk(house, identityOf(caller));
      const [answer] = (
        await line.say(request('open', 'session/open', { capabilities, ...(resume && { resume }) }))
      ).flat() as Opened[];
      return { ...line, result: (answer as Opened).result };
    },
  };
}

const tokenOf = ({ result }: { result: Opened['result'] }, lastSeq: number): object => ({
  sessionId: result.sessionId,
  resumeToken: result.resumeToken,
  lastSeq,
});

describe('a session that is resumed', () => {
  it('answers on the new connection what came in while the client was away', async () => {
    const { open, letGo, house } = resumableHouse();
    const first = await open();
    await first.say(request(1, 'slow'));
    first.cut();
    expect(house.desk.inFlight).to.equal(1);
    letGo('late');
    await settled();
    const second = await open(ALICE, tokenOf(first, 0));
    expect(second.result).to.include({ resumed: true, sessionId: first.result.sessionId, received: 1 });
    expect(second.result.resumeToken).to.not.equal(first.result.resumeToken);
    const frames = second.frames.map((frame) => JSON.parse(frame));
    expect(frames.at(-1)).to.deep.equal({ jsonrpc: '2.0', id: 1, result: 'late' });
    expect(house.desk.inFlight).to.equal(0);
  });

  it('counts a member of a frame that could not be read as one that arrived', async () => {
    const { open } = resumableHouse();
    const first = await open();
    const deep = JSON.parse(`${'['.repeat(70)}${']'.repeat(70)}`);
    await first.say([request(1, 'count'), request(2, 'count', { deep }), request(3, 'count')]);
    first.cut();
    expect((await open(ALICE, tokenOf(first, 3))).result).to.include({ resumed: true, received: 3 });
  });

  it('sends again only what the client says it has not heard', async () => {
    const { open } = resumableHouse();
    const first = await open();
    for (const n of [1, 2, 3]) await first.say(request(n, 'count', { n }));
    first.cut();
    const second = await open(ALICE, tokenOf(first, 2));
    const [, replayed] = second.frames.map((frame) => JSON.parse(frame));
    expect(replayed).to.deep.equal({ jsonrpc: '2.0', id: 3, result: { n: 3 } });
    expect(await second.say(request(4, 'count', { n: 4 }))).to.deep.equal([
      { jsonrpc: '2.0', id: 4, result: { n: 4 } },
    ]);
  });

  it('takes over from a connection that only seems alive, and closes it with 4409', async () => {
    const { open } = resumableHouse();
    const first = await open();
    const second = await open(ALICE, tokenOf(first, 0));
    expect(second.result.resumed).to.equal(true);
    expect(first.closes).to.deep.equal([{ code: 4409, reason: 'another connection resumed this session' }]);
    expect(await first.say(request(9, 'count'))).to.deep.equal([]);
    expect(await second.say(request(9, 'count', { n: 9 }))).to.have.length(1);
  });

  it('can be resumed many times, each time with the newest token only', async () => {
    const { open } = resumableHouse();
    const first = await open();
    first.cut();
    const second = await open(ALICE, tokenOf(first, 0));
    second.cut();
    expect((await open(ALICE, tokenOf(first, 0))).result.resumed, 'a used token').to.equal(false);
    const third = await open(ALICE, tokenOf(second, 0));
    expect(third.result).to.include({ resumed: true, sessionId: first.result.sessionId });
  });

  it('opens to its own caller alone: an id, a wrong token and another principal open a new session', async () => {
    const { open } = resumableHouse();
    const first = await open();
    first.cut();
    const { sessionId, resumeToken } = first.result;
    for (const [caller, wish] of [
      [ALICE, { sessionId, resumeToken: `${resumeToken.slice(0, -1)}!`, lastSeq: 0 }],
      [ALICE, { sessionId: 'ses_0', resumeToken, lastSeq: 0 }],
      [BOB, { sessionId, resumeToken, lastSeq: 0 }],
      [ALICE, { sessionId, resumeToken, lastSeq: 7 }],
    ] as const) {
      const { result } = await open(caller, wish);
      expect(result.resumed).to.equal(false);
      expect(result.sessionId).to.not.equal(sessionId);
    }
    expect((await open(ALICE, tokenOf(first, 0))).result.resumed).to.equal(true);
  });

  it('waits as long as it says and no longer; then what ran for it is cancelled', async () => {
    const { open, clock, house } = resumableHouse({ resumeWindowMs: 1_000 });
    const first = await open();
    let ended = 0;
    first.conversation.onEnd(() => ended++);
    await first.say(request(1, 'slow'));
    first.cut();
    clock.advance(999);
    expect(ended).to.equal(0);
    clock.advance(1);
    expect(ended).to.equal(1);
    expect((await open(ALICE, tokenOf(first, 0))).result.resumed).to.equal(false);
    expect(house.desk.waiting()).to.deep.equal([]);
  });

  it('is not kept for a client that said goodbye, nor for one that never asked', async () => {
    const { open, house } = resumableHouse();
    const polite = await open();
    polite.cut(1000);
    expect(house.desk.waiting()).to.deep.equal([]);
    const plain = talk(house);
    await plain.say(request(1, 'session/open', {}));
    plain.cut();
    expect(house.desk.waiting()).to.deep.equal([]);
  });

  it('ends when more comes in for it than is kept, rather than come back with a gap', async () => {
    const { open, house, letGo } = resumableHouse({ history: { maxMessages: 2, maxLength: 1_000 } });
    const first = await open();
    for (const id of [1, 2, 3]) await first.say(request(id, 'slow'));
    first.cut();
    for (let answer = 0; answer < 3; answer++) letGo();
    await settled();
    expect(house.desk.waiting()).to.deep.equal([]);
    expect((await open(ALICE, tokenOf(first, 0))).result.resumed).to.equal(false);
  });

  it('forgets what the client acknowledged', async () => {
    const { open } = resumableHouse();
    const first = await open();
    for (const n of [1, 2]) await first.say(request(n, 'count', { n }));
    await first.say({ jsonrpc: '2.0', method: 'session/ack', params: { seq: 2 } });
    first.cut();
    expect((await open(ALICE, tokenOf(first, 1))).result.resumed).to.equal(false);
    expect((await open(ALICE, tokenOf(first, 2))).result.resumed).to.equal(true);
  });

  it('ends when the credential it was opened with is revoked or expires while nobody is there', async () => {
    const { open, house, clock } = resumableHouse();
    const first = await open();
    first.cut();
    first.conversation.close(4401, 'revoked');
    expect(house.desk.waiting()).to.deep.equal([]);
    const line = talk(house, identityOf(ALICE, { expiresAt: clock.now() + 1_000 }));
    await line.say(request(1, 'session/open', { capabilities: { resume: true } }));
    line.cut();
    expect(house.desk.waiting()).to.have.length(1);
    clock.advance(1_000);
    expect(house.desk.waiting()).to.deep.equal([]);
  });

  it('ends the session that waits longest when too many wait', async () => {
    const { open, house } = resumableHouse({ desk: new ResumeDesk({ mostWaiting: 2 }) });
    const lines = [await open(), await open(), await open()];
    for (const line of lines) line.cut();
    const kept = house.desk.waiting().map(({ id }) => id);
    expect(kept).to.deep.equal(lines.slice(1).map(({ result }) => result.sessionId));
  });

  it('is refused beside other calls of the connection, inside a batch, and as somebody else than the header says', async () => {
    const { open, house } = resumableHouse();
    const first = await open();
    first.cut();
    const wish = { capabilities: { resume: true }, resume: tokenOf(first, 0) };
    const busy = talk(house, identityOf(ALICE));
    await busy.say(request(1, 'slow'));
    expect((await busy.say(request(2, 'session/open', wish)))[0]).to.have.nested.property('error.code', 4090);
    const batched = talk(house, identityOf(ALICE));
    const [answers] = (await batched.say([request(1, 'session/open', wish), request(2, 'count')])) as [JsonObject[]];
    expect(answers[0]).to.have.nested.property('error.code', -32600);
    const other = talk(house, identityOf(BOB));
    const auth = { auth: { type: 'apiKey', apiKey: ALICE.id } };
    expect((await other.say(request(1, 'session/open', { ...wish, ...auth })))[0]).to.have.nested.property(
      'error.code',
      4030,
    );
    expect((await open(ALICE, tokenOf(first, 0))).result.resumed).to.equal(true);
  });

  it('takes what the connection did before the resumption with it into the end', async () => {
    const { open, house } = resumableHouse();
    const first = await open();
    first.cut();
    const line = talk(house, identityOf(ALICE));
    let ended = 0;
    line.conversation.onEnd(() => ended++);
    await line.say(request(1, 'session/open', { capabilities: { resume: true }, resume: tokenOf(first, 0) }));
    expect(ended).to.equal(1);
    expect(line.conversation.state).to.equal('moved');
    line.conversation.notify('events/event', {});
    await settled();
    expect(line.frames).to.have.length(1);
  });

  it('speaks of the connection it is on, not of the one it began on', async () => {
    const { open, house } = resumableHouse();
    const first = await open();
    first.cut();
    const line = talk(house, identityOf(ALICE), { ...HERE, address: '192.0.2.9' });
    await line.say(request(1, 'session/open', { capabilities: { resume: true }, resume: tokenOf(first, 0) }));
    expect(first.conversation.connection.address).to.equal('192.0.2.9');
  });

  it('keeps few for one caller and little for all, and lets go of the heaviest when memory is short', async () => {
    const { open, house } = resumableHouse({
      desk: new ResumeDesk({ mostWaiting: 100, mostPerPrincipal: 2, mostHeld: 400 }),
    });
    const [one, two, three] = [await open(), await open(), await open()];
    const bob = await open(BOB);
    for (const line of [bob, one, two, three]) line.cut();
    const waiting = (): string[] => house.desk.waiting().map(({ id }) => id);
    expect(waiting()).to.deep.equal([bob, two, three].map(({ result }) => result.sessionId));
    const loud = await open(BOB);
    for (let n = 0; n < 12; n++) await loud.say(request(n, 'count', { n }));
    loud.cut();
    expect(waiting()).to.have.length(3);
    expect(waiting()).to.not.include(loud.result.sessionId);
    expect(house.desk.shed()).to.equal(1);
  });

  it('does not begin on a connection that closed while the credential was looked up', async () => {
    const decisions: ((identity: ReturnType<typeof identityOf>) => void)[] = [];
    const slowly = sessionMethods({
      authenticate: () => new Promise((resolve) => decisions.push(resolve)),
      limits: houseOf({}).limits,
      maxInFlight: 64,
      heartbeatMs: 25_000,
      server: { name: 'callsheet', version: '0' },
      gateways: () => [],
    });
    const clock = new FakeClock();
    const house = houseOf(slowly, { clock });
    const params = { auth: { type: 'apiKey', apiKey: 'x' }, capabilities: { resume: true } };
    for (const method of ['session/open', 'session/refresh']) {
      const line = talk(house, identityOf(ALICE));
      await line.say(request(1, method, method === 'session/open' ? params : { auth: params.auth }));
      line.cut();
      decisions.shift()?.(identityOf(ALICE, { expiresAt: clock.now() + 1_000_000 }));
      await settled();
      expect(line.conversation.state, method).to.equal('closed');
    }
    expect(clock.pending, 'appointments nobody takes back').to.equal(0);
    expect(house.desk.waiting()).to.deep.equal([]);
  });

  it('loses nothing and runs nothing twice, wherever the connection is cut', async () => {
    // Thousands of turns of the event loop, which take their time in a process that has run all other tests.
    // Each step: how many calls go out, and how many of their answers arrive before the connection is cut.
    const steps = fc.array(fc.record({ calls: fc.integer({ min: 0, max: 6 }), heard: fc.nat(6), arrived: fc.nat(6) }), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const { open, ran } = resumableHouse();
        let line = await open();
        const answers: number[] = [];
        let unsent: number[] = [];
        let sent: number[] = [];
        let seq = 0;
        let next = 0;
        const take = (frames: readonly string[]): void => {
          for (const { result } of frames.flatMap((frame) => JSON.parse(frame))) {
            answers.push(result.n);
            seq += 1;
          }
        };
        for (const { calls, heard, arrived } of plan) {
          unsent.push(...Array.from({ length: calls }, () => next++));
          // Some frames leave and never arrive.
          const before = line.frames.length;
          for (const n of unsent.slice(0, arrived)) await line.say(request(n, 'count', { n }));
          sent.push(...unsent);
          unsent = [];
          take(line.frames.slice(before).slice(0, heard));
          line.cut();
          line = await open(ALICE, tokenOf(line, seq));
          expect(line.result.resumed).to.equal(true);
          take(line.frames.slice(1));
          unsent = sent.slice(line.result.received);
          sent = sent.slice(0, line.result.received);
        }
        const before = line.frames.length;
        for (const n of unsent) await line.say(request(n, 'count', { n }));
        take(line.frames.slice(before));
        const all = Array.from({ length: next }, (_, n) => n);
        expect(ran).to.deep.equal(all);
        expect(answers).to.deep.equal(all);
      }),
      { numRuns: 200 },
    );
  });
});
