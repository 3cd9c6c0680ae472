import { expect } from 'chai';
import type { UploadOptions } from '../src/upload.ts';
import { useChromium } from './chromium.ts';
import type { PageGateway } from './page-gateway.ts';

const PAGE = new URL('./pages/upload.ts', import.meta.url);

describe('an upload from a page', () => {
  const chromium = useChromium();
  let gateway: PageGateway;
  before(async () => {
    gateway = await chromium.gateway({ assets: { max_upload_bytes: 2_000_000 } });
  });

  /** Uploads so many bytes, and tells how it ended. */
  async function put(bytes: number, options: Partial<UploadOptions> & { readonly name?: string }, url = gateway.url) {
    const page = await chromium.open(PAGE);
    const headers = { authorization: `Bearer ${gateway.key}` };
    return page.evaluate(
      async ({ bytes, url, options }) => {
        const file = new File([new Uint8Array(bytes)], 'тишина.wav', { type: 'audio/wav' });
        try {
          return { asset: await uploadFile(url, file, options) };
        } catch (error) {
          const { name, code, wireName, retryable } = error as Record<string, unknown>;
          return { error: { name, code, wireName, retryable } };
        }
      },
      { bytes, url, options: { headers, ...options } },
    );
  }

  it('stores a file with its name and its type, and what the page knows of it', async () => {
    const { asset } = await put(1_500_000, { project: 'film', duration: 1.5, params: { take: 'ü' } });
    expect(asset).to.deep.include({
      ...{ kind: 'audio', mime: 'audio/wav', extension: 'wav', project: 'film', bytes: 1_500_000, duration: 1.5 },
      params: { take: 'ü', file_name: 'тишина.wav' },
    });
  });

  it('takes the address as clients do, and stores a file once under one key', async () => {
    const options = { idempotencyKey: 'take-1', name: 'a.wav' };
    const first = await put(10, options, gateway.httpUrl);
    const second = await put(10, options);
    expect(first.asset?.asset_id).to.match(/^ast_/);
    expect(second.asset?.asset_id).to.equal(first.asset?.asset_id);
  });

  it('says what the gateway says', async () => {
    chromium.allow(/status of 4\d\d/);
    const refused = await put(10, { headers: { authorization: 'Bearer nobody' } });
    expect(refused.error).to.deep.include({ name: 'AuthError', code: 'AUTH' });
    expect((await put(2_000_001, {})).error).to.deep.include({ code: 'TOO_LARGE', wireName: 'REQUEST_TOO_LARGE' });
    expect((await put(10, { kind: 'image' })).error).to.deep.include({ name: 'ValidationError' });
    expect((await put(10, { mime: 'x/y' })).error).to.deep.include({ name: 'ValidationError', code: 'INVALID_PARAMS' });
  });

  it('is refused without what it needs, and with what nobody reads', async () => {
    const page = await chromium.open(PAGE);
    const said = await page.evaluate(async (url) => {
      const headers = { authorization: 'Bearer k' };
      const wrong: [unknown, unknown][] = [
        ...[
          undefined,
          {},
          { headers: 'Bearer k' },
          { headers, onProgress: () => undefined },
          { headers, naem: 'a' },
        ].map((options): [unknown, unknown] => [new Blob(['a']), options]),
        ['a.png', { headers }],
      ];
      const outcomes = wrong.map(([file, options]) => uploadFile(url, file as Blob, options as never).catch(String));
      return Promise.all(outcomes);
    }, gateway.url);
    const headers = `TypeError: Cannot upload: option "headers": expected who uploads, such as { authorization: 'Bearer …' }`;
    expect(said.slice(0, 3)).to.deep.equal([headers, headers, headers]);
    expect(said[3]).to.match(
      /^TypeError: Cannot upload: there is no option "onProgress"; the options are headers, name,/,
    );
    expect(said[4]).to.contain('there is no option "naem"');
    expect(said[5]).to.equal('TypeError: Cannot upload: give a File or a Blob');
  });

  it('says when there is no gateway', async () => {
    chromium.allow(/ERR_CONNECTION_REFUSED|Failed to load/);
    const { error } = await put(10, {}, 'ws://127.0.0.1:9');
    expect(error).to.deep.include({ code: 'UPLOAD_FAILED', retryable: true });
  });

  it('ends when it is aborted', async () => {
    const page = await chromium.open(PAGE);
    const code = await page.evaluate(
      ([url = '', key = '']) => {
        const signal = AbortSignal.abort();
        const headers = { authorization: `Bearer ${key}` };
        return uploadFile(url, new Blob(['a']), { headers, signal, mime: 'text/plain' }).catch(
          ({ code }: { code: string }) => code,
        );
      },
      [gateway.url, gateway.key],
    );
    expect(code).to.equal('CANCELLED');
  });
});
