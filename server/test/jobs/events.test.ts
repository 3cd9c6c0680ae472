import { expect } from 'chai';
import type { TopicEvent } from '../../src/jobs/events.ts';
import { ada, bob, closeJobs, heldTool, openJobs, rest, until } from './house.ts';

describe('job events', () => {
  afterEach(closeJobs);

  async function house() {
    const tool = heldTool('held');
    const jobs = await openJobs({ tools: [tool], slots: { cpu: 8, network: 1 } });
    /** Runs one job from end to end, with a number of progress events. */
    const runOne = async (progress = 0): Promise<string> => {
      const id = await jobs.submit('held');
      await until(() => jobs.runner.get(ada, id).status === 'in_progress');
      const run = tool.runs.at(-1) ?? expect.fail();
      for (let i = 1; i <= progress; i++) {
        jobs.clock.advance(250);
        run.ctx.progress({ stage: 'work', fraction: i / (progress + 1) });
      }
      run.answer({ video: 'v.mp4' });
      await until(() => jobs.runner.get(ada, id).status === 'completed');
      return id;
    };
    return { ...jobs, tool, runOne };
  }
  const numbers = (events: readonly TopicEvent[]) => events.map(({ seq }) => seq);
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  it('replay a job from its beginning, then go on live, without gap or repetition', async () => {
    const { events, tool, submit } = await house();
    const id = await submit('held');
    await until(() => tool.runs.length === 1);
    const seen: TopicEvent[] = [];
    events.subscribe(ada, `jobs/${id}`, 0, (event) => void seen.push(event));
    tool.runs[0]?.ctx.progress({ stage: 'script', fraction: 0.25, message: 'writing' });
    await until(() => seen.length === 3);
    tool.runs[0]?.answer({ ok: true });
    await until(() => seen.length === 4);
    expect(numbers(seen)).to.deep.equal([1, 2, 3, 4]);
    expect(seen[2]).to.deep.equal({
      topic: `jobs/${id}`,
      seq: 3,
      at: '2026-11-21T08:00:00.000Z',
      data: { type: 'progress', jobId: id, progress: 0.25, stage: 'script', message: 'writing' },
    });
    const last = seen[3]?.data;
    expect(last).to.have.nested.property('job.status', 'completed');
    expect(last).to.have.deep.nested.property('job.result', { ok: true });
  });

  it('tell each state as it was then, not as it is now', async () => {
    const { runner, runOne, story } = await house();
    const id = await runOne(1);
    const first = (await story(id))[0]?.data ?? expect.fail();
    const job = first.type === 'state' ? first.job : expect.fail();
    expect(job).to.deep.include({ status: 'queued', progress: 0, attempt: 0, lastSeq: 1 });
    expect(job).not.to.have.any.keys('result', 'stage', 'startedAt', 'completedAt');
    expect(runner.get(ada, id).lastSeq).to.equal(4);
  });

  it('go on after a number, or from now when none is said', async () => {
    const { events, ledger, runOne } = await house();
    const id = await runOne(2);
    const after: TopicEvent[] = [];
    const fresh: TopicEvent[] = [];
    const first = events.subscribe(ada, `jobs/${id}`, 3, (event) => void after.push(event));
    events.subscribe(ada, `jobs/${id}`, undefined, (event) => void fresh.push(event));
    await until(() => after.length === 2);
    expect(numbers(after)).to.deep.equal([4, 5]);
    expect(first.lastSeq).to.equal(5);
    await rest();
    expect(fresh).to.deep.equal([]);
    expect(ledger.read.visible(ada, id, 'jobs/get').lastSeq).to.equal(5);
  });

  it('of all own jobs have their own gapless numbers, and never those of others', async () => {
    const { events, runOne, submit } = await house();
    const mine: TopicEvent[] = [];
    await runOne(1);
    const subscription = events.subscribe(ada, 'jobs', 0, (event) => void mine.push(event));
    expect(subscription.lastSeq).to.equal(4);
    await submit('held', { principal: bob });
    await runOne(2);
    await until(() => mine.length === 9);
    expect(numbers(mine)).to.deep.equal(upTo(9));
    const his: TopicEvent[] = [];
    events.subscribe(bob, 'jobs', 0, (event) => void his.push(event));
    await until(() => his.length === 2);
    expect(numbers(his)).to.deep.equal([1, 2]);
  });

  it('reach a listener only when they are on disk', async () => {
    const { events, engine, ledger, submit } = await house();
    const count = () => Number(engine.prepare('SELECT count(*) AS count FROM job_events').get()?.count);
    const stored: number[] = [];
    events.subscribe(ada, 'jobs', undefined, () => void stored.push(count()));
    await submit('held');
    await until(() => stored.length === 2);
    expect(stored).to.deep.equal([1, 2]);
    const before = ledger.events.lastOfOwner('ada');
    engine
      .write(() => {
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    await rest();
    expect(ledger.events.lastOfOwner('ada')).to.equal(before);
  });

  it('wait for a slow listener without piling up, and reach it all the same', async () => {
    const { events, runOne } = await house();
    const seen: number[] = [];
    const waiting: (() => void)[] = [];
    events.subscribe(
      ada,
      'jobs',
      0,
      ({ seq }) =>
        new Promise<void>((resolve) => {
          seen.push(seq);
          waiting.push(resolve);
        }),
    );
    await runOne(100);
    await runOne(100);
    expect(seen).to.deep.equal([1]);
    await until(() => {
      for (const resolve of waiting.splice(0)) resolve();
      return seen.length === 206;
    });
    expect(seen).to.deep.equal(upTo(206));
    await runOne(1);
    await until(() => {
      for (const resolve of waiting.splice(0)) resolve();
      return seen.length === 210;
    });
    expect(seen).to.deep.equal(upTo(210));
  });

  it('end when they are closed, also in the middle of a replay', async () => {
    const { events, runOne } = await house();
    const id = await runOne(20);
    const seen: number[] = [];
    const subscription = events.subscribe(ada, `jobs/${id}`, 0, ({ seq }) => {
      seen.push(seq);
      if (seq === 5) subscription.close();
    });
    const ended: number[] = [];
    events.subscribe(ada, 'jobs', 0, ({ seq }) => void ended.push(seq)).close();
    await rest();
    expect(seen).to.deep.equal(upTo(5));
    expect(ended).to.deep.equal([]);
    const silent: number[] = [];
    events.subscribe(ada, 'jobs', undefined, ({ seq }) => void silent.push(seq));
    events.close();
    await runOne();
    expect(silent).to.deep.equal([]);
  });

  it('drop a listener that throws or rejects, and no other', async () => {
    const { events, runOne, log } = await house();
    const seen: number[] = [];
    let calls = 0;
    events.subscribe(ada, 'jobs', undefined, () => {
      calls += 1;
      throw new Error('bad listener');
    });
    events.subscribe(ada, 'jobs', undefined, () => {
      calls += 1;
      return Promise.reject(new Error('bad promise'));
    });
    events.subscribe(ada, 'jobs', undefined, ({ seq }) => void seen.push(seq));
    await runOne();
    await until(() => seen.length === 3);
    expect(calls).to.equal(2);
    expect(log.lines.filter((line) => line.startsWith('a listener threw'))).to.have.length(2);
  });

  it('of other topics are NOT_FOUND', async () => {
    const { events } = await house();
    for (const topic of ['', 'job', 'jobs/', 'jobs/nope', 'metrics']) {
      expect(() => events.subscribe(ada, topic, 0, () => {}), topic)
        .to.throw()
        .with.property('errorName', 'NOT_FOUND');
    }
  });

  it('of a job that was pruned during the replay are left out', async () => {
    const { clock, events, ledger, runOne } = await house();
    await runOne();
    clock.advance(1_000);
    await runOne();
    const seen: number[] = [];
    events.subscribe(ada, 'jobs', 0, ({ seq }) => void seen.push(seq));
    const pruned = ledger.prune(clock.now());
    await pruned;
    await until(() => seen.includes(6));
    expect(seen.slice(-3)).to.deep.equal([4, 5, 6]);
  });
});
