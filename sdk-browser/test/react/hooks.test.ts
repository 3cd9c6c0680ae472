import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { useChromium } from '../chromium.ts';
import type {} from './lab.ts';
import { bundleLab, openLab } from './react-page.ts';

// Every component below is mounted in React's StrictMode, which mounts, unmounts and mounts again.
describe('React hooks in a page', () => {
  const chromium = useChromium();
  let script = '';
  let page: Page;
  before(async () => {
    script = await bundleLab();
  });
  beforeEach(async () => {
    page = await openLab(chromium, script);
  });

  it('a tool is called when it is told to, not by rendering, and its result is shown', async () => {
    const seen = await page.evaluate(async () => {
      const { gateway, client } = lab.house();
      const tool = await lab.mount(client, () => lab.useTool('double'), undefined);
      const atFirst = { dialled: gateway.lines.length, ...tool.now };
      let answer: number | undefined;
      await lab.during(async () => {
        answer = await tool.now.call({ n: 4 });
      });
      const { data, error, pending, progress } = tool.now;
      return { atFirst, answer, after: { data, error, pending, progress }, calls: gateway.calls.length };
    });
    expect(seen.atFirst).to.deep.include({ dialled: 0, pending: false });
    expect(seen).to.deep.include({
      answer: 8,
      after: { data: 8, error: undefined, pending: false, progress: undefined },
      calls: 1,
    });
  });

  it('a call shows that it runs and how far it is, and gives its functions once', async () => {
    const seen = await page.evaluate(async () => {
      const { client, going } = lab.house();
      const tool = await lab.mount(client, () => lab.useTool('render'), undefined);
      const { call, cancel, reset } = tool.now;
      await lab.during(() => void tool.now.call({}));
      const running = tool.now.pending;
      await lab.during(() => going[0]?.progress(0.5));
      const half = tool.now.progress;
      await lab.during(() => going[0]?.end('film'));
      const same = tool.said.every((hook) => hook.call === call && hook.cancel === cancel && hook.reset === reset);
      return { running, half, data: tool.now.data, pending: tool.now.pending, progress: tool.now.progress, same };
    });
    expect(seen).to.deep.equal({
      running: true,
      half: { progress: 0.5, total: 1, stage: 'work' },
      data: 'film',
      pending: false,
      progress: undefined,
      same: true,
    });
  });

  it('a failure is shown and need not be caught, and the next call takes it away', async () => {
    const seen = await page.evaluate(async () => {
      const { client } = lab.house();
      const tool = await lab.mount(
        client,
        (name: 'broken' | 'double') => lab.useTool<'broken' | 'double'>(name),
        'broken',
      );
      await lab.during(() => void tool.now.call({ n: 1 }));
      const { error, pending } = tool.now;
      const failed = { code: error?.code, pending };
      await tool.give('double');
      const fresh = tool.now.error;
      await lab.during(() => void tool.now.call({ n: 1 }));
      return { failed, fresh, data: tool.now.data };
    });
    expect(seen).to.deep.equal({ failed: { code: 'TOOL_FAILED', pending: false }, fresh: undefined, data: 2 });
  });

  it('of two calls the newer one is shown, whichever ends first; the older result is not', async () => {
    const seen = await page.evaluate(async () => {
      const { client, going } = lab.house();
      const tool = await lab.mount(client, () => lab.useTool('render'), undefined);
      await lab.during(() => void tool.now.call({}));
      await lab.during(() => void tool.now.call({}));
      await lab.during(() => going[1]?.end('new'));
      await lab.during(() => going[0]?.end('old'));
      return { data: tool.now.data, shown: tool.said.map(({ data }) => data).includes('old') };
    });
    expect(seen).to.deep.equal({ data: 'new', shown: false });
  });

  it('cancels what runs, and resets to the beginning', async () => {
    const seen = await page.evaluate(async () => {
      const { client, going } = lab.house();
      const tool = await lab.mount(client, () => lab.useTool('render'), undefined);
      await lab.during(() => void tool.now.call({}));
      await lab.during(() => tool.now.cancel());
      const cancelled = { code: tool.now.error?.code, aborted: going[0]?.signal.aborted };
      await lab.during(() => void tool.now.call({}));
      await lab.during(() => tool.now.reset());
      const { data, error, pending } = tool.now;
      return { cancelled, reset: { data, error, pending }, aborted: going[1]?.signal.aborted };
    });
    expect(seen).to.deep.equal({
      cancelled: { code: 'CANCELLED', aborted: true },
      reset: { data: undefined, error: undefined, pending: false },
      aborted: true,
    });
  });

  it('going away cancels the calls, renders nothing more, and can be told not to', async () => {
    const seen = await page.evaluate(async () => {
      const { client, going } = lab.house();
      const leaving = await lab.mount(client, () => lab.useTool('render'), undefined);
      await lab.during(() => void leaving.now.call({}));
      const renders = leaving.said.length;
      await leaving.unmount();
      await lab.during(() => undefined);
      const keeping = await lab.mount(client, () => lab.useTool('render', { cancelOnUnmount: false }), undefined);
      let kept: Promise<string> | undefined;
      await lab.during(() => {
        kept = keeping.now.call({});
      });
      await keeping.unmount();
      going[1]?.end('kept');
      return {
        aborted: [going[0]?.signal.aborted, going[1]?.signal.aborted],
        renders: leaving.said.length - renders,
        kept: await kept,
      };
    });
    expect(seen).to.deep.equal({ aborted: [true, false], renders: 0, kept: 'kept' });
  });

  it('a job is followed from where it stands to its result, and left without being stopped', async () => {
    const seen = await page.evaluate(async () => {
      const { gateway, client, going } = lab.house();
      const { id } = await client.submit('render', {});
      await lab.settle();
      going[0]?.progress(0.25);
      const job = await lab.mount(client, (given: string | undefined) => lab.useJob<string>(given), undefined);
      const without = { state: job.now.state, asked: gateway.line.requests('jobs/get').length };
      await job.give(id);
      await lab.during(() => undefined);
      const found = { state: job.now.state, progress: job.now.progress };
      await lab.during(() => going[0]?.progress(0.75));
      const further = { progress: job.now.progress, stage: job.now.job?.stage };
      await lab.during(() => going[0]?.end('film'));
      await lab.during(() => undefined);
      const { state, progress, result, error } = job.now;
      const second = await client.submit('render', {});
      await job.give(second.id);
      await lab.during(() => undefined);
      await job.unmount();
      await lab.settle();
      const left = { followers: gateway.topic(`jobs/${second.id}`).followers, state: gateway.job(second.id).status };
      return { without, found, further, end: { state, progress, result, error }, left };
    });
    expect(seen).to.deep.equal({
      without: { state: undefined, asked: 0 },
      found: { state: 'in_progress', progress: 0.25 },
      further: { progress: 0.75, stage: 'work' },
      end: { state: 'completed', progress: 1, result: 'film', error: undefined },
      left: { followers: 0, state: 'in_progress' },
    });
  });

  it('a job that fails, is canceled or does not exist shows why', async () => {
    const seen = await page.evaluate(async () => {
      const { client } = lab.house();
      const codes: unknown[] = [];
      const job = await lab.mount(client, (given: string | undefined) => lab.useJob(given), 'job_none');
      await lab.during(() => undefined);
      codes.push(job.now.error?.code);
      await lab.during(async () => job.give((await client.submit('broken', {})).id));
      await lab.during(() => undefined);
      codes.push([job.now.state, job.now.error?.code]);
      await lab.during(async () => job.give((await client.submit('render', {})).id));
      await lab.during(() => job.now.cancel('enough'));
      await lab.during(() => undefined);
      codes.push([job.now.state, job.now.error?.code]);
      await job.give(undefined);
      codes.push(
        await job.now.cancel().then(
          () => 'canceled',
          (error: Error) => error.name,
        ),
      );
      return codes;
    });
    expect(seen).to.deep.equal(['NOT_FOUND', ['failed', 'TOOL_FAILED'], ['canceled', 'CANCELLED'], 'TypeError']);
  });

  it('the connection is shown as it changes, also after the page of a server', async () => {
    const seen = await page.evaluate(async () => {
      const { gateway, client } = lab.house();
      await client.connect();
      const state = await lab.mount(client, () => lab.useConnection(), undefined, '&quot;idle&quot;');
      const hydrated = { atFirst: state.said[0], later: state.text };
      await lab.during(() => gateway.drop());
      const lost = state.now;
      await state.unmount();
      const renders = state.said.length;
      await lab.during(() => client.close());
      return { hydrated, lost, renders: state.said.length - renders };
    });
    expect(seen).to.deep.equal({
      hydrated: { atFirst: 'idle', later: '"ready"' },
      lost: 'reconnecting',
      renders: 0,
    });
  });
});
