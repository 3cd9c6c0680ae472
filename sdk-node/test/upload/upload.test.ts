import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Asset } from '@callsheet/protocol';
import { expect } from 'chai';
import { rejection } from '../../../sdk-core/test/conversation.ts';
import { FakeClock } from '../../../sdk-core/test/fake-clock.ts';
import { useTempDir } from '../../../server/test/temp-dir.ts';
import { type Uploadable, type UploadOptions, type UploadPlatform, upload } from '../../src/upload/upload.ts';
import { runAlong } from '../run-along.ts';
import { ScriptedGateway } from '../scripted-gateway.ts';

const FILM = randomBytes(600_000);
const SHA256 = createHash('sha256').update(FILM).digest('hex');

/** What the gateway got. */
interface Arrived {
  readonly request: IncomingMessage;
  body: Buffer;
}

describe('an upload', () => {
  const folder = useTempDir();
  let gateway: ScriptedGateway;
  let clock: FakeClock;
  let arrived: Arrived[];
  let platform: UploadPlatform;

  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
    clock = new FakeClock();
    arrived = [];
    answer(stored);
    platform = {
      ...{ fetch, clock, random: () => 0, origin: gateway.origin, signsBodies: false, patienceMs: 10_000 },
      authorize: async ({ bodySha256 = 'nothing' }) => ({ authorization: `Bearer k1 ${bodySha256}` }),
    };
  });
  afterEach(() => gateway.stop());

  /** Answers the n-th upload with the n-th handler, all further ones with the last, when all of it has come. */
  function answer(...handlers: ((response: ServerResponse, body: Buffer) => void)[]): void {
    gateway.onRequest = async (request, response) => {
      const handler = handlers[Math.min(arrived.length, handlers.length - 1)];
      const here: Arrived = { request, body: Buffer.alloc(0) };
      arrived.push(here);
      try {
        for await (const chunk of request) here.body = Buffer.concat([here.body, chunk]);
      } catch {
        return;
      }
      handler?.(response, here.body);
    };
  }
  function stored(response: ServerResponse, body: Buffer): void {
    const sha256 = createHash('sha256').update(body).digest('hex');
    response.writeHead(201).end(JSON.stringify({ asset_id: 'ast_1', sha256, bytes: body.length }));
  }
  const refuse = (status: number, code: number, data: object) => (response: ServerResponse) =>
    response.writeHead(status).end(JSON.stringify({ error: { code, message: 'Cannot store the file: no', data } }));
  const cut = (response: ServerResponse): void => void response.destroy();

  const put = (source: Uploadable, options: UploadOptions = {}): Promise<Asset> =>
    runAlong(
      clock,
      upload(source, options, () => platform),
    );
  const film = async (): Promise<string> => {
    await writeFile(join(folder(), 'film.mp4'), FILM);
    return join(folder(), 'film.mp4');
  };
  const headers = (at = 0): IncomingMessage['headers'] => arrived[at]?.request.headers ?? {};
  const factsOf = (at = 0): unknown =>
    JSON.parse(Buffer.from(String(headers(at)['callsheet-asset']), 'base64url').toString());

  it('sends a file with its name, its length and the credential, and tells how far it is', async () => {
    const seen: number[] = [];
    const asset = await put(await film(), {
      project: 'a project',
      width: 640,
      onProgress: ({ sentBytes, totalBytes }) => {
        expect(totalBytes).to.equal(FILM.length);
        seen.push(sentBytes);
      },
    });
    expect(asset).to.deep.equal({ asset_id: 'ast_1', sha256: SHA256, bytes: FILM.length });
    expect(arrived[0]?.body).to.deep.equal(FILM);
    expect(arrived[0]?.request).to.include({ method: 'POST', url: '/v1/assets?project=a+project&name=film.mp4' });
    expect(headers()).to.include({ authorization: 'Bearer k1 nothing', 'content-length': `${FILM.length}` });
    expect(headers()).to.not.have.any.keys('content-type', 'content-digest', 'transfer-encoding');
    expect(factsOf()).to.deep.equal({ width: 640 });
    expect(seen).to.have.length.above(1);
    expect(seen).to.deep.equal([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).to.equal(FILM.length);
  });

  it('sends bytes, streams and what yields bytes, and nothing at all', async () => {
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield FILM.subarray(0, 10);
      yield FILM.subarray(10);
    }
    const sources = [new Uint8Array(FILM), Readable.from([FILM]), pieces()];
    for (const source of sources) await put(source, { name: 'a.mp4', mime: 'video/mp4' });
    await put(new Uint8Array(), { mime: 'text/plain' });
    expect(arrived.map(({ body }) => body.equals(FILM))).to.deep.equal([true, true, true, false]);
    expect(arrived.map((_, at) => headers(at)['content-length'])).to.deep.equal([
      ...['600000', undefined, undefined],
      '0',
    ]);
    expect(headers(1)['content-type']).to.equal('video/mp4');
  });

  it('says the length and the hash of a stream where the caller knows them', async () => {
    await put(Readable.from([FILM]), { totalBytes: FILM.length, sha256: SHA256 });
    const digest = `sha-256=:${Buffer.from(SHA256, 'hex').toString('base64')}:`;
    expect(headers()).to.include({ 'content-length': '600000', 'content-digest': digest });
  });

  describe('when the connection breaks', () => {
    it('sends a file again under the same key, and gives up after five times', async () => {
      const path = await film();
      answer(cut, cut, stored);
      expect(await put(path)).to.include({ sha256: SHA256 });
      expect(arrived).to.have.length(3);
      const keys = new Set(arrived.map((_, at) => headers(at)['idempotency-key']));
      expect(keys.size).to.equal(1);
      answer(cut);
      expect(await rejection(put(path))).to.include({ code: 'UPLOAD_FAILED', retryable: true, maybeExecuted: true });
      expect(arrived).to.have.length(3 + 5);
    });

    it('does not send a stream again, except one of which nothing was read', async () => {
      answer(cut, stored);
      const error = await rejection(put(Readable.from([FILM])));
      expect(error).to.include({ code: 'UPLOAD_FAILED', retryable: true, maybeExecuted: true });
      expect(String(error)).to.contain('a stream cannot be read again');
      expect(arrived).to.have.length(1);
      let dials = 0;
      platform = {
        ...platform,
        fetch: async (...request) => (++dials < 3 ? Promise.reject(new TypeError('fetch failed')) : fetch(...request)),
      };
      expect(await put(Readable.from([FILM]))).to.include({ sha256: SHA256 });
    });

    it('takes one that moves nothing for a minute for broken', async () => {
      const path = await film();
      gateway.onRequest = (request, response) => {
        arrived.push({ request, body: Buffer.alloc(0) });
        if (arrived.length > 1) request.resume().on('end', () => stored(response, FILM));
      };
      const going = put(path);
      while (arrived.length === 0) await new Promise(setImmediate);
      await clock.advance(60_000);
      while (arrived.length < 2) await clock.advance(10);
      expect(await going).to.include({ sha256: SHA256 });
      expect(arrived).to.have.length(2);
    });
  });

  describe('when the gateway refuses', () => {
    it('comes back when it says so, and tells what cannot be waited for', async () => {
      const busy = { name: 'TOO_MANY_IN_FLIGHT', retryable: true, retryAfterMs: 5_000 };
      answer(refuse(429, 4291, busy), stored);
      const waits: number[] = [];
      const after: FakeClock['after'] = (ms, run) => {
        waits.push(ms);
        return clock.after(ms, run);
      };
      platform = { ...platform, clock: { now: () => clock.now(), after } };
      const going = put(FILM);
      while (!waits.includes(5_000)) await new Promise(setImmediate);
      await clock.advance(4_999);
      expect(arrived).to.have.length(1);
      await clock.advance(1);
      expect(await going).to.include({ sha256: SHA256 });
      answer(refuse(429, 4292, { name: 'QUOTA_EXCEEDED', retryable: true, retryAfterMs: 3_600_000 }));
      const error = await rejection(put(FILM));
      expect(error).to.include({ name: 'RateLimitError', wireName: 'QUOTA_EXCEEDED', retryAfterMs: 3_600_000 });
    });

    for (const [status, number, code] of [
      [401, 4010, 'AUTH'],
      [403, 4030, 'FORBIDDEN'],
      [413, 4130, 'TOO_LARGE'],
      [415, -32602, 'INVALID_PARAMS'],
      [422, 4222, 'REFUSED'],
    ] as const) {
      it(`reads ${status} as ${code}, once`, async () => {
        answer(refuse(status, number, { name: 'X', retryable: false }));
        expect(await rejection(put(FILM))).to.include({ code, wireCode: number });
        expect(arrived).to.have.length(1);
      });
    }

    it('waits for what stands before it, and not for what nobody can mend', async () => {
      answer((response) => response.writeHead(502).end('<html>'), stored);
      expect(await put(FILM)).to.include({ sha256: SHA256 });
      answer((response) => response.writeHead(418).end());
      const error = await rejection(put(FILM));
      expect(error).to.include({ code: 'UPLOAD_FAILED', retryable: false });
      expect(String(error)).to.contain('HTTP 418');
    });

    it('does not trust an answer that is no record, or of something else', async () => {
      answer((response) => response.end('{}'));
      expect(await rejection(put(FILM))).to.include({ code: 'PROTOCOL', maybeExecuted: true });
      answer((response) => stored(response, Buffer.from('other')));
      expect(String(await rejection(put(FILM)))).to.contain('has another SHA-256');
    });
  });

  describe('that is aborted', () => {
    it('ends at once, whatever it waits for, and lets go of the stream', async () => {
      let isAsked = false;
      const silent = new Readable({
        read: () => {
          isAsked = true;
        },
      });
      const abort = new AbortController();
      const going = rejection(put(silent, { signal: abort.signal }));
      while (!isAsked) await new Promise(setImmediate);
      abort.abort('enough');
      expect(await going).to.include({ code: 'CANCELLED', cause: 'enough' });
      expect(silent.destroyed).to.equal(true);
      expect(clock.pending).to.equal(0);
    });

    it('ends at once while the token function hangs, and by itself after a while', async () => {
      for (const end of ['abort', 'time']) {
        const abort = new AbortController();
        let isAsked = false;
        const authorize = (): Promise<never> => {
          isAsked = true;
          return new Promise(() => undefined);
        };
        platform = { ...platform, authorize };
        const going = rejection(upload(FILM, { signal: abort.signal }, () => platform));
        while (!isAsked) await new Promise(setImmediate);
        if (end === 'abort') abort.abort('enough');
        else await clock.advance(10_000);
        expect(await going).to.include({ code: end === 'abort' ? 'CANCELLED' : 'TIMEOUT' });
        expect(clock.pending).to.equal(0);
        expect(arrived).to.deep.equal([]);
      }
    });

    it('ends between two attempts', async () => {
      answer(cut);
      platform = { ...platform, random: () => 0.5 };
      const abort = new AbortController();
      const going = rejection(upload(FILM, { signal: abort.signal }, () => platform));
      while (clock.pending === 0 || arrived.length === 0) await new Promise(setImmediate);
      abort.abort();
      expect(await going).to.include({ code: 'CANCELLED' });
      expect(clock.pending).to.equal(0);
    });

    it('never begins when it was aborted before', async () => {
      expect(await rejection(put(await film(), { signal: AbortSignal.abort() }))).to.include({ code: 'CANCELLED' });
      expect(arrived).to.deep.equal([]);
    });
  });

  it('reads no further than the gateway takes', async () => {
    gateway.onRequest = (request) => void arrived.push({ request, body: Buffer.alloc(0) });
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        read += 262_144;
        yield Buffer.alloc(262_144);
      }
    }
    const abort = new AbortController();
    const going = rejection(upload(endless(), { signal: abort.signal }, () => platform));
    while (arrived.length === 0) await new Promise(setImmediate);
    let seen = -1;
    // Until the kernel’s buffers are full.
    while (seen !== read) {
      seen = read;
      for (let turn = 0; turn < 2_000; turn++) await new Promise(setImmediate);
    }
    expect(read).to.be.below(32 * 1_048_576);
    abort.abort();
    expect(await going).to.include({ code: 'CANCELLED' });
  });

  describe('of something that cannot be read', () => {
    it('says why in the words of the system', async () => {
      const error = await rejection(put(join(folder(), 'nowhere.png')));
      expect(error).to.include({ code: 'UPLOAD_FAILED', retryable: false });
      expect(String(error)).to.contain('ENOENT');
      await mkdir(join(folder(), 'sub'));
      expect(String(await rejection(put(join(folder(), 'sub'))))).to.contain('it is no file');
    });

    it('says what the stream said', async () => {
      const cause = new Error('the disk is on fire');
      async function* burning(): AsyncGenerator<Uint8Array> {
        yield FILM;
        throw cause;
      }
      expect(await rejection(put(burning()))).to.include({ code: 'UPLOAD_FAILED', cause });
      expect(String(await rejection(put(Readable.from(['text']))))).to.contain('a chunk of type string');
    });

    it('notices that it is longer or shorter than it was said to be', async () => {
      for (const totalBytes of [FILM.length - 1, FILM.length + 1]) {
        const error = await rejection(put(Readable.from([FILM]), { totalBytes }));
        expect(String(error)).to.contain(`not the ${totalBytes} bytes long`);
      }
    });
  });

  describe('under a signature', () => {
    beforeEach(() => {
      platform = { ...platform, signsBodies: true };
    });

    it('covers the bytes, and says their hash', async () => {
      for (const source of [await film(), new Uint8Array(FILM)]) await put(source);
      await put(Readable.from([FILM]), { sha256: SHA256 });
      expect(arrived.map((_, at) => headers(at).authorization)).to.deep.equal(Array(3).fill(`Bearer k1 ${SHA256}`));
      expect(headers()['content-digest']).to.match(/^sha-256=:/);
    });

    it('refuses a stream nobody knows the hash of', async () => {
      const error = await rejection(put(Readable.from([FILM])));
      expect(error).to.be.instanceOf(TypeError);
      expect(String(error)).to.contain('say their "sha256"');
    });
  });

  it('checks what it is given at the door', async () => {
    const wrong: [unknown, object, string][] = [
      ['', {}, 'give a path, bytes, or a stream'],
      [7, {}, 'give a path, bytes, or a stream'],
      [null, {}, 'give a path, bytes, or a stream'],
      [FILM, { kinds: 'image' }, 'there is no option "kinds"'],
      [FILM, { kind: 'picture' }, 'one of image, video'],
      [FILM, { sha256: 'ABC' }, '64 lower-case hex digits'],
      [FILM, { totalBytes: 1.5 }, 'whole number of bytes'],
      [FILM, { width: -1 }, '0 or more'],
      [FILM, { name: 'a/b' }, 'without slashes'],
      [FILM, { idempotencyKey: 'ä' }, 'printable ASCII'],
      [FILM, { params: [] }, 'expected an object'],
      [FILM, { parents: [1] }, 'list of asset ids'],
      [FILM, { provider: 'x' }, 'there is no option "provider"'],
    ];
    for (const [source, options, sentence] of wrong) {
      const error = await rejection(put(source as Uploadable, options));
      expect(error).to.be.instanceOf(TypeError);
      expect(String(error)).to.contain(sentence);
    }
    const long = await rejection(put(FILM, { params: { text: 'x'.repeat(10_000) } }));
    expect(long).to.include({ code: 'TOO_LARGE' });
    expect(arrived).to.deep.equal([]);
  });
});
