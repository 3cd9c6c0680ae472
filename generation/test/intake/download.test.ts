import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import { type DownloadRequest, download } from '../../src/intake/download.ts';
import { HEAD_BYTES } from '../../src/intake/save-file.ts';
import { inScratch } from '../ffmpeg/stand-in.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import { type MediaServer, mediaServer } from './media-server.ts';
import { reasonOf, refusalOf } from './refusal.ts';

interface Case {
  readonly server: MediaServer;
  readonly folder: string;
  readonly path: string;
  readonly clock: ManualClock;
  fetch(over?: Partial<DownloadRequest>): Promise<{ readonly bytes: number }>;
}

/** Serves with `answer`, downloads with defaults, and expects nothing to be left when the work is done. */
function withServer(answer: RequestListener, work: (at: Case) => Promise<void>): Promise<void> {
  return inScratch(async (folder) => {
    const server = await mediaServer(answer);
    const clock = manualClock();
    const path = join(folder, 'incoming');
    const allowPrivate = new Set([server.pair]);
    const policy = { allowHttp: true, allowPrivate, lookup: async () => [], ownAddresses: () => [] };
    const { signal } = new AbortController();
    const request = { url: server.url, path, maxBytes: 1000, signal, accept: () => undefined };
    const fetch = (over: Partial<DownloadRequest> = {}) => download({ ...request, ...over }, { policy, clock });
    try {
      await work({ server, folder, path, clock, fetch });
    } finally {
      await server.close();
    }
  });
}

const sends =
  (text: string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(200, headers).end(text);

describe('a download', () => {
  it('writes what came, and counts it on the way', () =>
    withServer(sends('x'.repeat(1000), { 'content-length': '1000' }), async ({ fetch, path }) => {
      const counted: [number, number | undefined][] = [];
      const heads: number[] = [];
      const onBytes = (bytes: number, total: number | undefined) => counted.push([bytes, total]);
      const got = await fetch({ onBytes, accept: (head) => heads.push(head.byteLength) });
      expect(got).to.eql({ bytes: 1000 });
      expect(counted.at(-1)).to.eql([1000, 1000]);
      expect(heads).to.eql([HEAD_BYTES]);
      expect(await readFile(path, 'utf8')).to.equal('x'.repeat(1000));
    }));

  it('shows the whole of a short file as its head, and a head that came in pieces as one', async () => {
    const heads: string[] = [];
    const accept = (head: Uint8Array) => heads.push(Buffer.from(head).toString());
    await withServer(sends('short'), async ({ fetch }) => void (await fetch({ accept })));
    const piecemeal: RequestListener = async (_, response) => {
      for (let piece = 0; piece < 10; piece += 1) {
        await new Promise<void>((resolve) => response.write(`${piece}`.repeat(10), () => resolve()));
      }
      response.end();
    };
    await withServer(piecemeal, async ({ fetch }) => void (await fetch({ accept })));
    expect(heads[0]).to.equal('short');
    expect(heads[1])
      .to.have.length(HEAD_BYTES)
      .and.to.match(/^0{10}1{10}2{10}3{10}4{10}5{10}6{4}$/u);
    expect(heads).to.have.length(2);
  });

  it('refuses a file that is announced too large before any of it is read', () =>
    withServer(sends('x'.repeat(1001), { 'content-length': '1001' }), async ({ fetch, folder }) => {
      const accept = () => expect.fail('read some of it');
      const error = await refusalOf(fetch({ accept }));
      expect([error.errorName, error.facts.details]).to.eql(['REQUEST_TOO_LARGE', { max_bytes: 1000 }]);
      expect(await readdir(folder)).to.eql([]);
    }));

  it('stops in the middle of a file that is larger than allowed and does not say so', async () => {
    const { answer, gone } = endless();
    await withServer(answer, async ({ fetch, folder }) => {
      expect((await refusalOf(fetch({ maxBytes: 300_000 }))).errorName).to.equal('REQUEST_TOO_LARGE');
      await gone();
      expect(await readdir(folder)).to.eql([]);
    });
  });

  it('stops at the first bytes when they are not welcome', async () => {
    const { answer, gone } = endless();
    await withServer(answer, async ({ fetch, folder }) => {
      const accept = (): void => {
        throw new RangeError('not welcome');
      };
      const error = await fetch({ accept, maxBytes: 10_000_000 }).catch((caught: unknown) => caught);
      expect(String(error)).to.equal('RangeError: not welcome');
      await gone();
      expect(await readdir(folder)).to.eql([]);
    });
  });

  it('does not take half a file for a whole one', async () => {
    const halves: RequestListener[] = [
      (_, response) => {
        response.writeHead(200, { 'content-length': '900' });
        response.write('half', () => response.destroy());
      },
      (_, response) => void response.write('a chunk', () => response.destroy()),
    ];
    for (const half of halves) {
      await withServer(half, async ({ fetch, folder }) => {
        const error = await refusalOf(fetch());
        expect([error.errorName, reasonOf(error), error.retryable]).to.eql(['UPSTREAM_ERROR', 'cut_off', true]);
        expect(await readdir(folder)).to.eql([]);
      });
    }
  });

  it('gives up on a server that never answers', async () => {
    const asked = signalled();
    await withServer(asked.tell, async ({ fetch, folder, clock }) => {
      const refusal = refusalOf(fetch());
      await asked.told;
      clock.advance(14_999);
      clock.advance(1);
      const error = await refusal;
      expect([error.errorName, reasonOf(error), error.retryable]).to.eql(['UPSTREAM_ERROR', 'silence', true]);
      expect(await readdir(folder)).to.eql([]);
    });
  });

  it('gives up on a server that falls silent, and not on one that is slow', async () => {
    const read = signalled();
    let say = (_text: string): unknown => undefined;
    const slow: RequestListener = (_, response) => {
      say = (text) => response.write(text);
      say('first');
    };
    await withServer(slow, async ({ fetch, folder, clock }) => {
      let second = signalled();
      const refusal = refusalOf(fetch({ onBytes: (bytes) => (bytes > 5 ? second.tell() : read.tell()) }));
      await read.told;
      for (const text of ['slow', 'slower']) {
        clock.advance(14_999);
        say(text);
        await second.told;
        second = signalled();
        await clock.untilAsked();
      }
      clock.advance(14_999);
      await clock.untilAsked();
      clock.advance(1);
      expect(reasonOf(await refusal)).to.equal('silence');
      expect(await readdir(folder)).to.eql([]);
    });
  });

  it('gives up on a name service that never answers', () =>
    inScratch(async (folder) => {
      const clock = manualClock();
      const policy = {
        ...{ allowHttp: false, allowPrivate: new Set<string>(), ownAddresses: () => [] },
        lookup: () => new Promise<string[]>(() => undefined),
      };
      const { signal } = new AbortController();
      const request = {
        url: 'https://example.com/',
        path: join(folder, 'x'),
        maxBytes: 9,
        signal,
        accept: () => undefined,
      };
      const refusal = refusalOf(download(request, { policy, clock }));
      await clock.untilAsked();
      clock.advance(15_000);
      expect(reasonOf(await refusal)).to.equal('silence');
    }));

  it('ends with the call, in the middle of the file, and leaves nothing', async () => {
    const { answer, gone } = endless();
    await withServer(answer, async ({ fetch, folder }) => {
      const control = new AbortController();
      const onBytes = (bytes: number) => (bytes > 200_000 ? control.abort(new Error('changed my mind')) : undefined);
      const work = fetch({ signal: control.signal, onBytes, maxBytes: 500_000_000 });
      expect(String(await work.catch((error: unknown) => error))).to.equal('Error: changed my mind');
      await gone();
      expect(await readdir(folder)).to.eql([]);
    });
  });

  it('asks nobody when the call has ended already', () =>
    withServer(sends('x'), async ({ fetch, server }) => {
      const signal = AbortSignal.abort(new Error('too late'));
      expect(String(await fetch({ signal }).catch((error: unknown) => error))).to.equal('Error: too late');
      expect(server.connections()).to.equal(0);
    }));

  it('passes faults of the disk on as they are', () =>
    withServer(sends('x'), async ({ fetch, path }) => {
      const fault = await fetch({ path: join(path, 'no', 'such', 'folder') }).catch((error: unknown) => error);
      expect(fault).to.have.property('code', 'ENOENT');
    }));
});

/** A promise and the way to keep it. */
function signalled(): { readonly told: Promise<void>; tell(): void } {
  let tell = (): void => undefined;
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return { told, tell: () => tell() };
}

/** A file without an end, and the moment when nobody reads it any more. */
function endless(): { readonly answer: RequestListener; gone(): Promise<unknown> } {
  let gone: Promise<unknown> = Promise.resolve();
  const answer: RequestListener = (_, response) => {
    gone = once(response, 'close');
    pour(response);
  };
  return { answer, gone: () => gone };
}

function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(65_536, 'x');
  const more = (): void => {
    while (response.write(chunk));
  };
  response.on('drain', more);
  more();
}
