import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Asset, type AssetFacts, UPLOAD_PATH } from '@callsheet/protocol';
import { type Gateway, startGateway } from '@callsheet/server';
import { expect } from 'chai';
import { type RequestToSign, signRequest } from '../../src/auth/hmac/sign.ts';
import { useTempDir } from '../temp-dir.ts';
import { filesBelow } from './house.ts';

const BOB = 'user-key-with-enough-characters-00';
const VIEWER = 'viewer-key-with-enough-characters-';
const READER = 'reader-key-with-enough-characters-';
const STUDIO = { id: 'studio', secret: 'a-secret-for-signatures-that-only-tests-have' };
const PICTURE = Buffer.from('not really a picture');
const MEBIBYTE = 1_048_576;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes);
const digestOf = (bytes: Uint8Array): string => `sha-256=:${sha256(bytes).digest('base64')}:`;

describe('POST /v1/assets', () => {
  let gateway: Gateway;
  const sockets: Socket[] = [];
  // Before the folder goes.
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await gateway.close();
  });
  const folder = useTempDir();

  async function open(assets: object = {}, others: object = {}): Promise<void> {
    gateway = await startGateway({
      server: { port: 0, data_dir: folder() },
      auth: {
        api_keys: {
          bob: { key: BOB, role: 'user' },
          eve: { key: VIEWER, role: 'viewer' },
          rea: { key: READER, role: 'user', scopes: ['tools:read'] },
        },
        hmac_clients: { [STUDIO.id]: { secret: STUDIO.secret, role: 'user' } },
      },
      ollama: { detect: false },
      log: { level: 'silent' },
      assets,
      ...others,
    });
  }

  const post = (
    body: Uint8Array | ReadableStream | undefined,
    headers: Record<string, string> = {},
    query = '',
  ): Promise<Response> => {
    const all = { authorization: `Bearer ${BOB}`, 'content-type': 'image/png', ...headers };
    const init = { method: 'POST', headers: all, duplex: 'half', ...(body !== undefined && { body }) } as RequestInit;
    return fetch(gateway.httpUrl + UPLOAD_PATH + query, init);
  };
  const stored = async (response: Response): Promise<Asset> => {
    const body = await response.json();
    expect(response.status, JSON.stringify(body)).to.be.oneOf([200, 201]);
    return body as Asset;
  };
  const refusal = async (response: Response): Promise<string> => {
    const { error } = (await response.json()) as { error: { message: string; data: { name: string } } };
    return `${response.status} ${error.data.name}: ${error.message}`;
  };
  const facts = (told: object): Record<string, string> => ({
    'callsheet-asset': Buffer.from(JSON.stringify(told)).toString('base64url'),
  });
  const files = (): Promise<string[]> => filesBelow(join(folder(), 'media'));
  const trail = async (): Promise<Record<string, unknown>[]> => {
    await gateway.close();
    const names = (await filesBelow(join(folder(), 'audit'))).filter((name) => name.endsWith('.jsonl'));
    const texts = await Promise.all(names.map((name) => readFile(join(folder(), 'audit', name), 'utf8')));
    return texts.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line));
  };
  /** What is signed in the second of the start may have been signed before it, and is refused. */
  const nextSecond = async (): Promise<void> => {
    const second = Math.floor(Date.now() / 1000);
    while (Math.floor(Date.now() / 1000) === second) await new Promise(setImmediate);
  };
  const signed = (body: Uint8Array, to: Partial<RequestToSign> = {}): Record<string, string> => {
    const url = gateway.httpUrl + UPLOAD_PATH;
    return { authorization: signRequest(STUDIO, { method: 'POST', url, body, ...to }).authorization };
  };

  /** Begins an upload by hand: `length` announced, `sent` of it sent and on the disk. */
  async function begin(length: number, sent: number, headers: Record<string, string> = {}): Promise<Socket> {
    const { host, port } = new URL(gateway.httpUrl);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    const all = { host, authorization: `Bearer ${BOB}`, 'content-type': 'image/png', ...headers };
    const lines = Object.entries({ ...all, 'content-length': `${length}` }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    socket.write(`POST ${UPLOAD_PATH} HTTP/1.1\r\n${lines.join('')}\r\n`);
    socket.write(Buffer.alloc(sent, 7));
    await until(async () => (await files()).some((name) => name.endsWith('.part')));
    return socket;
  }

  it('stores what a caller sends, tells what it is, and gives it back to its owner', async () => {
    await open();
    const asset = await stored(await post(PICTURE, {}, '?project=demo&name=sea%20at%20night.png'));
    expect(asset).to.deep.include({
      ...{ kind: 'image', mime: 'image/png', extension: 'png', provider: 'upload', project: 'demo' },
      ...{ bytes: PICTURE.length, sha256: sha256(PICTURE).digest('hex'), params: { file_name: 'sea at night.png' } },
    });
    expect(asset).to.not.have.any.keys('owner', 'intermediate', 'job_id');
    expect(Buffer.from(await (await fetch(asset.url)).arrayBuffer())).to.deep.equal(PICTURE);
    const bare = asset.url.split('?')[0] ?? '';
    const asked = (key: string) => fetch(bare, { headers: { authorization: `Bearer ${key}` } });
    expect((await asked(BOB)).status).to.equal(200);
    expect((await asked(VIEWER)).status).to.equal(404);
  });

  it('streams files that are far larger than other bodies may be', async () => {
    await open();
    const piece = Buffer.alloc(MEBIBYTE, 'callsheet');
    let pieces = 0;
    const body = new ReadableStream({
      pull: (controller) => (pieces++ < 24 ? controller.enqueue(piece) : controller.close()),
    });
    expect(await stored(await post(body))).to.include({ bytes: 24 * MEBIBYTE });
  });

  describe('finds out what a file is', () => {
    const kinds: Record<string, [Record<string, string>, string, Partial<AssetFacts>]> = {
      'by its name, when curl says what it says of everything': [
        { 'content-type': 'application/x-www-form-urlencoded' },
        '?name=song.MP3',
        { kind: 'audio', mime: 'audio/mpeg', extension: 'mp3' },
      ],
      'by its type, parameters left out that no header could carry': [
        { 'content-type': 'Video/MP4; codecs="avc1.42E01E"' },
        '',
        { kind: 'video', mime: 'video/mp4', extension: 'mp4' },
      ],
      'by a type nobody listed': [
        { 'content-type': 'image/bmp' },
        '?name=a.dib',
        { kind: 'image', mime: 'image/bmp', extension: 'dib' },
      ],
      'as captions, and text keeps its encoding': [
        { 'content-type': 'text/vtt; charset=utf-8' },
        '?name=a.txt',
        { kind: 'subtitle', mime: 'text/vtt; charset=utf-8', extension: 'vtt' },
      ],
      'as its sender says, who cannot say who made it': [
        facts({ width: 4, height: 2, params: { shot: 1 }, provider: 'somebody', intermediate: true, odd: 1 }),
        '?name=a.png',
        { width: 4, height: 2, params: { shot: 1, file_name: 'a.png' }, provider: 'upload' },
      ],
    };
    for (const [how, [headers, query, expected]] of Object.entries(kinds)) {
      it(how, async () => {
        await open();
        const asset = await stored(await post(PICTURE, headers, query));
        expect(asset).to.deep.include(expected);
        expect(asset).to.not.have.any.keys('odd', 'intermediate');
      });
    }
  });

  describe('refuses, and stores nothing', () => {
    afterEach(async () => expect(await files()).to.deep.equal([]));

    it('who shows no credential or a wrong one, and who may only look', async () => {
      await open();
      expect(await refusal(await fetch(gateway.httpUrl + UPLOAD_PATH, { method: 'POST', body: 'x' }))).to.match(/^401/);
      const wrong = await post(PICTURE, { authorization: 'Bearer csk_test_nobody' });
      expect(wrong.headers.get('www-authenticate')).to.match(/^Bearer/);
      expect(await refusal(wrong)).to.match(/^401 UNAUTHENTICATED/);
      expect(await refusal(await post(PICTURE, { authorization: `Bearer ${VIEWER}` }))).to.match(/^403 FORBIDDEN/);
      expect(await refusal(await post(PICTURE, { authorization: `Bearer ${READER}` }))).to.match(/tools:call/);
    });

    it('what nobody says the type of, with HTTP’s own number', async () => {
      await open();
      const unknown: [string, string][] = [
        ['application/octet-stream', ''],
        ['multipart/form-data; boundary=x', '?name=a.png'],
        ['application/x-unheard-of', '?name=a.bin'],
        ['nonsense', ''],
      ];
      for (const [type, query] of unknown) {
        expect(await refusal(await post(PICTURE, { 'content-type': type }, query)), type).to.match(
          /^415 INVALID_PARAMS: .*say a "name" with an ending such as "take.png", or a "mime"/,
        );
      }
    });

    it('facts, names and projects that are none, naming them', async () => {
      await open();
      const say = async (headers: Record<string, string>, query = '') => refusal(await post(PICTURE, headers, query));
      expect(await say(facts({ kind: 'video' }))).to.match(/^400 INVALID_PARAMS: .*"kind": files of type "image\/png"/);
      expect(await say(facts({ extension: '../x' }))).to.contain('"extension"');
      expect(await say(facts({ mime: 7 }))).to.contain('"mime"');
      expect(await say(facts({ params: [1] }))).to.contain('"params"');
      expect(await say({ 'callsheet-asset': 'e30x' })).to.contain('no JSON object');
      expect(await say({ 'content-digest': 'sha-256=:abc:' })).to.contain('"content-digest"');
      expect(await say({ 'idempotency-key': 'x'.repeat(256) })).to.contain('"idempotency-key"');
      expect(await say({}, '?project=../up')).to.contain('project');
      expect(await say({}, '?name=a%2Fb.png')).to.contain('"name"');
      expect(await say({}, '?name=a&name=b')).to.contain('"name"');
      expect(await say({}, '?projekt=x')).to.contain('"projekt"');
    });

    it('a file that is too large, by what it says and by what it sends', async () => {
      await open({ max_upload_bytes: 2_000 });
      expect(await refusal(await post(Buffer.alloc(2_001)))).to.match(/^413 REQUEST_TOO_LARGE: .*2000 bytes/);
      const body = new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.alloc(500)) });
      expect(await refusal(await post(body))).to.match(/^413/);
    });

    it('a body that is not the announced one', async () => {
      await open();
      const headers = { 'content-digest': digestOf(Buffer.from('another')) };
      expect(await refusal(await post(PICTURE, headers))).to.match(/^422 CONTENT_REFUSED: .*SHA-256/);
    });

    it('everybody, while nothing may change', async () => {
      await open({}, { policy: { allow_write: false } });
      expect(await refusal(await post(PICTURE))).to.match(/^403 FORBIDDEN: .*allow_write is off/);
    });

    it('a connection that breaks', async () => {
      await open();
      (await begin(2_000_000, 500_000)).destroy();
      await until(async () => (await files()).length === 0);
    });

    it('what is still coming when the gateway goes down, and goes down all the same', async () => {
      await open();
      const socket = await begin(2_000_000, 500_000);
      const heard = once(socket, 'data');
      await gateway.close();
      expect(String((await heard)[0])).to.match(/^HTTP\/1\.1 503 .*DRAINING/s);
    });
  });

  it('counts uploads as calls, and bounds how many there are at once and what a day brings', async () => {
    await open({ max_uploads: 1, upload_mib_per_day: 2 }, { rate: { calls: 1, window_s: 3600, burst: 4 } });
    const socket = await begin(1_500_000, 100_000);
    const busy = await post(PICTURE);
    expect(busy.headers.get('retry-after')).to.equal('1');
    expect(await refusal(busy)).to.match(/^429 TOO_MANY_IN_FLIGHT/);
    socket.write(Buffer.alloc(1_400_000));
    expect(String((await once(socket, 'data'))[0])).to.match(/^HTTP\/1\.1 201 /);
    const full = await post(PICTURE);
    expect(await refusal(full)).to.match(/^429 QUOTA_EXCEEDED: .*2 MiB a day; try again in/);
    expect(Number(full.headers.get('retry-after'))).to.be.within(1, 43_200);
    const never = await post(Buffer.alloc(2 * MEBIBYTE + 1));
    expect(await refusal(never)).to.match(/^429 QUOTA_EXCEEDED: .*and it is larger/);
    expect(await refusal(await post(PICTURE))).to.match(/^429 QUOTA/);
    expect(await refusal(await post(PICTURE))).to.match(/^429 RATE_LIMITED/);
  });

  describe('under an Idempotency-Key', () => {
    const again = { 'idempotency-key': 'one-file' };

    it('stores a file once, also across a restart', async () => {
      await open();
      const first = await post(PICTURE, again);
      expect(first.status).to.equal(201);
      const { url: _url, ...asset } = await stored(first);
      const second = await post(PICTURE, again);
      expect(second.status).to.equal(200);
      // Every answer has a link of its own, with its own end.
      expect(await stored(second)).to.deep.include(asset);
      await gateway.close();
      await open();
      expect((await stored(await post(PICTURE, again))).asset_id).to.equal(asset.asset_id);
      expect((await files()).filter((name) => name.endsWith('.png'))).to.have.length(1);
    });

    it('means something else for another project and another caller', async () => {
      await open();
      await nextSecond();
      const bodies = [
        await post(PICTURE, again),
        await post(PICTURE, again, '?project=other'),
        await post(PICTURE, { ...again, ...signed(PICTURE) }),
      ];
      const ids = await Promise.all(bodies.map(async (body) => (await stored(body)).asset_id));
      expect(new Set(ids).size).to.equal(3);
    });

    it('refuses another file, as soon as its sender tells that it is', async () => {
      await open();
      await stored(await post(PICTURE, again));
      expect(await refusal(await post(Buffer.from('x'), again))).to.match(/^422 IDEMPOTENCY_MISMATCH/);
      const other = Buffer.from(PICTURE).fill(1);
      const told = { ...again, 'content-digest': digestOf(other) };
      expect(await refusal(await post(other, told))).to.match(/^422 IDEMPOTENCY_MISMATCH/);
      expect(await refusal(await post(PICTURE, { ...again, 'content-type': 'image/gif' }))).to.match(/^422/);
    });

    it('lets the newer of two take the place of the older', async () => {
      await open();
      const older = await begin(2_000_000, 500_000, again);
      const heard = once(older, 'data');
      const body = Buffer.alloc(2_000_000, 7);
      expect((await post(body, again)).status).to.equal(201);
      expect(String((await heard)[0])).to.match(/^HTTP\/1\.1 409 .*sent again/s);
    });

    it('stores anew what was lost', async () => {
      await open();
      const { asset_id, url } = await stored(await post(PICTURE, again));
      const media = (await files()).filter((name) => name.endsWith(`${asset_id}.png`));
      for (const name of media) await rm(join(folder(), 'media', name));
      expect((await fetch(url)).status).to.equal(404);
      const renewed = await post(PICTURE, again);
      expect(renewed.status).to.equal(201);
      expect((await fetch((await stored(renewed)).url)).status).to.equal(200);
    });
  });

  describe('with a signature', () => {
    it('streams what announces its hash, and holds small bodies that do not', async () => {
      await open();
      await nextSecond();
      const film = Buffer.alloc(5 * MEBIBYTE, 'film');
      const streamed = await post(film, { ...signed(film), 'content-digest': digestOf(film) });
      expect(await stored(streamed)).to.include({ bytes: film.length });
      expect(await stored(await post(PICTURE, signed(PICTURE)))).to.include({ bytes: PICTURE.length });
    });

    it('refuses whatever is not what was signed, and large bodies that do not say', async () => {
      await open();
      await nextSecond();
      const film = Buffer.alloc(2 * MEBIBYTE, 'film');
      const announced = { ...signed(film), 'content-digest': digestOf(film) };
      const changed = Buffer.from(film);
      changed[changed.length - 1] = 0;
      expect(await refusal(await post(changed, announced))).to.match(/^422 CONTENT_REFUSED/);
      expect(await refusal(await post(film, announced)), 'sent twice').to.match(/^401/);
      const lied = { ...signed(film), 'content-digest': digestOf(changed) };
      expect(await refusal(await post(changed, lied))).to.match(/^401/);
      const moved = { ...signed(film), 'content-digest': digestOf(film) };
      expect(await refusal(await post(film, moved, '?project=other'))).to.match(/^401/);
      expect(await refusal(await post(film, signed(film)))).to.match(/^413/);
      expect(await files()).to.deep.equal([]);
    });
  });

  it('is in the audit trail, and so is what it refused', async () => {
    await open();
    const { asset_id } = await stored(await post(PICTURE));
    await post(PICTURE, { authorization: `Bearer ${VIEWER}` });
    const lines = (await trail()).filter(({ action }) => action === 'assets/create');
    expect(lines).to.have.length(2);
    expect(lines[0]).to.deep.include({
      kind: 'asset',
      decision: 'allowed',
      resource: asset_id,
      principal: 'key:config-bob',
    });
    expect(lines[0]?.details).to.include({ kind: 'image', bytes: PICTURE.length, project: 'default' });
    expect(lines[1]).to.include({ decision: 'refused', code: 4030, principal: 'key:config-eve' });
  });
});

/** Lets the event loop turn until something is so. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(setImmediate);
}
