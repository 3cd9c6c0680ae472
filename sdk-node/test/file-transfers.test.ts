import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Asset } from '@callsheet/protocol';
import type { Credentials } from '@callsheet/sdk-core';
import { expect } from 'chai';
import { blackPng } from '../../generation/test/intake/picture-heads.ts';
import { rejection } from '../../sdk-core/test/conversation.ts';
import { forge } from '../../server/test/auth/tokens/forge.ts';
import { type Command, command } from '../../server/test/gateway/running.ts';
import { useTempDir } from '../../server/test/temp-dir.ts';
import { createClient, type NodeClient } from '../src/index.ts';

const KEY = 'a-key-of-ann-with-enough-characters';
const TOKEN_SECRET = 'a-secret-others-sign-tokens-with-000';
const FARM = { type: 'hmac', clientId: 'farm', secret: 'a-secret-of-the-render-farm-000000' } as const;
const CONFIG = `
[auth]
api_keys.ann = { key = "${KEY}", role = "user" }
hmac_clients.farm = { secret = "${FARM.secret}", role = "user" }
jwt_keys.others = { alg = "HS256", secret = "${TOKEN_SECRET}" }
[assets]
max_upload_bytes = 8388608
[log]
level = "warn"
`;

/** A token of somebody the gateway trusts, for a minute. */
function token(): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: 'callsheet', aud: 'callsheet', sub: 'tom', jti: randomUUID(), role: 'user' };
  return forge({ typ: 'JWT', alg: 'HS256', kid: 'others' }, { ...claims, iat, exp: iat + 60 }, TOKEN_SECRET);
}

const CREDENTIALS: Readonly<Record<string, Credentials>> = {
  'an API key': { type: 'apiKey', apiKey: KEY },
  'a token that is made anew for each request': { type: 'jwt', token },
  'a signature': FARM,
};

describe('files at a gateway in a process of its own', () => {
  let gateway: Command;
  let url = '';
  /** Of the gateway, which serves all tests. */
  let home = '';
  const clients: NodeClient[] = [];
  const folder = useTempDir();
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'callsheet-files-'));
    const file = join(home, 'callsheet.toml');
    await writeFile(file, CONFIG);
    gateway = command(['start', '--config', file, '--port', '0', '--data-dir', join(home, 'data')]);
    [, url = ''] = await gateway.says(/WebSocket {2}(ws:\/\/\S+)/);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });
  after(async () => {
    gateway.child.kill();
    await gateway.exit;
    await rm(home, { recursive: true });
  });

  const clientOf = (auth: Credentials): NodeClient => {
    const client = createClient({ url, auth }, {});
    clients.push(client);
    return client;
  };
  const ann = (): NodeClient => clientOf({ type: 'apiKey', apiKey: KEY });

  for (const [kind, auth] of Object.entries(CREDENTIALS)) {
    it(`go there and back with ${kind}, with progress both ways`, async () => {
      const client = clientOf(auth);
      const bytes = randomBytes(3_000_000);
      const path = join(folder(), 'take 1.wav');
      await writeFile(path, bytes);
      let [sent, received] = [0, 0];
      const asset = await client.upload(path, {
        project: 'film',
        sample_rate: 48_000,
        onProgress: ({ sentBytes }) => {
          sent = sentBytes;
        },
      });
      expect(asset).to.deep.include({
        ...{ kind: 'audio', mime: 'audio/wav', extension: 'wav', project: 'film', sample_rate: 48_000 },
        ...{ bytes: bytes.length, params: { file_name: 'take 1.wav' }, provider: 'upload' },
      });
      // Without the signature of the link, the credential has to do.
      const source = { ...asset, url: asset.url.split('?')[0] ?? '' };
      const to = join(folder(), 'back.wav');
      const result = await client.download(source, {
        to,
        onProgress: ({ receivedBytes }) => {
          received = receivedBytes;
        },
      });
      expect(result).to.deep.equal({ bytes: bytes.length, sha256: asset.sha256 });
      expect(await readFile(to)).to.deep.equal(bytes);
      expect([sent, received]).to.deep.equal([bytes.length, bytes.length]);
    });
  }

  it('are not there for another caller', async () => {
    const { url: link } = await ann().upload(randomBytes(100), { mime: 'image/png' });
    const bare = link.split('?')[0] ?? '';
    const foreign = clientOf({ type: 'jwt', token }).download(bare, { to: new PassThrough().resume() });
    expect(await rejection(foreign)).to.include({ code: 'NOT_FOUND' });
  });

  it('come from streams, and are stored once under one key', async () => {
    const client = ann();
    const path = join(folder(), 'film.mp4');
    await writeFile(path, randomBytes(1_000_000));
    const options = { mime: 'video/mp4', idempotencyKey: randomUUID() };
    const first = await client.upload(createReadStream(path), options);
    const second = await client.upload(path, { ...options, name: 'another name.mp4' });
    expect(second.asset_id).to.equal(first.asset_id);
    expect(await rejection(client.upload(randomBytes(10), options))).to.include({
      ...{ code: 'CONFLICT', wireName: 'IDEMPOTENCY_MISMATCH' },
    });
  });

  it('are refused when they are too large, of no type, or not what was announced', async () => {
    const client = ann();
    const large = client.upload(randomBytes(8_388_609), { mime: 'video/mp4' });
    expect(await rejection(large)).to.include({ code: 'TOO_LARGE', retryable: false });
    expect(await rejection(client.upload(randomBytes(10)))).to.include({ code: 'INVALID_PARAMS' });
    const sha256 = createHash('sha256').update('something else').digest('hex');
    const changed = client.upload(randomBytes(10), { mime: 'image/png', sha256 });
    expect(await rejection(changed)).to.include({ code: 'REFUSED', wireName: 'CONTENT_REFUSED' });
  });

  it('can be used in the arguments of tools', async () => {
    const client = ann();
    const wait = { wait_for_completion: true };
    const picture = await client.upload(blackPng({ width: 70, height: 50 }), { name: 'tea.bin', mime: 'image/jpeg' });
    for (const reference of [picture.asset_id, `asset:${picture.asset_id}`]) {
      const imported = await client.call('import_media', { url: reference, kind: 'image', ...wait });
      const { asset, width, height } = imported as { asset: Asset; width: number; height: number };
      expect({ width, height }).to.deep.equal({ width: 70, height: 50 });
      // Said by its sender was something else; this is told by the bytes.
      expect(asset).to.deep.include({ mime: 'image/png', parents: [picture.asset_id], sha256: picture.sha256 });
    }
    const foreign = clientOf({ type: 'jwt', token }).call('import_media', { url: picture.asset_id, ...wait });
    expect(await rejection(foreign)).to.include({ code: 'NOT_FOUND' });
  });
});
