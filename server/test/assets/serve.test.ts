import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import type { Asset, AssetFacts } from '@callsheet/protocol';
import { expect } from 'chai';
import { type Disk, LOCAL_DISK } from '../../src/assets/disk.ts';
import { ADMIN, ANN, BOB, openGate, VIDEO } from './house.ts';
import { sendRaw } from './raw-http.ts';

const TEXT = '0123456789'.repeat(10);
const TAG = `"${createHash('sha256').update(TEXT).digest('hex')}"`;

interface Refusal {
  readonly error: { readonly code: number; readonly message: string; readonly data: { readonly name: string } };
}

describe('GET /assets/{project}/{kind}/{file}', () => {
  let gate: Awaited<ReturnType<typeof openGate>>;
  let asset: Asset;
  beforeEach(async () => {
    gate = await openGate();
    asset = await gate.portOf(ANN).put(Buffer.from(TEXT), VIDEO);
  });
  afterEach(() => gate.remove());

  const bare = (url: string): string => url.split('?')[0] ?? '';
  const ask = (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
    fetch(url, { method, headers: { connection: 'close', ...headers } });
  const as = (principal: { id: string }): Record<string, string> => ({ 'x-test-principal': principal.id });
  const put = (facts: Partial<AssetFacts>, text = TEXT): Promise<Asset> =>
    gate.portOf(ANN).put(Buffer.from(text), { ...VIDEO, ...facts });
  async function refusal(answer: Response): Promise<string> {
    const { error } = (await answer.json()) as Refusal;
    return `${answer.status} ${error.code} ${error.data.name}`;
  }

  it('serves a signed link to anyone, with all a player needs to know', async () => {
    const answer = await ask(asset.url);
    expect(answer.status).to.equal(200);
    expect(await answer.text()).to.equal(TEXT);
    const headers = Object.fromEntries(answer.headers);
    expect(headers).to.include({
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=604800, immutable',
      'content-disposition': `inline; filename="${asset.asset_id}.mp4"`,
      'content-length': '100',
      'content-type': 'video/mp4',
      'x-content-type-options': 'nosniff',
      etag: TAG,
    });
    expect(headers).not.to.have.property('content-security-policy');
  });

  it('lets a copy live no longer than the link, or a year for its owner', async () => {
    gate.clock.ms += 604_700_000;
    expect((await ask(asset.url)).headers.get('cache-control')).to.equal('private, max-age=100, immutable');
    const own = await ask(bare(asset.url), as(ANN));
    expect(own.headers.get('cache-control')).to.equal('private, max-age=31536000, immutable');
  });

  it('offers the file as a download when asked', async () => {
    const answer = await ask(`${asset.url}&download=1`);
    expect(answer.headers.get('content-disposition')).to.equal(`attachment; filename="${asset.asset_id}.mp4"`);
  });

  it('serves the owner and admins without a link', async () => {
    expect((await ask(bare(asset.url), as(ANN))).status).to.equal(200);
    expect((await ask(bare(asset.url), as(ADMIN))).status).to.equal(200);
  });

  it('answers 401 without link and credential, also for what is not there, and says how to do better', async () => {
    const unknown = bare(asset.url).replace(asset.asset_id, `ast_${'0'.repeat(25)}`);
    for (const url of [bare(asset.url), unknown, `${unknown}?exp=9999999999&sig=x`]) {
      const answer = await ask(url);
      expect(answer.headers.get('www-authenticate')).to.equal('Bearer realm="callsheet"');
      expect(await refusal(answer)).to.equal('401 4010 UNAUTHENTICATED');
    }
  });

  it('tells the holder of an old link that it expired', async () => {
    gate.clock.ms += 604_800_000;
    const answer = await ask(asset.url);
    expect(answer.status).to.equal(401);
    expect(((await answer.json()) as Refusal).error.message).to.include('the link has expired');
    expect((await ask(asset.url, as(ANN))).status).to.equal(200);
  });

  it('answers 404 for foreign and unknown files with the same words', async () => {
    const paths = [
      bare(asset.url),
      bare(asset.url).replace(asset.asset_id, `ast_${'0'.repeat(25)}`),
      bare(asset.url).replace('/demo/', '/other/'),
      bare(asset.url).replace('/video/', '/audio/'),
      bare(asset.url).replace('.mp4', '.mov'),
      bare(asset.url).replace('.mp4', '.json'),
      bare(asset.url).replace(asset.asset_id, 'ast_short'),
      `${bare(asset.url)}/more`,
      `${gate.base}/assets/`,
    ];
    const answers = await Promise.all(paths.map((path) => ask(path, as(BOB))));
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map((answer) => answer.status)).to.deep.equal(paths.map(() => 404));
    expect(new Set(bodies.map((body) => body.replace(/"req-[^"]*"/, '""'))).size).to.equal(1);
    const names = answers.map((answer) => [...answer.headers.keys()].filter((name) => name !== 'date').join());
    expect(new Set(names).size).to.equal(1);
  });

  it('does not serve the record beside the file, not even to the owner', async () => {
    expect((await ask(bare(asset.url).replace('.mp4', '.json'), as(ANN))).status).to.equal(404);
  });

  it('does not describe a file that is gone', async () => {
    await unlink(join(gate.root, `demo/video/${asset.asset_id}.mp4`));
    const answer = await ask(asset.url);
    expect(answer.headers.get('etag')).to.equal(null);
    expect(await refusal(answer)).to.equal('404 4040 NOT_FOUND');
  });

  it('answers one range with 206', async () => {
    const answer = await ask(asset.url, { range: 'bytes=10-19' });
    expect(answer.status).to.equal(206);
    expect(answer.headers.get('content-range')).to.equal('bytes 10-19/100');
    expect(answer.headers.get('content-length')).to.equal('10');
    expect(await answer.text()).to.equal('0123456789');
    expect(await (await ask(asset.url, { range: 'bytes=-3' })).text()).to.equal('789');
  });

  it('answers a range beyond the end with 416 and the true length', async () => {
    const answer = await ask(asset.url, { range: 'bytes=100-' });
    expect(answer.status).to.equal(416);
    expect(answer.headers.get('content-range')).to.equal('bytes */100');
    expect(await answer.text()).to.equal('');
  });

  it('sends the whole file for several ranges and for a range of another version', async () => {
    const several = await ask(asset.url, { range: 'bytes=0-1,4-5' });
    expect([several.status, await several.text()]).to.deep.equal([200, TEXT]);
    const other = await ask(asset.url, { range: 'bytes=0-1', 'if-range': '"other"' });
    expect([other.status, await other.text()]).to.deep.equal([200, TEXT]);
    const same = await ask(asset.url, { range: 'bytes=0-1', 'if-range': TAG });
    expect([same.status, await same.text()]).to.deep.equal([206, '01']);
  });

  it('answers 304 to a client that has the file, and 412 to one that wants another', async () => {
    const cached = await ask(asset.url, { 'if-none-match': TAG, range: 'bytes=0-1' });
    expect(cached.status).to.equal(304);
    expect(cached.headers.get('etag')).to.equal(TAG);
    expect(cached.headers.get('cache-control')).to.include('immutable');
    expect((await ask(asset.url, { 'if-match': '"other"' })).status).to.equal(412);
    expect((await ask(bare(asset.url), { ...as(BOB), 'if-none-match': TAG })).status).to.equal(404);
  });

  it('answers HEAD like GET, without the bytes and without ranges', async () => {
    const answer = await ask(asset.url, { range: 'bytes=0-1' }, 'HEAD');
    expect(answer.status).to.equal(200);
    expect(answer.headers.get('content-length')).to.equal('100');
    expect(answer.headers.get('etag')).to.equal(TAG);
    expect(await answer.text()).to.equal('');
    expect((await ask(bare(asset.url), {}, 'HEAD')).status).to.equal(401);
  });

  it('serves an empty file', async () => {
    const empty = await put({}, '');
    const answer = await ask(empty.url);
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).to.deep.equal([200, '0', '']);
    expect((await ask(empty.url, { range: 'bytes=0-' })).status).to.equal(416);
  });

  it('refuses other methods before it reads their body', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const body = method === 'DELETE' ? null : '<x/>';
      const answer = await fetch(asset.url, {
        method,
        body,
        headers: { connection: 'close', 'content-type': 'text/xml' },
      });
      expect([method, answer.status, answer.headers.get('allow')]).to.deep.equal([method, 405, 'GET, HEAD, OPTIONS']);
    }
    const options = await ask(asset.url, {}, 'OPTIONS');
    expect([options.status, options.headers.get('allow')]).to.deep.equal([204, 'GET, HEAD, OPTIONS']);
  });

  it('shows types that can run script in a sandbox, and text as UTF-8', async () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ['text/html', 'text/html; charset=utf-8', true],
      ['image/svg+xml', 'image/svg+xml', true],
      ['text/vtt', 'text/vtt; charset=utf-8', true],
      ['text/plain; charset=us-ascii', 'text/plain; charset=us-ascii', true],
      ['image/png', 'image/png', false],
      ['audio/wav', 'audio/wav', false],
    ];
    for (const [mime, type, sandboxed] of cases) {
      const { headers } = await ask((await put({ mime, extension: 'x' })).url);
      expect(headers.get('content-type'), mime).to.equal(type);
      expect(headers.get('content-security-policy'), mime).to.equal(sandboxed ? "default-src 'none'; sandbox" : null);
    }
  });

  it('answers two requests on one connection', async () => {
    const target = asset.url.slice(gate.base.length);
    const head = `HEAD ${target} HTTP/1.1\r\nHost: gate.test\r\n`;
    const answer = await sendRaw(gate.port, `${head}\r\n${head}Connection: close\r\n\r\n`);
    expect(answer.status).to.equal(200);
    expect(answer.body.match(/^HTTP\/1\.1 200 OK/gm)).to.have.length(1);
  });
});

describe('the files behind /assets', () => {
  it('are closed after every kind of answer', async () => {
    const watch = watchedDisk();
    const gate = await openGate({ disk: watch.disk });
    try {
      const { url } = await gate.portOf(ANN).put(Buffer.from(TEXT), VIDEO);
      const requests: readonly (readonly [string, Record<string, string>])[] = [
        ['GET', {}],
        ['HEAD', {}],
        ['GET', { range: 'bytes=1-2' }],
        ['GET', { range: 'bytes=100-' }],
      ];
      for (const [method, headers] of requests) {
        const answer = await fetch(url, { method, headers: { connection: 'close', ...headers } });
        await answer.arrayBuffer();
        await watch.allClosed();
      }
      expect(watch.opened()).to.equal(4);
    } finally {
      await gate.remove();
    }
  });

  it('are read no further than what was on its way when the reader walks away', async () => {
    const watch = watchedDisk();
    const gate = await openGate({ maxBytes: 100_000_000, disk: watch.disk });
    try {
      const { url } = await gate.portOf(ANN).put(new Uint8Array(60_000_000), VIDEO);
      await hangUpAtFirstData(url);
      await watch.allClosed();
      expect(watch.bytesRead()).to.be.within(1, 30_000_000);
    } finally {
      await gate.remove();
    }
  });
});

interface WatchedDisk {
  readonly disk: Disk;
  readonly opened: () => number;
  readonly bytesRead: () => number;
  /** Settles when every media file that was opened is closed. */
  readonly allClosed: () => Promise<void>;
}

/** A disk that counts what is done with media files. */
function watchedDisk(): WatchedDisk {
  type Read = (...args: unknown[]) => Promise<{ bytesRead: number }>;
  const closings: Promise<void>[] = [];
  let bytesRead = 0;
  const open: Disk['open'] = async (path, ...rest) => {
    const handle = await LOCAL_DISK.open(path, ...rest);
    if (!String(path).endsWith('.mp4')) return handle;
    const original = { read: handle.read.bind(handle) as Read, close: handle.close.bind(handle) };
    closings.push(
      new Promise((resolve) => {
        handle.close = () => original.close().finally(resolve);
      }),
    );
    const read: Read = async (...args) => {
      const answer = await original.read(...args);
      bytesRead += answer.bytesRead;
      return answer;
    };
    return Object.assign(handle, { read });
  };
  return {
    disk: { ...LOCAL_DISK, open },
    opened: () => closings.length,
    bytesRead: () => bytesRead,
    allClosed: async () => void (await Promise.all(closings)),
  };
}

function hangUpAtFirstData(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (answer) => {
      answer.once('data', () => {
        answer.destroy();
        resolve();
      });
    });
    request.on('error', reject);
  });
}
