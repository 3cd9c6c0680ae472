import { rm } from 'node:fs/promises';
import type { AssetFacts, Json } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { stageFile } from '../../src/pipelines/stage-file.ts';
import { canonical, stageKey } from '../../src/pipelines/stage-key.ts';
import { contentOf, type TestHost, testHost } from '../tool-context.ts';

describe('the key of a stage', () => {
  it('does not depend on the order of names', () => {
    expect(stageKey('voice', 1, { a: 1, b: [2, { d: 3, c: 4 }] })).to.equal(
      stageKey('voice', 1, { b: [2, { c: 4, d: 3 }], a: 1 }),
    );
  });

  it('changes with stage, version, parameters and inputs', () => {
    const keys = [
      stageKey('voice', 1, { a: 1 }),
      stageKey('music', 1, { a: 1 }),
      stageKey('voice', 2, { a: 1 }),
      stageKey('voice', 1, { a: 2 }),
      stageKey('voice', 1, { a: 1 }, ['x']),
      stageKey('voice', 1, { a: 1 }, ['x', 'y']),
      stageKey('voice', 1, { a: 1 }, ['xy']),
    ];
    expect(new Set(keys).size).to.equal(keys.length);
  });

  it('is written as JSON that reads back the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonical(value as Json))).to.eql(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('a stage that makes a file', () => {
  let host: TestHost;
  beforeEach(async () => {
    host = await testHost();
  });
  afterEach(() => host.close());
  const about: AssetFacts = { kind: 'audio', mime: 'audio/wav', extension: 'wav', provider: 'test' };
  const produce = async () => ({ facts: { length: 3 }, content: new Uint8Array([1, 2, 3]), about });

  it('runs once and is found again by its key', async () => {
    const first = await stageFile(host.context(), 'voice:k', produce);
    const again = await stageFile(host.context(), 'voice:k', () => expect.fail('must not run'));
    expect(again.asset.asset_id).to.equal(first.asset.asset_id);
    expect(again.facts).to.eql({ length: 3 });
    expect([...(await first.bytes())]).to.eql([1, 2, 3]);
    expect([...(await again.bytes())]).to.eql([1, 2, 3]);
  });

  it('runs again when its file is gone', async () => {
    const { asset } = await stageFile(host.context(), 'voice:k', produce);
    host.assets.delete(asset.asset_id);
    await rm(host.pathOf(asset.asset_id));
    const again = await stageFile(host.context(), 'voice:k', produce);
    expect(again.asset.asset_id).not.to.equal(asset.asset_id);
    expect([...(await contentOf(host, again.asset.asset_id))]).to.eql([1, 2, 3]);
    expect(host.runs.get('voice')).to.equal(2);
  });

  it('gives up with a clear error when the store loses everything', async () => {
    const ctx = host.context();
    const forgetful = { ...ctx, memo: async () => ({ facts: {}, asset_id: 'ast_gone' }) as never };
    const error = await stageFile(forgetful, 'voice:k', produce).catch((caught: unknown) => caught);
    expect(error).to.have.property('errorName', 'TOOL_FAILED');
  });

  it('passes other failures of the store on', async () => {
    const ctx = host.context();
    const broken = new Error('disk on fire');
    await stageFile(ctx, 'voice:k', produce);
    const assets = { ...ctx.assets, open: () => Promise.reject(broken) };
    expect(await stageFile({ ...ctx, assets }, 'voice:k', produce).catch((caught: unknown) => caught)).to.equal(broken);
  });
});
