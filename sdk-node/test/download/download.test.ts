import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { expect } from 'chai';
import { rejection } from '../../../sdk-core/test/conversation.ts';
import { FakeClock } from '../../../sdk-core/test/fake-clock.ts';
import { type DownloadOptions, download } from '../../src/download/download.ts';
import type { TransferPlatform } from '../../src/download/transfer.ts';
import { runAlong } from '../run-along.ts';
import { ScriptedGateway } from '../scripted-gateway.ts';

const FILM = randomBytes(300_000);
const SHA256 = createHash('sha256').update(FILM).digest('hex');
const ETAG = `"${SHA256.slice(0, 16)}"`;

/** Serves FILM with ranges; `breakAt` cuts the connection behind that byte of the file, once for each number. */
function serveFilm(breakAt: number[] = [], etag: string | null = ETAG) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const match = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const ifRange = request.headers['if-range'];
    const from = match !== null && (ifRange === undefined || ifRange === etag) ? Number(match[1]) : 0;
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': FILM.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${FILM.length - 1}/${FILM.length}` }),
      ...(etag && { etag }),
    });
    const until = breakAt.shift();
    if (until === undefined) response.end(FILM.subarray(from));
    else response.write(FILM.subarray(from, Math.max(from, until)), () => setImmediate(() => response.destroy()));
  };
}

describe('a download', () => {
  let gateway: ScriptedGateway;
  let folder: string;
  let clock: FakeClock;
  const asked: IncomingMessage[] = [];

  const serve = (handler: (request: IncomingMessage, response: ServerResponse) => void): void => {
    gateway.onRequest = (request, response) => {
      asked.push(request);
      handler(request, response);
    };
  };
  const platform = (): TransferPlatform => ({
    fetch,
    clock,
    random: () => 0,
    origin: gateway.origin,
    trusted: [gateway.origin],
    authorize: async () => ({ authorization: 'Bearer k1' }),
    patienceMs: 10_000,
  });
  const get = (source: Parameters<typeof download>[0], options: DownloadOptions): ReturnType<typeof download> =>
    runAlong(clock, download(source, options, platform));

  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
    folder = await mkdtemp(join(tmpdir(), 'callsheet-download-'));
    clock = new FakeClock();
    asked.length = 0;
  });
  afterEach(async () => {
    await gateway.stop();
    await rm(folder, { recursive: true });
  });

  const path = (name = 'film.mp4'): string => join(folder, name);

  it('puts the whole file under its name, checked, and tells how far it is', async () => {
    serve(serveFilm());
    const seen: number[] = [];
    const asset = { url: `${gateway.origin}/assets/p/video/film.mp4`, sha256: SHA256, bytes: FILM.length };
    const result = await get(asset, {
      to: path(),
      onProgress: ({ receivedBytes, totalBytes }) => {
        expect(totalBytes).to.equal(FILM.length);
        seen.push(receivedBytes);
      },
    });
    expect(result).to.deep.equal({ bytes: FILM.length, sha256: SHA256 });
    expect(await readFile(path())).to.deep.equal(FILM);
    expect(await readdir(folder)).to.deep.equal(['film.mp4']);
    expect(seen.at(-1)).to.equal(FILM.length);
    expect(asked[0]?.headers).to.include({ authorization: 'Bearer k1', 'accept-encoding': 'identity' });
  });

  it('takes a broken connection up where it was, as often as it takes', async () => {
    serve(serveFilm([100_000, 100_000, 200_000, 299_999]));
    const result = await get('/assets/p/video/film.mp4', { to: path() });
    expect(result.sha256).to.equal(SHA256);
    expect(await readFile(path())).to.deep.equal(FILM);
    expect(asked.length).to.be.at.least(4);
    const [, second] = asked;
    expect(second?.headers['if-range']).to.equal(ETAG);
    expect(second?.headers.range).to.match(/^bytes=\d+-$/);
  });

  it('begins anew when the file has changed meanwhile', async () => {
    const old = serveFilm([50_000], '"old"');
    const renewed = serveFilm([], '"new"');
    serve((request, response) => (asked.length === 1 ? old : renewed)(request, response));
    expect((await get('/film', { to: path() })).sha256).to.equal(SHA256);
    expect(await readFile(path())).to.deep.equal(FILM);
  });

  it('begins anew when nothing tells that the file is still the same', async () => {
    serve(serveFilm([50_000], null));
    const weak = await get('/film', { to: path() });
    expect(weak.sha256).to.equal(SHA256);
    expect(asked.map(({ headers }) => headers.range)).to.deep.equal([undefined, undefined]);
  });

  it('gives up after five attempts that brought nothing, and leaves no file', async () => {
    serve(serveFilm([10_000, 0, 0, 0, 0, 0, 0]));
    const error = await rejection(get('/film?signature=s3cret', { to: path() }));
    expect(error).to.include({ code: 'DOWNLOAD_FAILED', retryable: true });
    expect(String(error)).to.contain('5 attempts in a row').and.not.contain('s3cret');
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('waits as long as the server asks', async () => {
    serve((request, response) => {
      if (asked.length === 1) response.writeHead(503, { 'retry-after': '7' }).end();
      else serveFilm()(request, response);
    });
    const going = download('/film', { to: path() }, platform);
    while (!clock.waits.includes(7_000)) await clock.advance(0);
    await clock.advance(6_999);
    expect(asked).to.have.length(1);
    await clock.advance(1);
    while (asked.length === 1) await clock.advance(0);
    expect((await going).sha256).to.equal(SHA256);
  });

  it('a connection that says nothing for half a minute is left', async () => {
    serve((request, response) => {
      if (asked.length > 1) serveFilm()(request, response);
    });
    const going = download('/film', { to: path() }, platform);
    while (asked.length === 0) await clock.advance(0);
    await clock.advance(30_000);
    expect((await going).sha256).to.equal(SHA256);
    expect(asked).to.have.length(2);
    expect(clock.pending).to.equal(0);
  });

  for (const [status, code] of [
    [401, 'AUTH'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [418, 'DOWNLOAD_FAILED'],
  ] as const) {
    it(`HTTP ${status} is ${code} at once`, async () => {
      serve((_request, response) => response.writeHead(status).end('no'));
      expect(await rejection(get('/film', { to: path() }))).to.include({ code });
      expect(asked).to.have.length(1);
      expect(await readdir(folder)).to.deep.equal([]);
    });
  }

  it('refuses bytes that are not those of the asset', async () => {
    serve(serveFilm());
    const wrong = await rejection(get({ url: '/film', sha256: '0'.repeat(64) }, { to: path() }));
    expect(String(wrong)).to.contain('SHA-256');
    const short = await rejection(get({ url: '/film', bytes: 7 }, { to: path() }));
    expect(String(short)).to.contain('instead of 7');
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('ends at once when the caller aborts', async () => {
    serve((_request, response) => {
      response.writeHead(200, { 'content-length': FILM.length });
      response.write(FILM.subarray(0, 1_000));
    });
    const abort = new AbortController();
    const failed = rejection(
      get('/film', { to: path(), signal: abort.signal, onProgress: () => abort.abort('enough') }),
    );
    expect(await failed).to.include({ code: 'CANCELLED', cause: 'enough' });
    expect(await readdir(folder)).to.deep.equal([]);
    expect(clock.pending).to.equal(0);
  });

  it('ends at once when the caller aborts in a pause', async () => {
    // The second is longer than a timer can hold.
    for (const [seconds, ms] of [
      ['3600', 3_600_000],
      ['99999999999', 2_147_483_647],
    ] as const) {
      serve((_request, response) => response.writeHead(503, { 'retry-after': seconds }).end());
      const abort = new AbortController();
      const failed = rejection(download('/film', { to: path(), signal: abort.signal }, platform));
      while (!clock.waits.some((wait) => wait > 30_000)) await clock.advance(0);
      expect(clock.waits).to.include(ms);
      abort.abort();
      expect(await failed).to.include({ code: 'CANCELLED' });
      expect(clock.pending).to.equal(0);
    }
  });

  it('ends at once when the caller aborts while the token function hangs, and by itself after a while', async () => {
    for (const end of ['abort', 'time']) {
      const abort = new AbortController();
      let isAsked = false;
      const silent: TransferPlatform = {
        ...platform(),
        authorize: () => {
          isAsked = true;
          return new Promise(() => undefined);
        },
      };
      const failed = rejection(download('/film', { to: path(), signal: abort.signal }, () => silent));
      while (!isAsked) await clock.advance(0);
      if (end === 'abort') abort.abort('enough');
      else await clock.advance(10_000);
      expect(await failed).to.include({ code: end === 'abort' ? 'CANCELLED' : 'TIMEOUT' });
      expect(await readdir(folder)).to.deep.equal([]);
      expect(clock.pending).to.equal(0);
    }
  });

  it('ends at once when the caller aborts while the stream takes nothing, or when it is closed', async () => {
    for (const end of ['abort', 'close']) {
      serve(serveFilm());
      const abort = new AbortController();
      let isFull = false;
      const stuck = new Writable({
        write: () => {
          isFull = true;
        },
      });
      const failed = rejection(get('/film', { to: stuck, signal: abort.signal }));
      while (!isFull) await clock.advance(0);
      if (end === 'abort') abort.abort('enough');
      else stuck.destroy();
      expect(await failed).to.include({ code: end === 'abort' ? 'CANCELLED' : 'DOWNLOAD_FAILED' });
      expect(stuck.listenerCount('close')).to.equal(0);
      expect(clock.pending).to.equal(0);
    }
  });

  it('writes to a stream and leaves it open, but cannot begin anew there', async () => {
    serve(serveFilm());
    const chunks: Buffer[] = [];
    const stream = new PassThrough().on('data', (chunk: Buffer) => chunks.push(chunk));
    await get('/film', { to: stream });
    expect(Buffer.concat(chunks)).to.deep.equal(FILM);
    expect(stream.writableEnded).to.equal(false);

    asked.length = 0;
    serve(serveFilm([50_000], null));
    const error = await rejection(get('/film', { to: new PassThrough().resume() }));
    expect(String(error)).to.contain('download to a path instead');
  });

  it('tells what the stream or the folder had against it', async () => {
    serve(serveFilm());
    const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error('no space left')) });
    full.on('error', () => undefined);
    expect(String(await rejection(get('/film', { to: full })))).to.contain('no space left');
    expect(String(await rejection(get('/film', { to: join(folder, 'missing', 'film.mp4') })))).to.contain('ENOENT');
  });

  it('shows the key to its own gateway only, also after a redirect', async () => {
    const other = await ScriptedGateway.start();
    const seen: (string | undefined)[] = [];
    other.onRequest = (request, response) => {
      seen.push(request.headers.authorization);
      serveFilm()(request, response);
    };
    serve((_request, response) => response.writeHead(302, { location: `${other.origin}/elsewhere` }).end());
    await get('/film', { to: path() });
    expect(asked[0]?.headers.authorization).to.equal('Bearer k1');
    await get(`${other.origin}/film`, { to: path() });
    expect(seen).to.deep.equal([undefined, undefined]);
    await other.stop();
  });

  it('follows five redirects and no more, and none out of HTTP', async () => {
    serve((_request, response) => response.writeHead(307, { location: '/again' }).end());
    expect(String(await rejection(get('/film', { to: path() })))).to.contain('more than 5 redirects');
    expect(asked).to.have.length(6);
    serve((_request, response) => response.writeHead(301, { location: 'file:///etc/passwd' }).end());
    expect(String(await rejection(get('/film', { to: path() })))).to.contain('redirects to "file:"');
  });

  it('asks again when the server sends another part than it was asked for', async () => {
    serve((request, response) => {
      if (asked.length === 2) response.writeHead(206, { 'content-range': `bytes 5-9/${FILM.length}` }).end('12345');
      else serveFilm(asked.length === 1 ? [50_000] : [])(request, response);
    });
    expect((await get('/film', { to: path() })).sha256).to.equal(SHA256);
    expect(asked).to.have.length(3);
  });

  it('refuses what can be no download', async () => {
    const refuse = (source: unknown, options: unknown): Promise<unknown> =>
      rejection(download(source as string, options as DownloadOptions, platform));
    expect(String(await refuse('', { to: path() }))).to.contain('without a URL');
    expect(String(await refuse({}, { to: path() }))).to.contain('without a URL');
    expect(String(await refuse('http://', { to: path() }))).to.contain('cannot be read');
    expect(String(await refuse('ftp://host/f', { to: path() }))).to.contain('"ftp:"');
    expect(String(await refuse('/film', {}))).to.contain('without "to"');
    expect(String(await refuse('/film', { to: 7 }))).to.contain('a path or a writable stream');
    expect(String(await refuse('/film', { to: path(), resume: true }))).to.contain('there is no option "resume"');
    expect(String(await refuse({ url: '/f', sha256: 'ABC' }, { to: path() }))).to.contain('64 lower-case hex');
    expect(String(await refuse({ url: '/f', bytes: -1 }, { to: path() }))).to.contain('"bytes" is -1');
  });
});
