import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CallError, type JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { compose, type Handler, type Layer, type ToolCall } from '../../../src/pipeline/layer.ts';
import { inputLimits } from '../../../src/policy/layers/input-limits.ts';
import { pathSandbox } from '../../../src/policy/layers/path-sandbox.ts';
import { writeSwitch } from '../../../src/policy/layers/write-switch.ts';
import { thisMachine } from '../../../src/policy/paths/place.ts';
import { Policy } from '../../../src/policy/policy.ts';
import type { PolicyRules } from '../../../src/policy/rules.ts';
import { served, toolCall } from '../../pipeline/tool-call.ts';
import { useTempDir } from '../../temp-dir.ts';
import { ACCESS, rules } from '../rules.ts';

const same: Handler = async (call) => call;

/** Sends a call through one layer: the call as the next layer gets it, or the refusal. */
async function through(layer: Layer, changes: Partial<ToolCall>): Promise<ToolCall> {
  return (await compose([layer], same)(toolCall(changes))) as ToolCall;
}

async function refusal(layer: Layer, changes: Partial<ToolCall>): Promise<CallError> {
  const error: unknown = await through(layer, changes).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!CallError.is(error)) throw new Error(`expected a CallError, got ${String(error)}`);
  return error;
}

function policyOf(changes: Partial<PolicyRules> = {}): Policy {
  return new Policy(rules(changes), ACCESS);
}

describe('the layer writeSwitch', () => {
  const writing = { tool: served({ name: 'create_video' }) };
  const reading = { tool: served({ readOnly: true }) };

  it('lets everything pass as it came while both switches are as at the first start', async () => {
    const call = toolCall(writing);
    expect(await compose([writeSwitch(policyOf())], same)(call)).to.equal(call);
  });

  it('refuses tools that change something when nothing may be changed, unless they only say what they would do', async () => {
    const layer = writeSwitch(policyOf({ allowWrite: false }));
    const refused = await refusal(layer, writing);
    expect(refused.errorName).to.equal('TOOL_DENIED');
    expect(refused.message).to.contain('Cannot call "create_video"').and.to.contain('allow_write');
    expect((await through(layer, reading)).meta).to.deep.equal({});
    expect((await through(layer, { ...writing, meta: { dryRun: true } })).meta).to.deep.equal({ dryRun: true });
    expect((await refusal(layer, { ...writing, meta: { dryRun: false } })).errorName).to.equal('TOOL_DENIED');
    expect((await refusal(layer, { ...writing, mode: 'submit' })).errorName).to.equal('TOOL_DENIED');
  });

  it('makes a dry run of every call that would change something, and touches no shared object', async () => {
    for (const allowWrite of [true, false]) {
      const layer = writeSwitch(policyOf({ dryRun: true, allowWrite }));
      const meta = Object.freeze({ project: 'p', dryRun: false });
      const call = Object.freeze(toolCall({ ...writing, meta }));
      const seen = (await compose([layer], same)(call)) as ToolCall;
      expect(seen.meta).to.deep.equal({ project: 'p', dryRun: true });
      expect(seen).to.deep.equal({ ...call, meta: seen.meta });
      expect((await through(layer, reading)).meta).to.deep.equal({});
    }
  });

  it('obeys a switch from the next call on', async () => {
    const policy = policyOf();
    const layer = writeSwitch(policy);
    await through(layer, writing);
    policy.replace(rules({ allowWrite: false }));
    expect((await refusal(layer, writing)).errorName).to.equal('TOOL_DENIED');
  });
});

describe('the layer inputLimits', () => {
  it('lets everything pass while there are no bounds', async () => {
    const call = toolCall({ args: { list: Array(100_000).fill(0) } });
    expect(await compose([inputLimits(policyOf())], same)(call)).to.equal(call);
  });

  it('refuses arguments longer than the bound, in bytes of UTF-8 JSON', async () => {
    const layer = inputLimits(policyOf({ input: { requestSizeBytes: 20 } }));
    expect((await through(layer, { args: { text: 'x'.repeat(9) } })).args).to.be.an('object');
    const refused = await refusal(layer, { args: { text: 'x'.repeat(10) } });
    expect(refused.errorName).to.equal('REQUEST_TOO_LARGE');
    expect(refused.facts.details).to.deep.equal({ bytes: 21, maxBytes: 20 });
    expect((await refusal(layer, { args: { text: 'é'.repeat(5) } })).facts.details).to.deep.equal({
      bytes: 21,
      maxBytes: 20,
    });
  });

  it('refuses a list longer than the bound, wherever it stands, and says where', async () => {
    const layer = inputLimits(policyOf({ input: { arrayItemsMax: 2 } }));
    await through(layer, { args: { a: [1, 2], b: { c: [[1, 2], []] } } });
    for (const [args, pointer] of [
      [{ a: [1, 2, 3] }, '/a'],
      [{ b: { 'c/d': [1, [1, 2, 3]] } }, '/b/c~1d/1'],
    ] as const) {
      const refused = await refusal(layer, { args: args as unknown as JsonObject });
      expect(refused.errorName).to.equal('ARRAY_TOO_LARGE');
      expect(refused.facts.details).to.deep.equal({ pointer, items: 3, maxItems: 2 });
      expect(refused.message).to.contain(`"${pointer}"`);
    }
  });
});

describe('the layer pathSandbox', () => {
  const temp = useTempDir();
  const paths = { allowed: ['/Game/Core/**', 'media/**'], forbidden: ['**/.*'] };
  const layerOf = (policy: Policy): Layer => pathSandbox(policy, thisMachine(realpathSync(temp())));

  it('lets a call without paths pass as it came', async () => {
    const call = toolCall({ args: { text: '../../etc/passwd', n: 1 } });
    expect(await compose([layerOf(policyOf({ paths }))], same)(call)).to.equal(call);
  });

  it('names the member and quotes the path it refuses', async () => {
    const args = { files: [{ destPath: '/Game/Core/ok' }, { destPath: '../../etc/passwd' }] };
    const refused = await refusal(layerOf(policyOf({ paths })), { args });
    expect(refused.errorName).to.equal('PATH_NOT_ALLOWED');
    expect(refused.message).to.equal(
      'Cannot use the path "../../etc/passwd" at "/files/1/destPath": it climbs above the place it starts from; write it without ".."',
    );
    expect(refused.facts.details).to.deep.equal({ pointer: '/files/1/destPath', path: '../../etc/passwd' });
    const outside = await refusal(layerOf(policyOf({ paths })), { args: { dir: '/Game/Art' } });
    expect(outside.message).to.contain('it lies outside the paths the policy allows');
    const long = await refusal(layerOf(policyOf({ paths })), { args: { dir: 'x'.repeat(9000) } });
    expect(long.message).to.have.length.lessThan(400);
  });

  it('gives tools the paths without detours, and addresses and empty texts as they are', async () => {
    const layer = layerOf(policyOf());
    const args = {
      path: 'a//b/../c',
      paths: ['asset:ast_1', 'https://example.com/a/../b'.replace('../', '')],
      dir: '',
    };
    const { args: seen } = await through(layer, { args });
    expect(seen).to.deep.equal({ ...args, path: 'a/c' });
    expect(args.path).to.equal('a//b/../c');
    const plain = toolCall({ args: { path: 'a/c' } });
    expect(await compose([layer], same)(plain)).to.equal(plain);
  });

  it('follows links on this machine, and does not tell where they lead', async () => {
    const base = realpathSync(temp());
    mkdirSync(join(base, 'elsewhere'));
    mkdirSync(join(base, 'media'));
    symlinkSync('../elsewhere', join(base, 'media/link'));
    const refused = await refusal(layerOf(policyOf({ paths })), { args: { outDir: 'media/link/x' } });
    expect(refused.errorName).to.equal('PATH_NOT_ALLOWED');
    expect(refused.message).to.contain('"/outDir"').and.to.not.contain(base).and.to.not.contain('elsewhere');
    // The system would go up from behind the link; the tool gets the path that was judged.
    const { args } = await through(layerOf(policyOf({ paths })), { args: { outDir: 'media/link/../x' } });
    expect(args).to.deep.equal({ outDir: 'media/x' });
  });

  it('refuses more paths than it is willing to look up', async () => {
    const refused = await refusal(layerOf(policyOf()), { args: { paths: Array(1001).fill('a') } });
    expect(refused.errorName).to.equal('ARRAY_TOO_LARGE');
  });

  it('obeys changed rules from the next call on', async () => {
    const policy = policyOf({ paths });
    const layer = layerOf(policy);
    await through(layer, { args: { path: 'media/a' } });
    policy.replace(rules({ paths: { allowed: ['other/**'], forbidden: [] } }));
    expect((await refusal(layer, { args: { path: 'media/a' } })).errorName).to.equal('PATH_NOT_ALLOWED');
    await through(layer, { args: { path: 'other/a' } });
  });
});
