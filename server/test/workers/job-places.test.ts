import { Cluster, type EndpointCall, type WorkerLink } from '@callsheet/discovery';
import { CallError, type Json, type Tool } from '@callsheet/protocol';
import { expect } from 'chai';
import type { EmbeddedEngine } from '../../src/engine/embedded/engine.ts';
import { openEmbeddedEngine } from '../../src/engine/embedded/open.ts';
import { JobEvents } from '../../src/jobs/events.ts';
import type { JobTool } from '../../src/jobs/job-tool.ts';
import { type JobRequest, Ledger } from '../../src/jobs/ledger.ts';
import { JobRunner } from '../../src/jobs/runner.ts';
import { WorkerPlaces } from '../../src/workers/job-places.ts';
import { rowOf, serveOwnTools } from '../../src/workers/own-tools.ts';
import { FakeClock } from '../fake-clock.ts';
import { ada, heldTool, hostRun, rest, steadyBytes, until } from '../jobs/house.ts';
import { keptLog } from '../kept-log.ts';

const schema = { type: 'object', additionalProperties: false, properties: {} } as const;
const facts = { version: '1.0.0', slots: 1, tags: [], epoch: 1 };

/** A link whose calls the test ends. */
class HeldLink implements WorkerLink {
  readonly calls: { call: EndpointCall; answer: (result: Json) => void; fail: (error: CallError) => void }[] = [];

  call(call: EndpointCall): Promise<Json> {
    return new Promise((answer, fail) => this.calls.push({ call, answer, fail }));
  }
}

describe('jobs in the slots of a cluster', () => {
  let clock: FakeClock;
  let engine: EmbeddedEngine;
  let cluster: Cluster;
  let runner: JobRunner;
  let events: JobEvents;
  let film: ReturnType<typeof heldTool>;
  let remote: Tool;

  beforeEach(async () => {
    clock = new FakeClock();
    engine = await openEmbeddedEngine({ dataDir: ':memory:', log: keptLog() });
    cluster = new Cluster({ clock, random: () => 0.5, log: keptLog() });
    film = heldTool('film', { input: schema, output: schema, timeoutMs: 60_000 });
    remote = heldTool('voice', { input: schema, output: schema, timeoutMs: 60_000 });
    open();
    await runner.start();
  });

  afterEach(async () => {
    let closed = false;
    void runner.close().then(() => {
      closed = true;
    });
    await until(() => {
      clock.advance(10_000);
      return closed;
    });
    events.close();
    cluster.close();
    engine.close();
  });

  function open(): void {
    const ownWorker = serveOwnTools(cluster.registry, [film]);
    const ledger = new Ledger(engine, { clock, random: steadyBytes() });
    runner = new JobRunner({
      ...{ ledger, clock, log: keptLog(), clean: (told) => told, contextFor: hostRun },
      slots: { cpu: 1, network: 1 },
      places: new WorkerPlaces(cluster, ownWorker),
      tools: known,
    });
    events = new JobEvents(ledger, { log: keptLog() });
  }

  function known(name: string): JobTool | undefined {
    const offered = cluster.registry.catalogue.find(name)?.tool;
    if (offered === undefined) return undefined;
    const { timeoutMs, idempotentHint: idempotent } = offered.annotations;
    return { name, timeoutMs, idempotent, schemaHash: offered.schemaHash, accept: () => {} };
  }

  function join(
    instanceId: string,
    tools: readonly Tool[],
    tags: readonly string[] = [],
  ): { link: HeldLink; leave: () => void; id: string } {
    const link = new HeldLink();
    const rows = tools.map(rowOf);
    const lease = cluster.registry.register({ ...facts, tags, instanceId, name: instanceId }, rows, link, {
      heartbeats: false,
    });
    lease.renew();
    return { link, id: lease.workerId, leave: () => lease.release('goodbye') };
  }

  const submit = async (tool: string, more: Partial<JobRequest> = {}): Promise<string> =>
    (await runner.submit({ principal: ada, tool, args: {}, project: 'p', ...more })).jobId;

  it('go to a worker first, then to this process, and wait for the next that is free', async () => {
    const { link } = join('worker-one-of-two', [film]);
    const ids = [await submit('film'), await submit('film'), await submit('film')];
    await until(() => link.calls.length === 1 && film.runs.length === 1);
    expect(link.calls[0]?.call.job).to.deep.equal({ id: ids[0], attempt: 1 });
    expect(runner.get(ada, ids[2] ?? '').status).to.equal('queued');
    link.calls[0]?.answer({});
    await until(() => link.calls.length === 2);
    link.calls[1]?.answer({});
    film.runs[0]?.answer({});
    await until(() => ids.every((id) => runner.get(ada, id).status === 'completed'));
  });

  it('that say a tag run at workers with that tag and nowhere else', async () => {
    const plain = join('worker-without-tag', [film]);
    const tagged = join('worker-with-a-tag', [film], ['gpu']);
    const ids: string[] = [];
    for (let n = 0; n < 2; n++) ids.push(await submit('film', { route: { tags: ['gpu'] } }));
    const here = await submit('film', { route: { tags: ['gateway'] } });
    await until(() => tagged.link.calls.length === 1 && film.runs.length === 1);
    expect(runner.get(ada, here).status).to.equal('in_progress');
    await submit('film');
    await until(() => plain.link.calls.length === 1);
    plain.link.calls[0]?.answer({});
    film.runs[0]?.answer({});
    await until(() => runner.get(ada, here).status === 'completed');
    expect(plain.link.calls).to.have.length(1);
    expect(film.runs).to.have.length(1);
    tagged.link.calls[0]?.answer({});
    await until(() => tagged.link.calls.length === 2);
    expect(tagged.link.calls.map(({ call }) => call.job?.id)).to.deep.equal(ids);
  });

  it('begin when a worker of their tool joins', async () => {
    const first = join('worker-that-leaves', [remote]);
    const ids = [await submit('voice'), await submit('voice')];
    await until(() => first.link.calls.length === 1);
    first.leave();
    first.link.calls[0]?.fail(new CallError('UPSTREAM_ERROR', 'lost', { maybeExecuted: true }));
    await rest();
    expect(ids.map((id) => runner.get(ada, id).status)).to.deep.equal(['queued', 'queued']);
    const next = join('worker-that-comes', [remote]);
    await until(() => next.link.calls.length === 1);
    expect(next.link.calls[0]?.call.job).to.deep.equal({ id: ids[0], attempt: 2 });
  });

  it('are stopped at their time limit, and the worker is to blame', async () => {
    const { link } = join('worker-that-hangs', [remote]);
    const id = await submit('voice');
    await until(() => link.calls.length === 1);
    let told: CallError | undefined;
    link.calls[0]?.call.onAbort((reason) => {
      told = reason;
    });
    clock.advance(60_000);
    await until(() => runner.get(ada, id).status === 'failed');
    expect(runner.get(ada, id).error?.message).to.equal('The tool "voice" did not finish within 60000 ms');
    expect(told).to.include({ errorName: 'DEADLINE_EXCEEDED' });
    link.calls[0]?.answer({});
    await rest();
  });

  it('keep their slot of this process while a tool that was stopped goes on, for its grace', async () => {
    const id = await submit('film');
    await until(() => film.runs.length === 1);
    await submit('film');
    await runner.cancel(ada, id);
    await rest();
    expect(film.runs).to.have.length(1);
    clock.advance(5_000);
    await until(() => film.runs.length === 2);
  });

  it('go on at a worker that comes back, even beyond its slots', async () => {
    const { link, id: workerId } = join('worker-that-stays', [remote]);
    const id = await submit('voice');
    await until(() => link.calls.length === 1);
    await runner.drain(0);
    events.close();
    open();
    await runner.start();
    let deliver: (answer: Json) => void = () => {};
    const run = (): Promise<Json> =>
      new Promise((resolve) => {
        deliver = resolve;
      });
    const job = { id, attempt: 1 };
    expect(runner.returned(workerId, [{ job, run }])).to.deep.equal([job]);
    await submit('voice');
    await rest();
    expect(link.calls, 'no free slot').to.have.length(1);
    deliver({});
    link.calls[0]?.answer({});
    await until(() => runner.get(ada, id).status === 'completed');
    await until(() => link.calls.length === 2);
  });
});
