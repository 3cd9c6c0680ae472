import { CallError, type JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { Gcra } from '../../src/limits/gcra.ts';
import type { Method } from '../../src/methods/method.ts';
import { sessionMethods } from '../../src/methods/session.ts';
import { FakeClock } from '../fake-clock.ts';
import { ALICE, houseOf, identityOf, settled, talk } from './talk.ts';

const request = (id: unknown, method: string, params: object = {}): object => ({ jsonrpc: '2.0', id, method, params });
const auth = (apiKey: string): object => ({ auth: { type: 'apiKey', apiKey } });
const errorOf = (answer: unknown): JsonObject => (answer as { error: JsonObject }).error;

/** Opening and refreshing with credentials named after who holds them. */
function opening(check: Parameters<typeof sessionMethods>[0]['authenticate']) {
  const { limits } = houseOf({});
  const server = { name: 'callsheet', version: '0' };
  return sessionMethods({
    authenticate: check,
    limits,
    maxInFlight: 64,
    heartbeatMs: 25_000,
    server,
    gateways: () => [],
  });
}

describe('a session and its credential', () => {
  it('is told before the credential ends, and ends with it, in the middle of a call', async () => {
    const clock = new FakeClock();
    const never: Method = (_params, { cancellation: { signal } }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const expiresAt = clock.now() + 90_000;
    const { say, frames, closes } = talk(houseOf({ never }, { clock }), identityOf(ALICE, { expiresAt }));
    await say(request(1, 'never'));
    clock.advance(30_000);
    await settled();
    expect(JSON.parse(frames.at(-1) ?? '')).to.deep.equal({
      jsonrpc: '2.0',
      method: 'session/expiring',
      params: { expiresAt: new Date(expiresAt).toISOString() },
    });
    clock.advance(60_000);
    await settled();
    expect(errorOf(JSON.parse(frames.at(-1) ?? ''))).to.include({ code: 4011 });
    expect(closes.map(({ code }) => code)).to.deep.equal([4401]);
  });

  it('does not wait for a call that ignores the end', async () => {
    const clock = new FakeClock();
    const deaf: Method = () => new Promise(() => {});
    const { say, conversation, closes } = talk(houseOf({ deaf }, { clock }));
    await say(request(1, 'deaf'));
    conversation.dismiss(new CallError('UNAUTHENTICATED', 'revoked'));
    await settled();
    expect(closes).to.deep.equal([]);
    clock.advance(1_000);
    expect(closes).to.deep.equal([{ code: 4401, reason: 'revoked' }]);
  });

  it('goes on under a newer credential of the same caller, and says until when', async () => {
    const clock = new FakeClock();
    const methods = opening(() => identityOf({ ...ALICE, role: 'viewer' }, { expiresAt: clock.now() + 500_000 }));
    const first = identityOf(ALICE, { expiresAt: clock.now() + 70_000 });
    const { say, closes, conversation } = talk(houseOf(methods, { clock }), first);
    const [answer] = await say(request(1, 'session/refresh', auth('new')));
    expect(answer).to.deep.equal({
      jsonrpc: '2.0',
      id: 1,
      result: {
        principal: { ...ALICE, role: 'viewer' },
        expiresAt: new Date(clock.now() + 500_000).toISOString(),
      },
    });
    clock.advance(100_000);
    expect(closes).to.deep.equal([]);
    expect(conversation.principal.role).to.equal('viewer');
  });

  it('does not change hands: somebody else’s credential is refused and the session stays', async () => {
    const { say, closes, conversation } = talk(houseOf(opening(() => identityOf({ ...ALICE, id: 'key:bob' }))));
    for (const method of ['session/refresh', 'session/open']) {
      const [answer] = await say(request(1, method, auth('bob')));
      expect(errorOf(answer), method).to.include({ code: 4030 });
    }
    expect(conversation.principal).to.deep.equal(ALICE);
    expect(closes).to.deep.equal([]);
  });

  it('takes an opening whose credential has to be looked up elsewhere, one at a time', async () => {
    let decide: (identity: ReturnType<typeof identityOf>) => void = () => {};
    const methods = opening(
      () =>
        new Promise((resolve) => {
          decide = resolve;
        }),
    );
    const patient = talk(houseOf(methods), 'stranger');
    expect(await patient.say(request(1, 'session/open', auth('x')))).to.deep.equal([]);
    decide(identityOf(ALICE));
    await settled();
    expect(JSON.parse(patient.frames[0] ?? '')).to.have.nested.property('result.principal.id', ALICE.id);
    expect(patient.identified.map(({ principal }) => principal.id)).to.deep.equal([ALICE.id]);

    const hasty = talk(houseOf(methods), 'stranger');
    await hasty.say(request(1, 'session/open', auth('x')));
    const [early] = await hasty.say(request(2, 'ping'));
    expect(errorOf(early)).to.include({ code: 4010 });
    decide(identityOf(ALICE));
    await settled();
    expect(hasty.closes.map(({ code }) => code)).to.deep.equal([4400]);
  });

  it('is refused with the close code of the reason', async () => {
    for (const [name, code] of [
      ['UNAUTHENTICATED', 4401],
      ['RATE_LIMITED', 4429],
      ['ORIGIN_NOT_ALLOWED', 4403],
      ['TOO_MANY_IN_FLIGHT', 1013],
      ['INVALID_PARAMS', 4400],
    ] as const) {
      for (const late of [false, true]) {
        const error = new CallError(name);
        const methods = opening(() => {
          if (late) return Promise.reject(error);
          throw error;
        });
        const { say, closes } = talk(houseOf(methods), 'stranger');
        expect(errorOf((await say(request(1, 'session/open', auth('x'))))[0])).to.include({ code: error.code });
        await settled();
        expect(
          closes.map((close) => close.code),
          name,
        ).to.deep.equal([code]);
      }
    }
  });
});

describe('a session and its rights', () => {
  it('asks for the right to a method before it runs, except for calls, which are judged with their tool', async () => {
    const asked: string[] = [];
    const ran: string[] = [];
    const run =
      (name: string): Method =>
      () =>
        void ran.push(name);
    const names = ['jobs/list', 'tools/call', 'ping'];
    const methods = Object.fromEntries(names.map((name) => [name, run(name)]));
    const demand = (_principal: unknown, method: string): void => {
      asked.push(method);
      throw new CallError('FORBIDDEN', 'no');
    };
    const { say } = talk(houseOf(methods, { demand }));
    expect(errorOf((await say(request(1, 'jobs/list')))[0])).to.include({ code: 4030 });
    await say(request(2, 'tools/call', { name: 'x' }));
    await say(request(3, 'ping'));
    expect(asked).to.deep.equal(['jobs/list']);
    expect(ran).to.deep.equal(['tools/call', 'ping']);
  });

  it('holds a connection to its pace, says exactly how long to wait, and ends one that never does', async () => {
    const clock = new FakeClock();
    const connectionRate = new Gcra({ calls: 10, windowMs: 1_000, burst: 1 });
    const { say, closes } = talk(houseOf({ ping: () => ({}) }, { clock, connectionRate }));
    const ask = async (): Promise<JsonObject | undefined> => errorOf((await say(request(1, 'ping')))[0]);
    expect([await ask(), await ask()]).to.deep.equal([undefined, undefined]);
    const refused = await ask();
    expect(refused).to.have.nested.property('data.retryAfterMs', 100);
    clock.advance(99);
    expect(await ask()).to.have.nested.property('data.retryAfterMs', 1);
    clock.advance(1);
    expect(await ask()).to.equal(undefined);
    // Two refusals are behind it, and a thousand in a minute are forgiven, however many calls pass in between.
    for (let hasty = 0; hasty < 998; hasty++) expect(await ask()).to.include({ code: 4290 });
    expect(closes).to.deep.equal([]);
    for (let hasty = 0; hasty < 3; hasty++) await say(request(1, 'ping'));
    await settled();
    expect(closes).to.deep.equal([{ code: 4429, reason: 'far too many requests' }]);
  });
});
