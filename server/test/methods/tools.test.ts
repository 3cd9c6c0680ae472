import { CallError, type JsonObject, type ToolCallResult, type ToolListResult } from '@callsheet/protocol';
import { expect } from 'chai';
import { toolMethods } from '../../src/methods/tools.ts';
import type { Handler, ToolCall } from '../../src/pipeline/layer.ts';
import { catalogueOf, tool } from '../pipeline/tool-call.ts';
import { policyOf } from '../policy/policy-of.ts';
import { ALICE, houseOf, talk } from '../session/talk.ts';

const RULES = {
  admin: { allow: ['*'], deny: [] },
  viewer: { allow: ['a*'], deny: [] },
  blind: { allow: ['*'], deny: ['jobs/*'] },
};

function serve(tools: Parameters<typeof tool>[0][], pipeline: Handler = async (call) => call.args, role = 'admin') {
  const told: string[] = [];
  const recorder = {
    failed: (call: ToolCall, error: CallError): void => void told.push(`${call.tool.name} ${error.errorName}`),
  };
  const catalogue = catalogueOf(tools.map(tool));
  const methods = toolMethods({ catalogue, policy: policyOf(RULES), pipeline, now: () => 0, recorder });
  const { say, frames } = talk(houseOf(methods), { ...ALICE, role });
  const ask = async (method: string, params: JsonObject): Promise<{ result?: unknown; error?: { code: number } }> => {
    const answers = await say({ jsonrpc: '2.0', id: 1, method, params });
    return answers.at(-1) as object;
  };
  return { ask, frames, told };
}

describe('tools/list', () => {
  it('shows a role only what it may call', async () => {
    const { ask } = serve([{ name: 'ab' }, { name: 'b' }], undefined, 'viewer');
    const { tools } = (await ask('tools/list', {})).result as ToolListResult;
    expect(tools.map((row) => row.name)).to.deep.equal(['ab']);
  });

  it('shows no tool that makes a job to a role that may not see jobs', async () => {
    const { ask } = serve([{ name: 'ab' }, { name: 'ac', execution: 'job' }], undefined, 'blind');
    const { tools } = (await ask('tools/list', {})).result as ToolListResult;
    expect(tools.map((row) => row.name)).to.deep.equal(['ab']);
  });

  it('filters by category', async () => {
    const { ask } = serve([
      { name: 'a', category: 'x' },
      { name: 'b', category: 'y' },
    ]);
    const { tools } = (await ask('tools/list', { category: 'y' })).result as ToolListResult;
    expect(tools.map((row) => row.name)).to.deep.equal(['b']);
  });

  it('goes page by page through every tool exactly once, and refuses a made-up cursor', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `t${String(index).padStart(3, '0')}`);
    const { ask } = serve(names.map((name) => ({ name })));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = (await ask('tools/list', cursor === undefined ? {} : { cursor })).result as ToolListResult;
      seen.push(...page.tools.map((row) => row.name));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).to.deep.equal(names);
    expect((await ask('tools/list', { cursor: 'nope' })).error?.code).to.equal(-32602);
  });
});

describe('tools/call', () => {
  it('tells the trail of refused calls of tools that only read; of the others the pipeline tells', async () => {
    const refuse: Handler = () => Promise.reject(new CallError('TOOL_DENIED', 'no'));
    const { ask, told } = serve([{ name: 'reads', readOnly: true }, { name: 'writes' }], refuse);
    for (const name of ['reads', 'writes']) expect((await ask('tools/call', { name })).error?.code).to.equal(4032);
    expect(told).to.deep.equal(['reads TOOL_DENIED']);
  });

  it('answers the typed output once, and a report only when asked', async () => {
    const { ask } = serve([{}]);
    expect((await ask('tools/call', { name: 'echo', arguments: { n: 1 } })).result).to.deep.equal({
      structuredContent: { n: 1 },
    });
    const reported = (await ask('tools/call', { name: 'echo', _meta: { report: true } })).result as ToolCallResult;
    expect(reported._meta).to.have.keys('requestId', 'durationMs');
  });

  it('answers TOOL_NOT_FOUND for a tool that is not there', async () => {
    expect((await serve([{}]).ask('tools/call', { name: 'constructor' })).error?.code).to.equal(4041);
  });

  it('notifies progress under the token that was asked for, never falling and never above one', async () => {
    const pipeline: Handler = async (call) => {
      for (const fraction of [0.2, 0.1, 0.7, 3]) call.progress?.({ stage: 'work', fraction });
      return {};
    };
    const { ask, frames } = serve([{}], pipeline);
    await ask('tools/call', { name: 'echo', _meta: { progressToken: 'p1' } });
    const notes = frames
      .map((frame) => JSON.parse(frame))
      .filter((message) => message.method === 'notifications/progress');
    expect(notes.map(({ params }) => params.progress)).to.deep.equal([0.2, 0.2, 0.7, 1]);
    expect(notes[0].params).to.deep.equal({ progressToken: 'p1', progress: 0.2, total: 1, stage: 'work' });
  });
});
