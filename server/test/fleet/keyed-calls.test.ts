import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { type Answer, Caller } from '../attacks/caller.ts';
import { DRIVER_KEY, type Fleet, OTHER_KEY } from './fleet.ts';
import { useFleet } from './use-fleet.ts';

const SLOW_MS = 400;
type Called = Answer<{ structuredContent: JsonObject; _meta?: JsonObject }>;

describe('calls of a tool that must not run twice, under an idempotency key', () => {
  const open = useFleet();
  let fleet: Fleet;
  let ada: Caller;
  beforeEach(async () => {
    fleet = await open();
    await fleet.worker('ada');
    ada = await enter();
  });
  afterEach(() => ada.cut());

  const enter = (key = DRIVER_KEY): Promise<Caller> => Caller.open(fleet, { key });
  const call = (caller: Caller, id: number, { ms = 1, key = 'the key', tool = 'fleet_once', meta = {} } = {}) => {
    const _meta = { idempotencyKey: key, ...meta };
    return caller.ask('tools/call', { name: tool, arguments: { id, ms }, _meta }) as Promise<Called>;
  };
  const started = async (): Promise<number> => (await fleet.runs()).filter(({ what }) => what === 'start').length;
  /** The gateway has it on disk, and the worker has begun. */
  const hasStarted = async (count: number): Promise<void> => {
    for (let look = 0; look < 500 && (await started()) < count; look++) await ada.ask('ping');
    expect(await started()).to.equal(count);
  };

  /** A worker has to find its way back to a gateway that was restarted. */
  const isOffered = async (tool: string): Promise<void> => {
    const names = async () => (await ada.ask<{ tools: { name: string }[] }>('tools/list')).result.tools;
    while (!(await names()).some(({ name }) => name === tool)) await ada.ask('ping');
  };

  it('run once and give the same answer, asked for one after the other and at the same time', async () => {
    const answers = await Promise.all([0, 1, 2].map(() => call(ada, 1, { ms: SLOW_MS })));
    const bob = await enter();
    answers.push(await call(bob, 1, { ms: SLOW_MS }));
    bob.cut();
    for (const { result } of answers) expect(result.structuredContent).to.deep.equal({ id: 1, worker: 'ada' });
    expect(answers.map(({ result }) => result._meta?.replayed)).to.deep.equal([undefined, true, true, true]);
    expect(await started()).to.equal(1);
  });

  it('go on when their connection is lost, and are answered when their caller comes back', async () => {
    void call(ada, 2, { ms: SLOW_MS }).catch(() => {});
    await hasStarted(1);
    ada.cut();
    ada = await enter();
    expect((await call(ada, 2, { ms: SLOW_MS })).result.structuredContent).to.deep.equal({ id: 2, worker: 'ada' });
    expect((await fleet.runs()).map(({ what }) => what)).to.deep.equal(['start', 'end']);
  });

  it('end with their connection when their caller says goodbye', async () => {
    void call(ada, 3, { ms: 60_000 }).catch(() => {});
    await hasStarted(1);
    ada.socket.close(1000);
    await ada.closed;
    ada = await enter();
    expect((await call(ada, 3, { ms: 60_000 })).error.data).to.include({ name: 'CANCELLED', maybeExecuted: true });
  });

  it('are answered with what is on disk after kill -9, and not run again when they were running', async () => {
    const ended = await call(ada, 4, { key: 'ended' });
    void call(ada, 5, { key: 'running', ms: 60_000 }).catch(() => {});
    void call(ada, 6, { key: 'twice is fine', ms: 2_000, tool: 'fleet_repeatable' }).catch(() => {});
    await hasStarted(3);
    ada.cut();
    await fleet.killGateway();
    await fleet.startGateway();
    ada = await enter();
    await isOffered('fleet_once');
    expect((await call(ada, 4, { key: 'ended' })).result.structuredContent).to.deep.equal(
      ended.result.structuredContent,
    );
    const lost = await call(ada, 5, { key: 'running', ms: 60_000 });
    expect(lost.error.data).to.include({ name: 'CONFLICT', retryable: false, maybeExecuted: true });
    expect((await call(ada, 5, { key: 'running', ms: 1 })).error.data.name).to.equal('IDEMPOTENCY_MISMATCH');
    const again = await call(ada, 6, { key: 'twice is fine', ms: 2_000, tool: 'fleet_repeatable' });
    expect(again.result.structuredContent).to.deep.equal({ id: 6, worker: 'ada' });
    const ids = (await fleet.runs()).filter(({ what }) => what === 'start').map(({ id }) => id);
    expect(ids.sort()).to.deep.equal([4, 5, 6, 6]);
  });

  it('are others for another caller, and refused with other arguments', async () => {
    const bob = await enter(OTHER_KEY);
    const [mine, others] = [await call(ada, 7), await call(bob, 8)];
    expect([mine.result.structuredContent.id, others.result.structuredContent.id]).to.deep.equal([7, 8]);
    expect(others.result._meta).to.equal(undefined);
    expect((await call(bob, 7)).error).to.include({ code: 4221 });
    expect(await started()).to.equal(2);
    bob.cut();
  });

  it('have a deadline each', async () => {
    const patient = call(ada, 9, { ms: SLOW_MS });
    const hasty = await call(ada, 9, { ms: SLOW_MS, meta: { deadlineMs: 20 } });
    expect(hasty.error.data).to.include({ name: 'DEADLINE_EXCEEDED', maybeExecuted: true, retryable: true });
    expect((await patient).result.structuredContent).to.deep.equal({ id: 9, worker: 'ada' });
    expect(await started()).to.equal(1);
  });
});
