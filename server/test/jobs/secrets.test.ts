import { Redactor } from '@callsheet/monitoring';
import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { generationStatusTool } from '../../src/host/status-tool.ts';
import { ada, closeJobs, heldTool, openJobs, until } from './house.ts';

const SECRET = 'a-provider-key-from-the-settings';
const LINK = 'https://gateway.example/media/a?exp=1&sig=abcdefghijklmnop';

describe('secrets in what a job tells', () => {
  afterEach(closeJobs);

  async function house() {
    const redactor = new Redactor({ secrets: [SECRET] });
    const tool = heldTool('held');
    const jobs = await openJobs({ tools: [tool], clean: (told) => redactor.shapes(told, { links: 'keep' }) });
    const id = await jobs.submit('held');
    await until(() => tool.runs.length === 1);
    const run = tool.runs[0] ?? expect.fail();
    /** Everything that is stored of the job, as its owner gets to see it. */
    const told = async (): Promise<string> => {
      const { runner } = jobs;
      const context = { principal: ada, assets: { url: async () => LINK } } as never;
      const status = await generationStatusTool(runner).run({ task_id: id }, context);
      return JSON.stringify([runner.get(ada, id), runner.list(ada), status, await jobs.story(id)]);
    };
    return { ...jobs, id, run, told };
  }

  it('are taken out of its error, wherever it is read', async () => {
    const { runner, id, run, told } = await house();
    const facts = { details: { url: `https://user:${SECRET}@provider.example`, link: LINK } };
    run.fail(new CallError('UPSTREAM_ERROR', `the provider refused Bearer ${SECRET}`, facts));
    await until(() => runner.get(ada, id).status === 'failed');
    expect(await told())
      .to.include('the provider refused')
      .and.include(LINK)
      .and.not.include(SECRET);
  });

  it('are taken out of its progress, also where its message is cut to length', async () => {
    const { clock, runner, id, run, told } = await house();
    run.ctx.progress({ stage: `with ${SECRET}`, fraction: 0.1, message: `key ${SECRET}` });
    await until(() => runner.get(ada, id).progress === 0.1);
    clock.advance(1_000);
    const half = SECRET.length / 2;
    run.ctx.progress({ stage: 'cut', fraction: 0.2, message: `${'x '.repeat((500 - half) / 2)}${SECRET}` });
    await until(() => runner.get(ada, id).progress === 0.2);
    expect(await told())
      .to.include('"stage":"cut"')
      .and.not.include(SECRET)
      .and.not.include(SECRET.slice(0, half));
  });

  it('are taken out of the reason it was canceled for, and the tool is told no more than its owner', async () => {
    const { runner, id, run, told } = await house();
    await runner.cancel(ada, id, `leaked ${SECRET}`);
    expect(await told())
      .to.include('leaked')
      .and.not.include(SECRET);
    expect(String(run.ctx.signal.reason)).to.include('leaked').and.not.include(SECRET);
  });
});
