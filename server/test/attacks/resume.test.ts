import type { JobView, JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { Caller, type CallerOptions } from './caller.ts';
import { CuttingProxy } from './cutting-proxy.ts';
import { makeKey } from './operator.ts';
import { BOB, MALLORY, type Target, useTarget } from './target.ts';
import { tokenWith } from './wrong-credentials.ts';

interface Opened {
  readonly sessionId: string;
  readonly resumeToken: string;
  readonly resumed: boolean;
  readonly received: number;
}

/** Opens a session one can come back to, or comes back to one. */
async function open(caller: Caller, resume?: object, more: object = {}): Promise<Opened> {
  const capabilities = { resume: true, ...more };
  const { error, result } = await caller.ask<Opened & JsonObject>('session/open', {
    capabilities,
    ...(resume && { resume }),
  });
  expect(error).to.equal(undefined);
  return result;
}

const wish = ({ sessionId, resumeToken }: Opened, lastSeq = 0): object => ({ sessionId, resumeToken, lastSeq });

describe('attacks on sessions that can be come back to', () => {
  const target = useTarget();
  useBystander(target);
  const come = (options: CallerOptions = { key: BOB }): Promise<Caller> => Caller.open(target(), options);

  it('find an honest return taken, so that the rest means something', async () => {
    const first = await come();
    const opened = await open(first);
    expect([opened.resumed, typeof opened.resumeToken]).to.deep.equal([false, 'string']);
    first.cut();
    const second = await come();
    expect(await open(second, wish(opened))).to.include({ resumed: true, sessionId: opened.sessionId, received: 0 });
    expect((await second.ask('ping')).result).to.deep.equal({});
    second.cut();
  });

  it('get nothing for a session id alone, nor for a token that is wrong, another one’s or made longer', async () => {
    const owner = await come();
    const opened = await open(owner);
    const other = await open(await come());
    for (const resumeToken of [
      'x',
      `rsm_${'A'.repeat(43)}`,
      other.resumeToken,
      `${opened.resumeToken}A`,
      opened.sessionId,
    ]) {
      const thief = await come();
      expect((await open(thief, { ...wish(opened), resumeToken })).resumed, resumeToken).to.equal(false);
      thief.cut();
    }
    for (const sessionId of ['x', '__proto__', other.sessionId]) {
      const thief = await come();
      expect((await open(thief, { ...wish(opened), sessionId })).resumed, sessionId).to.equal(false);
      thief.cut();
    }
    expect((await owner.ask('ping')).result, 'the owner').to.deep.equal({});
    owner.cut();
  });

  it('get nothing for a good token under another name: the caller is asked again, and the owner comes back', async () => {
    const owner = await come();
    const opened = await open(owner);
    const running = owner.call('diagnostics_echo', { value: 'for the owner' });
    await running;
    owner.cut();
    for (const key of [MALLORY, tokenWith()]) {
      const thief = await come({ key });
      const answer = await open(thief, wish(opened));
      expect([answer.resumed, answer.sessionId === opened.sessionId]).to.deep.equal([false, false]);
      await thief.ask('ping');
      expect(thief.frames.join(), 'what a thief hears').to.not.contain('for the owner');
      thief.cut();
    }
    const stranger = await come({});
    expect((await stranger.ask('session/open', { resume: wish(opened) })).error.code).to.equal(4010);
    const back = await come();
    const heard = back.answerTo('ask-2');
    expect((await open(back, wish(opened))).resumed).to.equal(true);
    expect((await heard).result).to.deep.equal({ structuredContent: { value: 'for the owner' } });
    back.cut();
  });

  it('get nothing for a token that was used', async () => {
    const first = await come();
    const opened = await open(first);
    const second = await come();
    const again = await open(second, wish(opened));
    expect(again.resumed).to.equal(true);
    expect(again.resumeToken).to.not.equal(opened.resumeToken);
    const third = await come();
    expect((await open(third, wish(opened))).resumed).to.equal(false);
    expect((await second.ask('ping')).result, 'who came back honestly').to.deep.equal({});
    for (const caller of [first, second, third]) caller.cut();
  });

  it('get nothing for numbers that were never reached, and for those that are none', async () => {
    const opened = await open(await come());
    const caller = await come();
    expect((await open(caller, wish(opened, 5))).resumed).to.equal(false);
    for (const lastSeq of [-1, 0.5, '0', null]) {
      const odd = await come();
      expect((await odd.ask('session/open', { resume: wish(opened, lastSeq as number) })).error.code).to.equal(-32602);
      odd.cut();
    }
    caller.cut();
  });

  it('take over a connection that is still open: the old one closes with 4409 and hears no more', async () => {
    const first = await come();
    const opened = await open(first);
    const sleep = { name: 'diagnostics_sleep', arguments: { ms: 150 } };
    first.send({ jsonrpc: '2.0', id: 'long', method: 'tools/call', params: sleep });
    await first.ask('ping');
    const second = await come();
    const late = second.answerTo('long');
    expect((await open(second, wish(opened, 1))).resumed).to.equal(true);
    expect((await first.closed).code).to.equal(4409);
    expect((await late).result).to.have.property('structuredContent');
    expect(first.frames.some((frame) => frame.includes('"long"'))).to.equal(false);
    second.cut();
  });

  it('do not outlive a revocation: a session that waits for its client ends with the key it came by', async () => {
    const one = await makeKey(target());
    const other = await makeKey(target(), { principal: `key:${one.kid}` });
    const [first, staying] = [await come({ key: one.key }), await come({ key: one.key })];
    const opened = await open(first);
    first.cut();
    await one.revoke();
    await staying.closed;
    const back = await come({ key: other.key });
    expect((await open(back, wish(opened))).resumed).to.equal(false);
    back.cut();
  });

  it('cannot make the gateway keep more than its bound: who stays away too long is told so, and nothing is made up', async () => {
    const first = await come();
    const opened = await open(first);
    const blob = { name: 'diagnostics_blob', arguments: { bytes: 300_000 } };
    for (let id = 0; id < 8; id += 1) first.send({ jsonrpc: '2.0', id, method: 'tools/call', params: blob });
    await first.ask('ping');
    first.cut();
    const second = await come();
    expect((await open(second, wish(opened))).resumed).to.equal(false);
    second.cut();
  });

  for (const capabilities of [{}, { coalesce: true }]) {
    const how = 'coalesce' in capabilities ? 'in coalesced frames' : 'message by message';
    it(`lose nothing and run nothing twice over 50 cuts at random bytes, ${how}`, async () => {
      const proxy = await CuttingProxy.before(target().port);
      const { key } = await makeKey(target());
      const { answers, cuts, sent } = await submitThroughCuts(proxy, key, capabilities);
      await proxy.close();
      expect(cuts).to.be.at.least(50);
      expect(answers.size, 'what was answered').to.equal(sent);
      for (const [id, count] of answers) expect(count, `answers to ${id}`).to.equal(1);
      const jobs = await allJobs(target(), key);
      expect(jobs, 'what ran').to.equal(answers.size);
    });
  }
});

/**
 * Submits jobs, each once, while the wire is cut again and again, as a careful client would: it counts what it hears
 * after the opening, says so when it comes back, and sends again what did not arrive.
 *
 * @returns how often each id was answered, and how many jobs were submitted
 */
async function submitThroughCuts(proxy: CuttingProxy, key: string, capabilities: { coalesce?: boolean }) {
  const random = pseudoRandom(7);
  const sent: string[] = [];
  const answers = new Map<string, number>();
  let opened: Opened | undefined;
  let lastSeq = 0;
  const heard = (caller: Caller): JsonObject[] => caller.frames.slice(1).flatMap((text) => JSON.parse(text));
  const comeBack = async (): Promise<Caller> => {
    const caller = await Caller.open(proxy, { key });
    const before = opened;
    opened = await open(caller, before && wish(before, lastSeq), capabilities);
    expect(opened.resumed).to.equal(before !== undefined);
    for (const text of sent.slice(opened.received ?? 0)) caller.send(text);
    return caller;
  };
  const count = (caller: Caller): void => {
    const messages = heard(caller);
    lastSeq += messages.length;
    for (const { id } of messages) answers.set(String(id), (answers.get(String(id)) ?? 0) + 1);
  };
  const submit = (): string => {
    const id = `submit-${sent.length}`;
    const params = { name: 'diagnostics_echo', arguments: { value: id } };
    sent.push(JSON.stringify({ jsonrpc: '2.0', id, method: 'jobs/submit', params }));
    return id;
  };
  let cuts = 0;
  for (; cuts < 50; cuts += 1) {
    const caller = await comeBack();
    proxy.cutAfter(1 + Math.floor(random() * 3_000));
    while (caller.socket.readyState === caller.socket.OPEN) {
      const id = submit();
      const together = capabilities.coalesce === true && random() < 0.5;
      if (together) submit();
      caller.send(together ? `[${sent.slice(-2).join(',')}]` : (sent.at(-1) ?? ''));
      // Some one by one, some all at once.
      if (random() < 0.5) await caller.answerTo(id).catch(() => {});
      else await new Promise((resolve) => setImmediate(resolve));
    }
    await caller.closed;
    count(caller);
  }
  const last = await comeBack();
  while (answers.size + heard(last).length < sent.length) {
    await new Promise((resolve) => last.socket.once('message', resolve));
  }
  count(last);
  last.cut();
  return { answers, cuts, sent: sent.length };
}

async function allJobs(target: Target, key: string): Promise<number> {
  const caller = await Caller.open(target, { key });
  let count = 0;
  let cursor: string | undefined;
  do {
    const params = { limit: 200, ...(cursor !== undefined && { cursor }) };
    const { result } = await caller.ask<{ jobs: JobView[]; nextCursor?: string }>('jobs/list', params);
    count += result.jobs.length;
    cursor = result.nextCursor;
  } while (cursor !== undefined);
  caller.cut();
  return count;
}

/** The same numbers in every run (mulberry32). */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
