import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { ada, admin, bob, closeJobs, heldTool, openJobs, quickTool, reasonOf, rest, statesOf, until } from './house.ts';

describe('job runner', () => {
  afterEach(closeJobs);

  it('runs an accepted job and keeps its result', async () => {
    const echo = quickTool('echo', (args) => Promise.resolve({ said: args.text }));
    const { runner, submit, story } = await openJobs({ tools: [echo] });
    const id = await submit('echo', { args: { text: 'hello' }, project: 'film' });
    expect(id).to.match(/^job_[-\w]{30}$/);
    await until(() => runner.get(ada, id).status === 'completed');
    expect(runner.get(ada, id)).to.deep.equal({
      jobId: id,
      tool: 'echo',
      project: 'film',
      status: 'completed',
      progress: 1,
      attempt: 1,
      createdAt: '2026-11-21T08:00:00.000Z',
      startedAt: '2026-11-21T08:00:00.000Z',
      completedAt: '2026-11-21T08:00:00.000Z',
      lastSeq: 3,
      result: { said: 'hello' },
    });
    expect(statesOf(await story(id))).to.deep.equal(['queued', 'in_progress', 'completed']);
  });

  it('gives the tool who asks, for what, until when', async () => {
    const tool = heldTool('held', { timeoutMs: 5_000 });
    const { clock, submit } = await openJobs({ tools: [tool] });
    await submit('held', { args: { a: 1 }, dryRun: true, trace: { traceparent: '00-1' }, timeoutMs: 4_000 });
    await until(() => tool.runs.length === 1);
    const { args, ctx } = tool.runs[0] ?? expect.fail();
    expect(args).to.deep.equal({ a: 1 });
    expect(ctx).to.deep.include({ principal: ada, project: 'default', dryRun: true, trace: { traceparent: '00-1' } });
    expect(ctx.deadline).to.equal(clock.now() + 4_000);
  });

  it('runs as many at once as there are slots of their kind', async () => {
    const cpu = heldTool('cpu');
    const network = heldTool('network', { slots: 'network' });
    const { runner, submit } = await openJobs({ tools: [cpu, network], slots: { cpu: 1, network: 2 } });
    await Promise.all(['cpu', 'cpu', 'network', 'network', 'network'].map((name) => submit(name)));
    await rest();
    expect([cpu.runs.length, network.runs.length]).to.deep.equal([1, 2]);
    expect(runner.counts()).to.deep.equal({ queued: 2, running: 3 });
    cpu.runs[0]?.answer({});
    await until(() => cpu.runs.length === 2);
    expect(network.runs).to.have.length(2);
  });

  it('starts higher priorities first, and tells each its place', async () => {
    const tool = heldTool('held');
    const { runner, submit } = await openJobs({ tools: [tool] });
    await submit('held', { args: { n: 0 } });
    const low = await submit('held', { args: { n: 1 }, priority: 0 });
    const middle = await submit('held', { args: { n: 2 } });
    const high = await submit('held', { args: { n: 3 }, priority: 9 });
    expect([high, middle, low].map((id) => runner.get(ada, id).queuePosition)).to.deep.equal([1, 2, 3]);
    for (let i = 0; i < 4; i++) {
      await until(() => tool.runs.length === i + 1);
      tool.runs[i]?.answer({});
    }
    expect(tool.runs.map(({ args }) => args.n)).to.deep.equal([0, 3, 2, 1]);
  });

  it('keeps the words of a fault inside, and passes errors of the table on', async () => {
    const faulty = quickTool('faulty', () => Promise.reject(new Error('password is hunter2')));
    const refusing = quickTool('refusing', () => Promise.reject(new CallError('CONTENT_REFUSED', 'no violence')));
    const throwing = quickTool('throwing', () => {
      throw new TypeError('at once');
    });
    const { runner, submit, log } = await openJobs({ tools: [faulty, refusing, throwing] });
    const ids = await Promise.all(['faulty', 'refusing', 'throwing'].map((name) => submit(name)));
    await until(() => ids.every((id) => runner.get(ada, id).status === 'failed'));
    const [fault, refusal, thrown] = ids.map((id) => runner.get(ada, id).error);
    expect(fault?.data).to.deep.include({ name: 'INTERNAL', requestId: `${ids[0]}/1` });
    expect(JSON.stringify(fault)).not.to.contain('hunter2');
    expect(refusal).to.deep.include({ code: 4222, message: 'no violence' });
    expect(thrown?.data?.name).to.equal('INTERNAL');
    expect(log.lines.filter((line) => line === 'the tool threw')).to.have.length(2);
  });

  it('fails a tool whose answer JSON cannot carry, or that is too large', async () => {
    const answers: Record<string, unknown> = { nothing: undefined, big: 1n, huge: 'x'.repeat(2_000), fine: null };
    const tools = Object.entries(answers).map(([name, answer]) => quickTool(name, () => Promise.resolve(answer)));
    const { runner, submit } = await openJobs({ tools, limits: { maxResultBytes: 1_000 } });
    const ids = await Promise.all(tools.map(({ name }) => submit(name)));
    await until(() => ids.every((id) => runner.get(ada, id).completedAt !== undefined));
    const views = ids.map((id) => runner.get(ada, id));
    expect(views.map(({ status }) => status)).to.deep.equal(['failed', 'failed', 'failed', 'completed']);
    expect(views.slice(0, 3).map(({ error }) => error?.code)).to.deep.equal([5021, 5021, 5021]);
    expect(views[3]?.result).to.equal(null);
  });

  it('refuses a tool that is not there', async () => {
    const { submit } = await openJobs({ tools: [] });
    expect(await reasonOf(submit('nope'))).to.include({ errorName: 'TOOL_NOT_FOUND' });
  });

  it('refuses what it could not keep as it is', async () => {
    const { runner, submit } = await openJobs({ tools: [heldTool('held')] });
    const bad = [{ project: '../up' }, { project: 'a\0b' }, { priority: 10 }, { priority: 0.5 }, { timeoutMs: 0 }];
    for (const more of [...bad, { idempotencyKey: '' }, { idempotencyKey: 'k'.repeat(129) }]) {
      const refusal = await reasonOf(submit('held', more));
      expect(refusal, JSON.stringify(more)).to.include({ errorName: 'INVALID_PARAMS' });
    }
    expect(runner.counts().queued + runner.counts().running).to.equal(0);
  });

  it('answers NOT_FOUND for jobs of others, whatever is asked, except to an admin', async () => {
    const tool = heldTool('held');
    const { runner, events, submit } = await openJobs({ tools: [tool] });
    const id = await submit('held');
    expect(() => runner.get(bob, id))
      .to.throw('not yours')
      .with.property('errorName', 'NOT_FOUND');
    expect(() => runner.get(bob, 'job_x'))
      .to.throw()
      .with.property('errorName', 'NOT_FOUND');
    expect(() => events.subscribe(bob, `jobs/${id}`, 0, () => {}))
      .to.throw()
      .with.property('errorName', 'NOT_FOUND');
    expect(await reasonOf(runner.cancel(bob, id))).to.include({ errorName: 'NOT_FOUND' });
    expect(await reasonOf(runner.retry(bob, id))).to.include({ errorName: 'NOT_FOUND' });
    expect(runner.list(bob).jobs).to.deep.equal([]);
    expect(runner.get(admin, id).jobId).to.equal(id);
    expect((await runner.cancel(admin, id)).status).to.equal('canceled');
  });

  it('lists own jobs newest first, page by page, narrowed', async () => {
    const tool = heldTool('held');
    const other = heldTool('other', { slots: 'network' });
    const { clock, runner, submit } = await openJobs({ tools: [tool, other] });
    const ids: string[] = [];
    for (const name of ['held', 'other', 'held', 'held', 'held']) {
      clock.advance(5);
      ids.unshift(await submit(name, { project: name }));
    }
    await submit('held', { principal: bob });
    const first = runner.list(ada, { limit: 2 });
    const second = runner.list(ada, { limit: 3, ...(first.nextCursor !== undefined && { cursor: first.nextCursor }) });
    expect([...first.jobs, ...second.jobs].map(({ jobId }) => jobId)).to.deep.equal(ids);
    expect(second.nextCursor).to.equal(undefined);
    expect(runner.list(ada, { tool: 'other' }).jobs).to.have.length(1);
    expect(runner.list(ada, { project: 'held', status: 'queued' }).jobs).to.have.length(3);
    expect(runner.list(ada, { tool: 'a\0b' }).jobs).to.deep.equal([]);
    expect(() => runner.list(ada, { cursor: "' OR 1" })).to.throw('nextCursor');
  });

  it('refuses settings that make no sense', async () => {
    const opening = (more: object) => openJobs({ tools: [], ...more }).catch((error: Error) => error.message);
    expect(await opening({ slots: { cpu: 0, network: 1 } })).to.contain('0 cpu slots');
    expect(await opening({ limits: { maxQueued: Number.NaN } })).to.contain('maxQueued = NaN');
  });

  describe('the same key', () => {
    it('means the same job for the same work, also twice in one turn and after it has finished', async () => {
      const tool = heldTool('held');
      const { runner, submit } = await openJobs({ tools: [tool] });
      const more = { idempotencyKey: 'k', args: { a: 1, b: [{ c: null }] } };
      const [first, second] = await Promise.all([
        submit('held', more),
        submit('held', { ...more, args: { b: [{ c: null }], a: 1 } }),
      ]);
      expect(second).to.equal(first);
      await until(() => tool.runs.length > 0);
      tool.runs[0]?.answer({});
      await until(() => runner.get(ada, first).status === 'completed');
      expect(await submit('held', more)).to.equal(first);
      expect(tool.runs).to.have.length(1);
    });

    it('is refused for other work, and free for other callers and other tools', async () => {
      const tool = heldTool('held');
      const other = heldTool('other');
      const { runner, submit } = await openJobs({ tools: [tool, other] });
      const first = await submit('held', { idempotencyKey: 'k', args: { a: 1 } });
      for (const more of [{ args: { a: 2 } }, { args: { a: 1 }, project: 'x' }, { args: { a: 1 }, dryRun: true }]) {
        expect(await reasonOf(submit('held', { idempotencyKey: 'k', ...more }))).to.include({
          errorName: 'IDEMPOTENCY_MISMATCH',
        });
      }
      expect(await submit('held', { idempotencyKey: 'k', principal: bob })).not.to.equal(first);
      expect(await submit('other', { idempotencyKey: 'k' })).not.to.equal(first);
      expect(runner.counts().queued).to.equal(2);
    });
  });

  describe('a full queue', () => {
    it('is answered with OVERLOADED and when to try again, per caller and for all', async () => {
      const tool = heldTool('held');
      const limits = { maxQueued: 3, maxQueuedPerPrincipal: 2 };
      const { runner, submit } = await openJobs({ tools: [tool], limits });
      await submit('held');
      await until(() => tool.runs.length === 1);
      const waiting = await submit('held');
      await submit('held', { idempotencyKey: 'k' });
      const refusal = await reasonOf(submit('held'));
      expect(refusal).to.include({ errorName: 'OVERLOADED' }).with.nested.property('facts.retryAfterMs', 5_000);
      expect(await submit('held', { idempotencyKey: 'k' }), 'a repetition needs no place').to.be.a('string');
      await submit('held', { principal: bob });
      expect(await reasonOf(submit('held', { principal: admin }))).to.include({ errorName: 'OVERLOADED' });
      await runner.cancel(ada, waiting);
      await submit('held', { principal: admin });
    });

    it('does not lose places to jobs that were refused or repeated', async () => {
      const tool = heldTool('held');
      const { submit } = await openJobs({ tools: [tool], limits: { maxQueued: 1 } });
      await submit('held');
      await until(() => tool.runs.length === 1);
      for (let i = 0; i < 3; i++) {
        await reasonOf(Promise.all([submit('held', { idempotencyKey: 'k' }), submit('held', { idempotencyKey: 'k' })]));
      }
      expect(await reasonOf(submit('held'))).to.include({ errorName: 'OVERLOADED' });
    });
  });

  it('tells how long it will take once it knows how long it usually takes', async () => {
    const tool = heldTool('held');
    const { clock, runner, submit } = await openJobs({ tools: [tool] });
    const first = await submit('held');
    expect(runner.get(ada, first).estimatedRemaining).to.equal(undefined);
    await until(() => tool.runs.length === 1);
    clock.advance(10_000);
    tool.runs[0]?.answer({});
    await until(() => runner.get(ada, first).status === 'completed');
    const second = await submit('held');
    const third = await submit('held');
    await until(() => tool.runs.length === 2);
    clock.advance(4_000);
    expect(runner.get(ada, second).estimatedRemaining).to.equal(6);
    expect(runner.get(ada, third)).to.include({ queuePosition: 1, estimatedRemaining: 20 });
  });
});
