import { CallError, type Json, type ToolContext } from '@callsheet/protocol';
import { expect } from 'chai';
import { attemptMemo } from '../../src/jobs/attempt-memo.ts';
import type { MemoStore } from '../../src/jobs/memo-store.ts';
import { settled } from '../session/talk.ts';
import { ASSET, Asked, Outcome } from './asked.ts';
import { DialledIn, OTHER, refusedWith, workerHouse } from './rig.ts';

/** The memo of an attempt over a store that is a map; `over` once the attempt is. */
function memoOf(stored: Map<string, string>, state = { over: false }): ToolContext['memo'] {
  const store: Pick<MemoStore, 'get' | 'put'> = {
    get: (_job, key) => (stored.has(key) ? (JSON.parse(stored.get(key) ?? '') as Json) : undefined),
    put: async (_job, attempt, key, json) => {
      await Promise.resolve();
      if (state.over)
        throw new CallError('CONFLICT', `Cannot remember "${key}": attempt ${attempt} of this job is over`);
      stored.set(key, json);
    },
  };
  return attemptMemo({
    store: store as MemoStore,
    job: 1,
    attempt: 1,
    interest: { reason: undefined },
    maxBytes: 1_000,
  });
}

async function working(changes: Partial<ToolContext>) {
  const house = workerHouse();
  const worker = new DialledIn(house);
  await worker.register();
  const asked = new Asked(changes);
  const outcome = new Outcome(worker.link.call(asked));
  await settled();
  const work = String(worker.heard('tools/call').at(-1)?.id);
  return { house, worker, asked, outcome, work };
}

describe('a worker that works on a call', () => {
  it('calls another tool through the context of that call', async () => {
    const calls: unknown[] = [];
    const { worker, work } = await working({
      call: async (...called) => {
        calls.push(called);
        return { heard: 'yes' };
      },
    });
    const answer = await worker.ask('work/call', { work, name: 'listen', arguments: { n: 1 } });
    expect(answer).to.deep.equal({ structuredContent: { heard: 'yes' } });
    await worker.ask('work/call', { work, name: 'listen' });
    expect(calls).to.deep.equal([
      ['listen', { n: 1 }],
      ['listen', {}],
    ]);
  });

  it('calls and remembers only so much in all: each may cost money or stay on the disk', async () => {
    let calls = 0;
    const { worker, work } = await working({
      call: async () => ({ calls: ++calls }) as never,
      memo: memoOf(new Map()),
    });
    for (let turn = 0; turn < 10_000; turn += 50) {
      await Promise.all(Array.from({ length: 50 }, () => worker.ask('work/call', { work, name: 'listen' })));
    }
    expect(await refusedWith(worker.ask('work/call', { work, name: 'listen' }))).to.match(/^QUOTA_EXCEEDED/);
    expect(await refusedWith(worker.ask('work/remember', { work, key: 'a', value: 1 }))).to.match(/^QUOTA_EXCEEDED/);
    expect(calls).to.equal(10_000);
    expect(await worker.ask('work/recall', { work, key: 'a' })).to.deep.equal({ found: false });
  });

  it('may give what it was refused as its own reason, and nothing else of the kind', async () => {
    const denied = new CallError('TOOL_DENIED', 'Cannot call "listen": not this role');
    const { worker, work, outcome } = await working({ call: () => Promise.reject(denied) });
    expect(await refusedWith(worker.ask('work/call', { work, name: 'listen' }))).to.match(/^TOOL_DENIED/);
    await worker.talk.say({ jsonrpc: '2.0', id: work, error: denied.toWire() });
    expect(outcome.error?.errorName).to.equal('TOOL_DENIED');
  });

  it('is answered at once when it stops waiting, though the other tool goes on', async () => {
    const { worker, work } = await working({ call: () => new Promise(() => {}) });
    const [, cancelled] = await Promise.all([
      worker.talk.say({ jsonrpc: '2.0', id: 'nested', method: 'work/call', params: { work, name: 'listen' } }),
      worker.talk.say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'nested' } }),
    ]);
    expect(cancelled[0]).to.deep.include({ id: 'nested' });
    expect((cancelled[0] as { error: { code: number } }).error.code).to.equal(4990);
  });

  it('does at most 64 things at once for one call', async () => {
    const { worker, work } = await working({ call: () => new Promise(() => {}) });
    for (let n = 0; n < 64; n++) {
      await worker.talk.say({ jsonrpc: '2.0', id: n, method: 'work/call', params: { work, name: 'listen' } });
    }
    expect(await refusedWith(worker.ask('work/call', { work, name: 'listen' }))).to.match(/^TOO_MANY_IN_FLIGHT/);
    await worker.ask('services/heartbeat');
  });

  it('recalls what is remembered, stores nothing by asking, and is told what was there first', async () => {
    const stored = new Map<string, string>();
    const { worker, work } = await working({ memo: memoOf(stored) });
    const recall = () => worker.ask('work/recall', { work, key: 'script' });
    expect(await recall()).to.deep.equal({ found: false });
    expect(stored.size).to.equal(0);
    const remember = (value: Json) => worker.ask('work/remember', { work, key: 'script', value });
    expect(await remember({ text: 'a' })).to.deep.equal({ value: { text: 'a' } });
    expect(await recall()).to.deep.equal({ found: true, value: { text: 'a' } });
    expect(await remember('too late')).to.deep.equal({ value: { text: 'a' } });
    expect([...stored]).to.deep.equal([['script', '{"text":"a"}']]);
    expect(await worker.ask('work/remember', { work, key: 'nothing', value: null })).to.deep.equal({ value: null });
    expect(await worker.ask('work/recall', { work, key: 'nothing' })).to.deep.equal({ found: true, value: null });
  });

  it('remembers also when it asks in the same moment', async () => {
    const stored = new Map<string, string>();
    const { worker, work } = await working({ memo: memoOf(stored) });
    const say = (id: number, method: string, more = {}) =>
      worker.talk.conversation.receive(
        JSON.stringify({ jsonrpc: '2.0', id, method, params: { work, key: 'k', ...more } }),
      );
    say(1, 'work/recall');
    say(2, 'work/remember', { value: 7 });
    say(3, 'work/recall');
    say(4, 'work/remember', { value: 8 });
    await settled();
    await settled();
    const answers = worker.talk.frames.map((frame) => JSON.parse(frame)).filter(({ id }) => typeof id === 'number');
    const byId = new Map(answers.map(({ id, result }) => [id, result]));
    expect(byId.get(1)).to.deep.equal({ found: false });
    expect([byId.get(2), byId.get(4)]).to.deep.equal([{ value: 7 }, { value: 7 }]);
    expect(stored.get('k')).to.equal('7');
  });

  it('remembers nothing when the attempt is over, nor outside a job', async () => {
    const state = { over: false };
    const { worker, work } = await working({ memo: memoOf(new Map(), state) });
    state.over = true;
    expect(await refusedWith(worker.ask('work/remember', { work, key: 'k', value: 1 }))).to.match(
      /^CONFLICT: .*is over/,
    );
    expect(await refusedWith(worker.ask('work/recall', { work, key: 'a\0b' }))).to.match(/^INVALID_PARAMS/);
    const plain = await working({ memo: (_key, produce) => produce() });
    expect(await plain.worker.ask('work/remember', { work: plain.work, key: 'k', value: 1 })).to.deep.equal({
      value: 1,
    });
    expect(await plain.worker.ask('work/recall', { work: plain.work, key: 'k' })).to.deep.equal({ found: false });
  });

  it('is given a link to a file its caller may read, without anything being opened', async () => {
    let begun = false;
    const stream = (async function* () {
      begun = true;
      yield new Uint8Array();
    })();
    const refs: string[] = [];
    const { worker, work } = await working({
      assets: {
        put: () => Promise.reject(new Error('not asked for')),
        url: () => Promise.reject(new Error('not asked for')),
        open: async (ref) => {
          refs.push(ref);
          if (ref !== 'asset:ast_1') throw new CallError('NOT_FOUND', 'Cannot read the file');
          return { asset: ASSET, stream };
        },
      },
    });
    const answer = await worker.ask('work/link', { work, ref: 'asset:ast_1' });
    expect(answer).to.deep.equal({ url: ASSET.url, asset: ASSET });
    expect(await refusedWith(worker.ask('work/link', { work, ref: 'ast_2' }))).to.match(/^NOT_FOUND/);
    expect([refs, begun]).to.deep.equal([['asset:ast_1', 'ast_2'], false]);
  });

  it('cannot use a call of another worker, one it was never asked, nor one that is over', async () => {
    const { house, worker, work, asked } = await working({ call: async () => 'served' });
    const thief = new DialledIn(house, OTHER);
    await thief.register({ instanceId: 'instance-of-the-thief' });
    const stranger = new DialledIn(house);
    const ask = (who: DialledIn, id: string) => refusedWith(who.ask('work/call', { work: id, name: 'listen' }));
    expect(await ask(thief, work)).to.match(/^NOT_FOUND: .*no such call is in flight on this connection/);
    expect(await ask(worker, 'never-asked')).to.match(/^NOT_FOUND/);
    expect(await ask(stranger, work)).to.match(/^CONFLICT/);
    asked.abort(new CallError('CANCELLED', 'the caller left'));
    expect(await ask(worker, work), 'unwanted').to.match(/^NOT_FOUND/);
    await worker.answer(work, 'done');
    expect(await ask(worker, work), 'answered').to.match(/^NOT_FOUND/);
  });
});
