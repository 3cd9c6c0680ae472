import { link, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { Caller } from './caller.ts';
import { hostOf } from './doors.ts';
import { exchange, type RawAnswer } from './raw-connection.ts';
import { BOB, useTarget } from './target.ts';

const SECRET = 'CONTENT-NOBODY-MAY-SEE';
const PLANTED = `ast_${'0'.repeat(25)}`;

interface Asset {
  readonly asset_id: string;
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Somebody with a good key who may read his own files and wants more. */
describe('attacks by paths', () => {
  const target = useTarget();
  useBystander(target);
  let bob: Caller;
  let asset: Asset;
  let media = '';
  before(async () => {
    bob = await Caller.open(target(), { key: BOB });
    const music = { mood: 'calm', duration: 3, format: 'wav', project_name: 'demo', wait_for_completion: true };
    asset = (await bob.call<JsonObject & { asset: Asset }>('generate_music', music)).result.structuredContent.asset;
    media = join(target().folder, 'data', 'media');
    await writeFile(join(target().folder, 'data', 'secret.txt'), SECRET);
    await writeFile(join(media, 'secret.wav'), SECRET);
    await writeFile(join(media, 'demo', 'audio', '.htaccess'), SECRET);
  });
  after(() => bob.cut());

  const get = (path: string, ...more: string[]): Promise<RawAnswer> =>
    exchange(
      target(),
      [
        `GET ${path} HTTP/1.1`,
        `Host: ${hostOf(target())}`,
        'Connection: close',
        `X-API-Key: ${BOB}`,
        ...more,
        '',
        '',
      ].join('\r\n'),
    );

  it('find the file itself, so that the rest means something', async () => {
    const answer = await get(new URL(asset.url).pathname, 'Range: bytes=0-3');
    expect([answer.status, answer.body]).to.deep.equal([206, 'RIFF']);
  });

  it('find nothing else by any spelling: traversal, NUL, double encoding, dotfiles, drives', async () => {
    const { asset_id: id, sha256 } = asset;
    const paths = [
      '/assets/demo/audio/../../../secret.txt',
      '/assets/../secret.txt',
      `/assets/../demo/audio/${id}.wav`,
      `/assets/./demo/audio/${id}.wav`,
      '/assets/demo/audio/%2e%2e/%2e%2e/%2e%2e/secret.txt',
      '/assets/demo/audio/..%2f..%2f..%2fsecret.txt',
      '/assets/demo/audio/%252e%252e%252f%252e%252e%252f%252e%252e%252fsecret.txt',
      '/assets/demo/audio/%25252e%25252e/secret.txt',
      '/assets/demo/audio/%c0%ae%c0%ae/%c0%ae%c0%ae/secret.txt',
      '/assets/demo/audio/%u002e%u002e/secret.txt',
      '/assets/demo\\audio\\..\\..\\..\\secret.txt',
      '/assets/demo/audio/..%5c..%5c..%5csecret.txt',
      '/assets/demo/audio/....//....//....//secret.txt',
      '/assets/demo/audio/..;/..;/..;/secret.txt',
      `/assets/demo/audio/${id}%00.wav`,
      `/assets/demo/audio/${id}.wav%00.txt`,
      `/assets/demo/audio/${id}.wav%0d%0aX-Injected:%20yes`,
      '/assets//etc/passwd',
      '/assets/C:/audio/secret.txt',
      '/assets/file:///etc/passwd',
      '/assets/demo/audio/.htaccess',
      '/assets/secret.wav',
      '/assets/demo/audio/secret.wav',
      `/assets/.blobs/sha256/${sha256.slice(0, 2)}/${sha256}`,
      `/assets/.records/${id.slice(4, 6)}/${id}.json`,
      `/assets/demo/audio/${id}.json`,
      `/assets/demo/video/${id}.wav`,
      `/assets/other/audio/${id}.wav`,
      `/assets/demo/audio/${id}.mp4`,
      `/assets/demo/audio/${id.toUpperCase()}.wav`,
      `/assets/constructor/audio/${id}.wav`,
      `/assets/demo/__proto__/${id}.wav`,
      '/assets/demo/audio/',
      '/assets/demo/audio',
      '/assets/',
      '/assets',
      `/assets/demo/audio/${'a'.repeat(4_000)}.wav`,
      `/assets/${'a/'.repeat(2_000)}`,
      '/assets/demo/audio/%zz',
      '/assets/demo/audio/%',
      '/callsheet.toml',
      '/data/auth/keys.json',
      '/../callsheet.toml',
    ];
    for (const path of paths) {
      const answer = await get(path);
      expect(answer.status, path).to.be.oneOf([400, 404]);
      expect(answer.body, path).to.not.contain(SECRET).and.to.not.contain('RIFF');
      expect(answer.body + answer.head, path)
        .to.not.contain(target().folder)
        .and.to.not.match(/x-injected/i);
    }
  });

  it('follow no link planted in the store: symbolic, hard, of a folder, of a record', async () => {
    const outside = join(target().folder, 'outside', 'audio');
    await mkdir(outside, { recursive: true });
    await writeFile(join(outside, `${PLANTED}.wav`), SECRET);
    await symlink(join(outside, '..'), join(media, 'linked'));
    await symlink(join(target().folder, 'data', 'secret.txt'), join(media, 'demo', 'audio', `${PLANTED}.wav`));
    await mkdir(join(media, 'hard', 'audio'), { recursive: true });
    await link(join(target().folder, 'data', 'secret.txt'), join(media, 'hard', 'audio', `${PLANTED}.wav`));
    for (const project of ['linked', 'demo', 'hard']) {
      const answer = await get(`/assets/${project}/audio/${PLANTED}.wav`);
      expect(answer.status, project).to.equal(404);
      expect(answer.body).to.not.contain(SECRET);
    }
  });

  it('get one range, or the whole file once, for a thousand ranges', async () => {
    const ranges = Array.from({ length: 1_000 }, (_, index) => `${index}-${index}`).join(',');
    const answer = await get(new URL(asset.url).pathname, `Range: bytes=${ranges}`);
    expect(answer.status).to.be.oneOf([200, 416]);
    expect(answer.body.length).to.be.at.most(asset.bytes);
    expect(answer.head).to.not.match(/multipart/i);
  });

  it('cannot move the signature of a link to another file, another time or another page', async () => {
    const { pathname, search } = new URL(asset.url);
    const bare = async (path: string): Promise<number> => (await fetch(`${target().httpUrl}${path}`)).status;
    expect(await bare(pathname + search), 'the link itself').to.equal(200);
    expect(await bare(pathname), 'without').to.equal(401);
    expect(await bare(`${pathname.replace('.wav', '.mp4')}${search}`), 'another file').to.equal(401);
    const later = search.replace(/exp=(\d+)/, (_, exp: string) => `exp=${Number(exp) + 1}`);
    expect(await bare(pathname + later), 'another time').to.equal(401);
    expect(await bare(pathname + search.replace(/sig=./, 'sig=!')), 'another signature').to.equal(401);
    expect(await bare(`${pathname}${search}&${search.slice(1)}`), 'twice').to.be.oneOf([200, 401]);
  });

  it('cannot name a project that is a path: refused before a folder is made', async () => {
    const before = await readdir(media);
    const names = [
      '../x',
      '..',
      '.',
      '.x',
      '/etc',
      'a/b',
      'a\\b',
      'a\u0000b',
      'a b',
      '',
      'a'.repeat(65),
      'a:b',
      '%2e%2e',
    ];
    for (const project_name of names) {
      const music = { mood: 'calm', duration: 3, format: 'wav', project_name };
      expect((await bob.call('generate_music', music)).error.code, project_name).to.equal(-32602);
      const params = { name: 'generate_music', arguments: { mood: 'calm' }, _meta: { project: project_name } };
      expect((await bob.ask('tools/call', params)).error.code, `_meta ${project_name}`).to.equal(-32602);
      expect((await bob.ask('jobs/submit', params)).error.code, `job ${project_name}`).to.equal(-32602);
    }
    expect(await readdir(media)).to.deep.equal(before);
  });

  it('cannot name a hidden or impossible path in the arguments of a tool, wherever it stands: 4031', async () => {
    const paths = ['../../etc/passwd', '/etc/../.ssh/id_rsa', 'media/.env', '.git/config', 'a\u0000b', '~root/.bashrc'];
    for (const path of paths) {
      for (const value of [{ output_path: path }, { deep: [{ saveDir: path }] }, { paths: ['fine', path] }]) {
        const { error } = await bob.call('diagnostics_echo', { value });
        expect(error?.code, JSON.stringify(value)).to.equal(4031);
      }
    }
    const value = { output_path: 'media/clip.mp4', url: 'https://example.com/.hidden' };
    expect((await bob.call('diagnostics_echo', { value })).result.structuredContent).to.deep.equal({ value });
  });
});

describe('attacks by paths where only one folder is allowed', () => {
  const target = useTarget({ policy: { allowed_paths: ['media/**'] } });
  useBystander(target);

  it('cannot leave it: by detour, by absolute path, by a link inside', async () => {
    const bob = await Caller.open(target(), { key: BOB });
    for (const path of [
      '/etc/passwd',
      'media/../secret',
      'media/../../etc/passwd',
      '../media/x',
      'other/x',
      'mediaX/y',
      '/media/x',
    ]) {
      expect((await bob.call('diagnostics_echo', { value: { path } })).error?.code, path).to.equal(4031);
    }
    const value = { path: 'media/a/b.mp4' };
    expect((await bob.call('diagnostics_echo', { value })).error).to.equal(undefined);
    bob.cut();
  });
});
