import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { resolveFfmpeg } from '../../src/ffmpeg/resolve-ffmpeg.ts';
import { createGeneration } from '../../src/index.ts';
import { findProbe } from '../../src/intake/find-probe.ts';
import { contentRefused, type MediaFacts } from '../../src/intake/media-facts.ts';
import type { ProbeMedia } from '../../src/intake/probe-media.ts';
import { importMedia } from '../../src/tools/import-media.ts';
import { manualClock } from '../intake/manual-clock.ts';
import { type MediaServer, mediaServer } from '../intake/media-server.ts';
import { blackPng } from '../intake/picture-heads.ts';
import { reasonOf, refusalOf } from '../intake/refusal.ts';
import { contentOf, type TestContext, type TestHost, testHost } from '../tool-context.ts';

const PNG = blackPng({ width: 70, height: 50 });
const FACTS: MediaFacts = {
  kind: 'image',
  mime: 'image/png',
  extension: 'png',
  width: 70,
  height: 50,
  video_codec: 'png',
};

describe('import_media', () => {
  let host: TestHost;
  let server: MediaServer | undefined;
  beforeEach(async () => {
    host = await testHost();
  });
  afterEach(async () => {
    await Promise.all([server?.close(), host.close()]);
  });

  const sends =
    (body: Uint8Array | string): RequestListener =>
    (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(body);
  /** The tool, with a server that it may fetch from. */
  const withServer = async (answer: RequestListener, probe: ProbeMedia = async () => FACTS) => {
    server = await mediaServer(answer);
    const allowPrivate = new Set([server.pair]);
    const policy = { allowHttp: true, allowPrivate, lookup: async () => [], ownAddresses: () => [] };
    return { tool: importMedia({ policy, probe, clock: manualClock(), maxBytes: 1_000_000 }), ...server };
  };
  const leftovers = async ({ scratchFolders }: TestContext) =>
    (await Promise.all(scratchFolders.map((folder) => readdir(folder)))).flat();

  it('stores what the other server sent as what it is', async () => {
    const { tool, url } = await withServer(sends(PNG));
    const ctx = host.context();
    const imported = await tool.run({ url: `${url}/a/tea.exe?sig=secret`, file_name: 'Tea.png' }, ctx);
    expect(imported).to.include({
      source: '127.0.0.1',
      kind: 'image',
      mime: 'image/png',
      width: 70,
      bytes: PNG.byteLength,
    });
    expect(await contentOf(host, String(imported.asset_id))).to.eql(PNG);
    expect(imported.asset?.params).to.eql({
      ...{ file_name: 'Tea.png', source: `${url}/a/tea.exe`, video_codec: 'png' },
    });
    expect(imported.asset).to.include({ provider: 'import', extension: 'png' });
    expect(JSON.stringify(imported)).to.not.contain('secret');
    expect(await leftovers(ctx)).to.eql([]);
    const fractions = ctx.reports.map(({ fraction }) => fraction);
    expect(fractions).to.eql([...fractions].sort((a, b) => a - b));
    expect(ctx.reports.map(({ stage }) => stage)).to.include.members(['download', 'probe', 'store']);
    expect(fractions.at(-1)).to.equal(1);
  });

  it('answers what its schema says', async () => {
    const { tool, url } = await withServer(sends(PNG));
    const ajv = new Ajv2020({ strict: true, strictRequired: false });
    const validate = ajv.compile(tool.output);
    for (const dryRun of [false, true]) {
      const answer = JSON.parse(JSON.stringify(await tool.run({ url }, host.context({ dryRun }))));
      expect(validate(answer), ajv.errorsText(validate.errors)).to.equal(true);
    }
    const accepts = ajv.compile(tool.input);
    for (const file_name of ['Tea.png', 'Grüße (2).mp4', 'का चित्र.jpg'])
      expect(accepts({ url, file_name }), file_name).to.equal(true);
    for (const file_name of [
      '',
      '../x',
      '/etc/passwd',
      '..',
      '.hidden',
      'a/b',
      'a\\b',
      'a\u0000',
      'a\u202eb',
      'CON:',
      'x'.repeat(121),
    ]) {
      expect(accepts({ url, file_name }), file_name).to.equal(false);
    }
    for (const project_name of ['../x', '/x', '.x', 'a/b'])
      expect(accepts({ url, project_name }), project_name).to.equal(false);
  });

  describe('of a stored file', () => {
    const tool = importMedia({
      policy: { allowHttp: false, allowPrivate: new Set(), lookup: async () => [], ownAddresses: () => [] },
      ...{ probe: async () => FACTS, clock: manualClock(), maxBytes: PNG.byteLength },
    });
    const uploaded = (ctx: TestContext, bytes: Uint8Array) =>
      ctx.assets.put(bytes, { kind: 'video', mime: 'video/mp4', extension: 'mp4', provider: 'upload' });

    it('looks into what was uploaded and stores it as what it is, with where it came from', async () => {
      const ctx = host.context();
      const { asset_id } = await uploaded(ctx, PNG);
      for (const url of [asset_id, `asset:${asset_id}`]) {
        const imported = await tool.run({ url }, ctx);
        expect(imported).to.include({ source: 'assets', kind: 'image', mime: 'image/png', width: 70 });
        expect(imported.asset).to.deep.include({ provider: 'import', parents: [asset_id] });
        expect(imported.asset?.params).to.eql({ source: url, video_codec: 'png' });
        expect(await contentOf(host, String(imported.asset_id))).to.eql(PNG);
      }
      expect(await leftovers(ctx)).to.eql([]);
    });

    it('refuses what is no media, what is too large, and what is not the caller’s', async () => {
      const ctx = host.context();
      const page = await uploaded(ctx, Buffer.from('<html>'));
      const large = await uploaded(ctx, Buffer.concat([PNG, Buffer.alloc(1)]));
      expect(await refusalOf(tool.run({ url: page.asset_id }, ctx))).to.include({ errorName: 'CONTENT_REFUSED' });
      expect(await refusalOf(tool.run({ url: large.asset_id }, ctx))).to.include({ errorName: 'REQUEST_TOO_LARGE' });
      for (const dryRun of [false, true]) {
        const missing = tool.run({ url: 'asset:ast_nobodys' }, host.context({ dryRun }));
        expect(await refusalOf(missing)).to.include({ errorName: 'NOT_FOUND' });
      }
      expect(await tool.run({ url: page.asset_id }, host.context({ dryRun: true }))).to.eql({ source: 'assets' });
      expect(await leftovers(ctx)).to.eql([]);
    });
  });

  it('does not fetch again what an earlier attempt has stored', async () => {
    const { tool, url, connections } = await withServer(sends(PNG));
    const [first, second] = [await tool.run({ url }, host.context()), await tool.run({ url }, host.context())];
    expect([second.asset_id, connections()]).to.eql([first.asset_id, 1]);
  });

  it('says in a dry run whether it would fetch, and fetches nothing', async () => {
    const { tool, url, connections } = await withServer(sends(PNG));
    expect(await tool.run({ url }, host.context({ dryRun: true }))).to.eql({ source: '127.0.0.1' });
    const error = await refusalOf(tool.run({ url: 'https://10.0.0.1/x' }, host.context({ dryRun: true })));
    expect(error.errorName).to.equal('URL_NOT_ALLOWED');
    expect([connections(), host.assets.size]).to.eql([0, 0]);
  });

  it('refuses a file of another kind than was asked for', async () => {
    const { tool, url } = await withServer(sends(PNG));
    const ctx = host.context();
    const error = await refusalOf(tool.run({ url, kind: 'video' }, ctx));
    expect([error.errorName, reasonOf(error)]).to.eql(['CONTENT_REFUSED', 'other_kind']);
    expect([await leftovers(ctx), host.assets.size]).to.eql([[], 0]);
    expect((await tool.run({ url, kind: 'image' }, host.context())).kind).to.equal('image');
  });

  it('ends the transfer at the first bytes of a page, a playlist or an archive', async () => {
    const never: ProbeMedia = () => expect.fail('looked into it');
    for (const text of ['<!doctype html><p>log in</p>', '#EXTM3U\n', 'PK\x03\x04', '<svg/>']) {
      const { tool, url } = await withServer(sends(text), never);
      const ctx = host.context();
      const error = await refusalOf(tool.run({ url }, ctx));
      expect([error.errorName, reasonOf(error)], text).to.eql(['CONTENT_REFUSED', 'not_media']);
      expect(await leftovers(ctx)).to.eql([]);
      await server?.close();
    }
  });

  it('leaves nothing when the file is refused after it was fetched', async () => {
    const { tool, url } = await withServer(sends(PNG), async () => {
      throw contentRefused('undecodable', 'no');
    });
    const ctx = host.context();
    expect(reasonOf(await refusalOf(tool.run({ url }, ctx)))).to.equal('undecodable');
    expect([await leftovers(ctx), host.assets.size]).to.eql([[], 0]);
  });

  it('leaves nothing when the call is cancelled in the middle', async () => {
    let gone: Promise<unknown> = Promise.resolve();
    const { tool, url } = await withServer((_, response) => {
      gone = once(response, 'close');
      response.writeHead(200, { 'content-length': '900000' }).write(PNG);
    });
    const control = new AbortController();
    const ctx = host.context({
      signal: control.signal,
      progress: ({ stageFraction = 0 }) => (stageFraction > 0 ? control.abort(new Error('never mind')) : undefined),
    });
    expect(String(await tool.run({ url }, ctx).catch((error: unknown) => error))).to.equal('Error: never mind');
    await gone;
    expect([await leftovers(ctx), host.assets.size]).to.eql([[], 0]);
  });

  it('works with the real programs and the options of the generation', async function () {
    const env = process.env;
    const found = await resolveFfmpeg({ env })
      .then((ffmpeg) => findProbe(ffmpeg, { env }))
      .catch(() => undefined);
    if (found === undefined) {
      console.log('skipped: no ffmpeg with an ffprobe on this machine');
      this.skip();
    }
    server = await mediaServer((request, response) => response.end(request.url === '/tea' ? PNG : PNG.subarray(0, 60)));
    const intake = { allowHttp: true, allowPrivate: [server.pair], maxBytes: 5000 };
    const { tools, close } = createGeneration({ ollama: { detect: false }, intake });
    const tool = tools.find(({ name }) => name === 'import_media');
    const imported = await tool?.run({ url: `${server.url}/tea` }, host.context());
    expect(imported).to.include({ kind: 'image', mime: 'image/png', width: 70, height: 50 });
    expect(await readFile(host.pathOf((imported as { asset_id: string }).asset_id))).to.eql(PNG);
    const half = Promise.resolve(tool?.run({ url: `${server.url}/half` }, host.context()));
    expect(reasonOf(await refusalOf(half))).to.equal('undecodable');
    await close();
  });
});
