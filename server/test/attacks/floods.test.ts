import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { type Answer, Caller } from './caller.ts';
import { ADMIN, BOB, useTarget } from './target.ts';

const sleep = (id: number | string, ms = 600_000): object => ({
  ...{ jsonrpc: '2.0', id, method: 'tools/call' },
  params: { name: 'diagnostics_sleep', arguments: { ms } },
});
const echo = (id: number | string): object => ({
  ...{ jsonrpc: '2.0', id, method: 'tools/call' },
  params: { name: 'diagnostics_echo', arguments: {} },
});
/** The wait a refusal asks for, and as little more as timers can. They may come back a fraction of a millisecond early. */
async function passes(ms: number): Promise<void> {
  const began = performance.now();
  for (let left = ms; left > 0; left = ms - (performance.now() - began)) await pause(Math.ceil(left));
}

describe('attacks by many calls at once', () => {
  const target = useTarget();
  useBystander(target);

  it('takes 64 calls of 500, refuses the others with 4291, and the socket stays', async () => {
    const caller = await Caller.open(target(), { key: BOB });
    const refusals: Promise<Answer>[] = [];
    for (let id = 0; id < 500; id += 1) {
      if (id >= 64) refusals.push(caller.answerTo(id));
      caller.send(sleep(id));
    }
    for (const refusal of await Promise.all(refusals)) {
      expect(refusal.error).to.deep.include({ code: 4291 });
      expect(refusal.error.data).to.include({ name: 'TOO_MANY_IN_FLIGHT', retryable: true });
      expect(refusal.error.data.retryAfterMs).to.be.a('number');
    }
    const cancelled = Array.from({ length: 64 }, (_, id) => caller.answerTo(id));
    for (let id = 0; id < 64; id += 1) {
      caller.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
    }
    expect(new Set((await Promise.all(cancelled)).map(({ error }) => error.code))).to.deep.equal(new Set([4990]));
    expect((await caller.ask('ping')).result).to.deep.equal({});
    caller.cut();
  });

  it('counts the members of a batch: 50 in one frame are 50 calls', async () => {
    const caller = await Caller.open(target(), { key: BOB });
    caller.send(Array.from({ length: 50 }, (_, id) => sleep(id)));
    const refusals = Array.from({ length: 6 }, (_, index) => caller.answerTo(`more ${index + 14}`));
    for (let more = 0; more < 20; more += 1) caller.send(sleep(`more ${more}`));
    for (const refusal of await Promise.all(refusals)) expect(refusal.error.code).to.equal(4291);
    caller.cut();
  });

  it('takes 256 calls of one caller over any number of connections', async () => {
    const callers = await Promise.all(Array.from({ length: 6 }, () => Caller.open(target(), { key: BOB })));
    for (const caller of callers.slice(0, 4)) {
      for (let id = 0; id < 64; id += 1) caller.send(sleep(id));
      // Pings are answered in their turn: everything before has begun.
      if (caller !== callers[3]) await caller.ask('ping').catch(() => {});
    }
    const last = callers[4] ?? (await Caller.open(target(), { key: BOB }));
    await last.ask('ping');
    let code = 0;
    while (code !== 4291) code = (await last.ask('tools/call', { name: 'get_current_time' })).error?.code ?? 0;
    for (const caller of callers) caller.cut();
  });

  it('refuses a second call under an id that is in flight, and settles the first', async () => {
    const caller = await Caller.open(target(), { key: BOB });
    const answers = caller.answerTo(1);
    caller.send(sleep(1, 100));
    caller.send(sleep(1, 100));
    expect((await answers).error.code).to.equal(4090);
    expect((await caller.stray()).result).to.have.property('structuredContent');
    caller.cut();
  });
});

describe('attacks by many calls in a time', () => {
  const target = useTarget({ rate: { calls: 2, window_s: 1, burst: 2, connection: '20/1s+20' } });
  useBystander(target);

  /** What the rate can have let through since then: three at once, and one for each half second. */
  const mostSince = (began: number): number => 3 + Math.floor((performance.now() - began) / 500);

  it('refuses calls beyond the rate with 4290, and takes one after exactly the wait it names', async () => {
    const caller = await Caller.open(target(), { key: BOB });
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 10 }, () => caller.call('diagnostics_echo')));
    expect(answers.slice(0, 3).map(({ error }) => error)).to.deep.equal([undefined, undefined, undefined]);
    let taken = answers.filter(({ error }) => error === undefined).length;
    const refusals = answers.flatMap(({ error }) => error ?? []);
    while (refusals.length === 0) {
      const { error } = await caller.call('diagnostics_echo');
      if (error === undefined) taken += 1;
      else refusals.push(error);
    }
    for (const error of refusals) {
      expect(error).to.include({ code: 4290 });
      expect(error.data).to.include({ name: 'RATE_LIMITED', retryable: true });
      expect(error.data.retryAfterMs).to.be.within(1, 500);
    }
    await passes(refusals.at(-1)?.data.retryAfterMs ?? 0);
    const afterIt = await Promise.all(Array.from({ length: 5 }, () => caller.call('diagnostics_echo')));
    expect(afterIt[0]?.result).to.have.property('structuredContent');
    // One call, not a new burst.
    taken += afterIt.filter(({ error }) => error === undefined).length;
    expect(taken).to.be.at.most(mostSince(began));
    caller.cut();
  });

  it('counts a caller and not a connection: a second one brings nothing', async () => {
    const [one, other] = [await Caller.open(target(), { key: BOB }), await Caller.open(target(), { key: BOB })];
    const began = performance.now();
    let taken = 0;
    for (let call = 0; call < 10; call += 1) {
      for (const caller of [one, other]) {
        if ((await caller.call('diagnostics_echo')).error === undefined) taken += 1;
      }
    }
    expect(taken).to.be.at.most(mostSince(began));
    const admin = await Caller.open(target(), { key: ADMIN });
    expect((await admin.call('diagnostics_echo')).error).to.equal(undefined);
    for (const caller of [one, other, admin]) caller.cut();
  });

  it('counts every member of a batch', async () => {
    const caller = await Caller.open(target(), { key: ADMIN });
    const began = performance.now();
    caller.send(Array.from({ length: 20 }, (_, id) => echo(id)));
    await caller.stray();
    const answers = JSON.parse(caller.frames[0] ?? '') as Answer[];
    expect(answers).to.have.length(20);
    expect(answers.filter(({ error }) => error === undefined).length).to.be.at.most(mostSince(began));
    caller.cut();
  });

  it('counts a submitted job as a call', async () => {
    const caller = await Caller.open(target(), { key: ADMIN });
    const submit = { name: 'diagnostics_echo', arguments: {} };
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 8 }, () => caller.ask('jobs/submit', submit)));
    const refused = answers.filter(({ error }) => error?.code === 4290).length;
    expect(answers.length - refused).to.be.at.most(mostSince(began));
    caller.cut();
  });

  it('refuses requests of any kind beyond the rate of a connection, and closes with 4429 who goes on', async () => {
    const caller = await Caller.open(target(), { key: BOB });
    const refusals = Array.from({ length: 200 }, (_, id) => caller.answerTo(id));
    for (let id = 0; id < 200; id += 1) caller.send({ jsonrpc: '2.0', id, method: 'ping' });
    const last = (await Promise.all(refusals)).at(-1);
    expect(last?.error).to.include({ code: 4290 });
    expect(last?.error.data.details).to.deep.equal({ limit: 'connection' });
    await passes(last?.error.data.retryAfterMs ?? 0);
    expect((await caller.ask('ping')).result, 'after the wait').to.deep.equal({});
    for (let id = 0; id < 3000; id += 1) caller.send({ jsonrpc: '2.0', id: `flood ${id}`, method: 'nothing' });
    expect((await caller.closed).code).to.equal(4429);
  });

  it('counts notifications too', async () => {
    const caller = await Caller.open(target(), { key: BOB });
    const codes = new Set<number | undefined>();
    // Ten requests alone would all be answered.
    for (let round = 0; round < 10; round += 1) {
      for (let sent = 0; sent < 60; sent += 1) caller.send({ jsonrpc: '2.0', method: 'ping' });
      codes.add((await caller.ask('ping')).error?.code);
    }
    expect(codes).to.include(4290);
    caller.cut();
  });
});
