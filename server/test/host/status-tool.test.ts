import type { AssetPort, JobView, Json, ToolContext } from '@callsheet/protocol';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'chai';
import { isoDuration } from '../../src/host/iso-duration.ts';
import { generationStatusTool } from '../../src/host/status-tool.ts';
import { ada, bob, closeJobs, heldTool, openJobs, reasonOf, until } from '../jobs/house.ts';

const signing: Pick<AssetPort, 'url'> = {
  url: (ref) => (ref === 'gone' ? Promise.reject(new Error('pruned')) : Promise.resolve(`https://new/${ref}`)),
};
const context = (principal = ada) => ({ principal, assets: signing }) as ToolContext;

const ajv = new Ajv2020({ strict: true });
formats.default(ajv);

async function ask(job: Partial<JobView> & { readonly result?: Json }) {
  const view: JobView = {
    ...{ jobId: 'job_1', tool: 't', project: 'p', status: 'queued', progress: 0, attempt: 0, lastSeq: 1 },
    ...{ createdAt: '2026-11-21T08:00:00.000Z', ...job },
  };
  const tool = generationStatusTool({ get: () => view });
  const answer = await tool.run({ task_id: 'job_1' }, context());
  const validate = ajv.compile(tool.output);
  expect(validate(JSON.parse(JSON.stringify(answer))), JSON.stringify(validate.errors)).to.equal(true);
  return answer;
}

describe('get_generation_status', () => {
  afterEach(closeJobs);

  it('has schemas that say what it takes', () => {
    const { input } = generationStatusTool({ get: () => expect.fail() });
    const validate = ajv.compile(input);
    expect(
      [{ task_id: 'x' }, {}, { task_id: '' }, { task_id: 'x', more: 1 }].map((args) => validate(args)),
    ).to.deep.equal([true, false, false, false]);
  });

  it('tells of a job on its way', async () => {
    const startedAt = '2026-11-21T08:00:01.000Z';
    const view = {
      status: 'in_progress',
      progress: 0.4,
      stage: 'render',
      estimatedRemaining: 75.2,
      startedAt,
    } as const;
    expect(await ask(view)).to.deep.equal({
      ...{ task_id: 'job_1', status: 'in_progress', progress: 0.4, stage: 'render' },
      ...{ estimated_remaining: 'PT1M16S', estimated_remaining_s: 75.2, result_urls: [] },
      ...{ created_at: '2026-11-21T08:00:00.000Z', started_at: startedAt },
    });
  });

  it('says nothing about the time left when there is nothing to estimate from', async () => {
    expect(await ask({ status: 'queued' })).not.to.have.any.keys('estimated_remaining', 'estimated_remaining_s');
  });

  it('tells of a failed job why', async () => {
    const error = { code: 5021, message: 'broken', data: { name: 'TOOL_FAILED', retryable: false } };
    const answer = await ask({ status: 'failed', error, completedAt: '2026-11-21T08:00:09.000Z' });
    expect(answer).to.deep.include({ status: 'failed', error, estimated_remaining: 'PT0S', estimated_remaining_s: 0 });
  });

  it('gives every finished file of a result a fresh link, once, and leaves stage files out', async () => {
    const asset = (id: string, more: object = {}) => ({ asset_id: id, url: `https://old/${id}`, ...more });
    const result = {
      video: asset('v'),
      audio: [asset('a'), asset('stage', { intermediate: true }), { deep: asset('v') }],
      lost: asset('gone'),
      source: { url: 'https://elsewhere/no-asset' },
      note: null,
    };
    const answer = await ask({ status: 'completed', progress: 1, result: result as unknown as Json });
    expect(answer.result_urls).to.deep.equal(['https://new/v', 'https://new/a', 'https://old/gone']);
    expect(answer.result).to.deep.equal(result);
  });

  it('answers from the runner, and NOT_FOUND for the job of somebody else', async () => {
    const held = heldTool('held');
    const { runner, submit } = await openJobs({ tools: [held] });
    const task_id = await submit('held');
    await until(() => held.runs.length === 1);
    const tool = generationStatusTool(runner);
    expect(await tool.run({ task_id }, context())).to.include({ task_id, status: 'in_progress' });
    expect(await reasonOf(tool.run({ task_id }, context(bob)))).to.include({ errorName: 'NOT_FOUND' });
  });
});

describe('ISO 8601 durations', () => {
  it('are written in hours, minutes and whole seconds, rounded up', () => {
    const expected = {
      0: 'PT0S',
      0.2: 'PT1S',
      59.5: 'PT1M',
      75.2: 'PT1M16S',
      3600: 'PT1H',
      3661: 'PT1H1M1S',
      [-5]: 'PT0S',
    };
    for (const [seconds, text] of Object.entries(expected)) expect(isoDuration(Number(seconds))).to.equal(text);
  });
});
