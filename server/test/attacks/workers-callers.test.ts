import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { Caller } from './caller.ts';
import { facts, HostileWorker, toolRow, WORKER_KEYS } from './hostile-worker.ts';
import { ADMIN, BOB, MALLORY, useTarget } from './target.ts';

/** Of calls a worker is given here. */
const TURN_MS = 50;

describe('hostile callers of workers', () => {
  const target = useTarget({
    auth: {
      admin_key: ADMIN,
      api_keys: { bob: { key: BOB, role: 'user' }, mallory: { key: MALLORY, role: 'user' }, ...WORKER_KEYS },
    },
  });
  useBystander(target);

  /** Answers everything it is asked, a little later, until it is cut. */
  const serve = async (name: string, slots: number): Promise<HostileWorker> => {
    const worker = await HostileWorker.serving(target(), [toolRow(name)], { slots });
    const answerAll = async (): Promise<void> => {
      const { id } = await worker.asked();
      setTimeout(() => worker.answer(id, {}), TURN_MS);
      await answerAll();
    };
    void answerAll();
    return worker;
  };

  it('that fill all slots of a tool and its line keep nobody else from it', async () => {
    const worker = await serve('crowded', 2);
    const sockets = await Promise.all(Array.from({ length: 4 }, () => Caller.open(target(), { key: MALLORY })));
    let over = false;
    let refused = 0;
    const insist = async (socket: Caller): Promise<void> => {
      while (!over) {
        const { error } = await socket.call('crowded');
        if (error === undefined) continue;
        refused += 1;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const crowd = sockets.flatMap((socket) => Array.from({ length: 60 }, () => insist(socket)));
    while (refused < 100) await sockets[0]?.ask('ping');
    const bob = await Caller.open(target(), { key: BOB });
    for (let call = 0; call < 10; call++) {
      const { error } = await bob.call('crowded');
      expect(error?.message).to.equal(undefined);
    }
    over = true;
    await Promise.all(crowd);
    for (const one of [worker, bob, ...sockets]) one.cut();
  });

  it('may not do what is for workers and operators: register, act for a call, look at or follow the fleet', async () => {
    const worker = await serve('private', 1);
    const bob = await Caller.open(target(), { key: BOB });
    const asks = [
      ['services/register', { worker: facts(), tools: [toolRow('mine')] }],
      ['services/heartbeat', {}],
      ['services/drain', {}],
      ['services/list', {}],
      ['services/explain', { tool: 'private' }],
      ['work/call', { work: 'a', name: 'private' }],
      ['work/recall', { work: 'a', key: 'a' }],
      ['work/remember', { work: 'a', key: 'a', value: 1 }],
      ['work/link', { work: 'a', ref: 'a' }],
      ['events/subscribe', { topic: 'services' }],
    ] as const;
    for (const [method, params] of asks) {
      expect((await bob.ask(method, params)).error?.data.name, method).to.equal('FORBIDDEN');
    }
    const headers = { authorization: `Bearer ${BOB}` };
    expect((await fetch(`${target().httpUrl}/v1/sd/prometheus`, { headers })).status).to.equal(403);
    const stored = await fetch(`${target().httpUrl}/v1/work/assets`, { method: 'PUT', headers, body: 'x' });
    expect(stored.status).to.equal(403);
    for (const one of [worker, bob]) one.cut();
  });

  it('that ask each time for other workers, and give up at once, make a healthy one neither forgotten nor suspect', async () => {
    const worker = await serve('wished', 4);
    const bob = await Caller.open(target(), { key: BOB });
    const ask = (meta: object) => bob.ask('tools/call', { name: 'wished', arguments: {}, _meta: meta });
    for (let turn = 0; turn < 20; turn++) {
      const wishes = Array.from({ length: 50 }, (_, at) => ({
        version: `>=0.${turn}.${at} || ^1`,
        affinity: `${turn}-${at}`,
      }));
      const answers = await Promise.all(wishes.map((route) => ask({ deadlineMs: 1, route })));
      for (const { error } of answers) expect(error.data.name).to.equal('DEADLINE_EXCEEDED');
    }
    expect((await ask({ deadlineMs: 20_000 })).error?.message).to.equal(undefined);
    const admin = await Caller.open(target(), { key: ADMIN });
    const explained = JSON.stringify((await admin.ask('services/explain', { tool: 'wished' })).result);
    expect(explained).to.include('"state":"closed"');
    for (const one of [worker, bob, admin]) one.cut();
  });
});
