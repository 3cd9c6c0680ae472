import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AssetPort, JsonObject, ProgressReport } from '@callsheet/protocol';
import { expect } from 'chai';
import type { AssetOwner } from '../../src/host/asset-store-for.ts';
import { type CallFrame, contextForCall, contextForJob, type HostParts } from '../../src/host/context.ts';
import { ScratchRoom } from '../../src/host/scratch.ts';
import type { JobRun } from '../../src/jobs/job-work.ts';
import { FakeClock } from '../fake-clock.ts';
import { ada, reasonOf } from '../jobs/house.ts';
import { keptLog } from '../kept-log.ts';
import { useTempDir } from '../temp-dir.ts';

const port = {} as AssetPort;
const drawing = { tool: 'draw', requestId: 'req_1' };
const echoing = { tool: 'echo', requestId: 'req_2' };
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('tool context', () => {
  const directory = useTempDir();
  const frame = (): CallFrame => ({
    ...{ principal: ada, project: 'film', trace: { traceparent: '00-1' }, dryRun: true, deadline: 5_000 },
    signal: new AbortController().signal,
  });

  function host() {
    const owners: AssetOwner[] = [];
    const calls: [string, JsonObject, CallFrame][] = [];
    const lines: [JsonObject, string][] = [];
    const parts: HostParts & { clock: FakeClock } = {
      assets: {
        for(owner) {
          owners.push(owner);
          return port;
        },
      },
      scratch: new ScratchRoom(join(directory(), 'scratch'), keptLog()),
      async call(tool, args, inherited) {
        calls.push([tool, args, inherited]);
        return 'answer';
      },
      log: { ...keptLog(), warn: (fields, message) => void lines.push([fields, message]) },
      clock: new FakeClock(),
    };
    return { ...parts, owners, calls, lines };
  }

  const run = (memo: JobRun['memo'] = (_key, produce) => produce()): JobRun => ({
    traceparent: undefined,
    job: {
      ...{
        n: 1,
        id: 'job_1',
        principal: ada,
        tool: 'create_video',
        project: 'film',
        priority: 5,
        status: 'in_progress',
      },
      ...{ attempt: 2, refused: 0, lastSeq: 2, progress: 0, createdAt: 0 },
      terms: { role: 'user', scopes: [], trace: { tracestate: 'a=b' }, dryRun: false },
    },
    ...{ signal: new AbortController().signal, deadline: 9_000, progress: () => {}, memo },
  });

  it('of a call binds files to caller and project, and says what the frame says', async () => {
    const house = host();
    const inherited = frame();
    const { context } = contextForCall(house, { ...inherited, ...drawing });
    expect(context).to.include(inherited);
    expect(context.assets).to.equal(port);
    expect(house.owners).to.deep.equal([{ principal: ada, project: 'film', signal: inherited.signal }]);
    expect(await context.memo('a', () => Promise.resolve(1))).to.equal(1);
    expect(await context.memo('a', () => Promise.resolve(2)), 'a call remembers nothing').to.equal(2);
  });

  it('of a job binds files to the job too, and remembers through the ledger', async () => {
    const house = host();
    const { context } = contextForJob(
      house,
      run(() => Promise.resolve('remembered' as never)),
    );
    expect(context.assets).to.equal(port);
    expect(house.owners[0]).to.deep.include({ principal: ada, project: 'film', jobId: 'job_1' });
    expect(context).to.deep.include({ trace: { tracestate: 'a=b' }, dryRun: false, deadline: 9_000 });
    expect(await context.memo('a', () => Promise.resolve('new'))).to.equal('remembered');
  });

  it('sends a nested call down the same road, as the same caller, under the same bounds', async () => {
    const house = host();
    const inherited = frame();
    const { context } = contextForCall(house, { ...inherited, ...drawing });
    expect(await context.call('paint', { a: 1 })).to.equal('answer');
    expect(house.calls).to.have.length(1);
    const [tool, args, { signal, ...passedOn }] = house.calls[0] ?? expect.fail();
    expect([tool, args]).to.deep.equal(['paint', { a: 1 }]);
    expect({ ...passedOn, signal: inherited.signal }).to.deep.equal(inherited);
    expect(signal.aborted).to.equal(false);
  });

  it('says in every log line whose it is, and a tool cannot pretend otherwise', () => {
    const house = host();
    contextForJob(house, run()).context.log.warn({ jobId: 'job_2', frame: 7 }, 'slow');
    const trace = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
    const spoofing = { requestId: 'req_9', traceId: 'another', tool: 'paint' };
    contextForCall(house, { ...frame(), trace, ...drawing }).context.log.warn({ ...spoofing, frame: 8 }, 'slower');
    contextForCall(house, { ...frame(), ...drawing }).context.log.warn({}, 'slowest');
    expect(house.lines).to.deep.equal([
      [{ jobId: 'job_1', attempt: 2, tool: 'create_video', frame: 7 }, 'slow'],
      [{ tool: 'draw', requestId: 'req_1', traceId: TRACE, frame: 8 }, 'slower'],
      [{ tool: 'draw', requestId: 'req_1' }, 'slowest'],
    ]);
  });

  it('passes every level of the log on', () => {
    const log = keptLog();
    const { context } = contextForCall({ ...host(), log }, { ...frame(), ...drawing });
    for (const level of ['debug', 'info', 'warn', 'error'] as const) context.log[level]({}, level);
    expect(log.lines).to.deep.equal(['debug', 'info', 'warn', 'error']);
  });

  it('thins the progress of a call, and tells the last one before it is over', async () => {
    const house = host();
    const told: ProgressReport[] = [];
    const hosted = contextForCall(house, {
      ...frame(),
      ...drawing,
      onProgress: (report) => told.push(report),
    });
    const { context } = hosted;
    for (const fraction of [0.1, 0.2, 0.3]) context.progress({ stage: 'a', fraction });
    await hosted.settle();
    context.progress({ stage: 'late', fraction: 1 });
    expect(told.map(({ fraction }) => fraction)).to.deep.equal([0.1, 0.3]);
    contextForCall(house, { ...frame(), ...drawing }).context.progress({ stage: 'nobody listens', fraction: 0 });
  });

  it('makes one private directory when it is asked for, and removes it when the call settles', async () => {
    const house = host();
    const hosted = contextForCall(house, { ...frame(), ...drawing });
    const { context } = hosted;
    expect(existsSync(join(directory(), 'scratch'))).to.equal(false);
    const [first, second] = await Promise.all([context.scratch(), context.scratch()]);
    expect(second).to.equal(first);
    writeFileSync(join(first, 'frame.raw'), 'x');
    await hosted.settle();
    expect(existsSync(first)).to.equal(false);
    expect(await reasonOf(context.scratch())).to.include({ errorName: 'CONFLICT' });
  });

  it('settles even when no directory could be made', async () => {
    writeFileSync(join(directory(), 'scratch'), 'a file in the way');
    const hosted = contextForJob(host(), run());
    const { context } = hosted;
    expect(await reasonOf(context.scratch())).to.be.an('error');
    await hosted.settle();
  });

  it('sweeps what killed processes left', async () => {
    const root = join(directory(), 'scratch');
    mkdirSync(join(root, 'call-old', 'deep'), { recursive: true });
    writeFileSync(join(root, 'call-old', 'deep', 'x'), 'x');
    const room = new ScratchRoom(root, keptLog());
    await room.sweep();
    expect(readdirSync(root)).to.deep.equal([]);
    await new ScratchRoom(join(directory(), 'nowhere'), keptLog()).sweep();
  });

  it('says so when temporary files cannot be removed, and goes on', async () => {
    const log = keptLog();
    await new ScratchRoom(directory(), log).remove('\0');
    expect(log.lines).to.deep.equal(['could not remove temporary files']);
  });

  it('ends the calls a tool made and did not wait for, and lets it make no more', async () => {
    const parts = host();
    const hosted = contextForCall(parts, { ...frame(), ...echoing });
    const { call } = hosted.context;
    for (const name of ['one', 'two']) await call(name, {});
    const signals = parts.calls.map(([, , { signal }]) => signal);
    expect(signals.map(({ aborted }) => aborted)).to.deep.equal([false, false]);
    await hosted.settle();
    expect(signals.map(({ aborted }) => aborted)).to.deep.equal([true, true]);
    expect(await reasonOf(call('three', {}))).to.include({ errorName: 'CANCELLED' });
    expect(parts.calls).to.have.lengthOf(2);
  });

  it('ends the calls a tool made when its own is not wanted any more, for the same reason', async () => {
    const parts = host();
    const controller = new AbortController();
    const { context } = contextForCall(parts, { ...frame(), ...echoing, signal: controller.signal });
    await context.call('one', {});
    controller.abort('not wanted');
    await context.call('two', {});
    expect(parts.calls.map(([, , { signal }]) => signal.reason)).to.deep.equal(['not wanted', 'not wanted']);
  });

  it('may be taken apart by a tool', async () => {
    const parts = host();
    const hosted = contextForCall(parts, { ...frame(), ...echoing });
    const { progress, memo, scratch, call } = hosted.context;
    progress({ stage: 'work', fraction: 0.5 });
    expect(await memo('key', async () => 'made')).to.equal('made');
    expect(existsSync(await scratch())).to.equal(true);
    expect(await call('other', {})).to.equal('answer');
    await hosted.settle();
  });
});
