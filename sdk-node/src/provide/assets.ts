import {
  ASSET_HEADER,
  type Asset,
  type AssetFacts,
  type AssetPort,
  CallError,
  isJsonObject,
  type Json,
  type OpenAsset,
  WORK_ASSETS_PATH,
  WORK_HEADER,
} from '@callsheet/protocol';
import type { Authorize } from '../authorization.ts';
import { hashedBody } from './hashed-body.ts';
import { errorOf, unreachable } from './http-refusal.ts';
import type { Work } from './work.ts';

/** What storing and reading files needs of the outside. */
export interface AssetHost {
  readonly fetch: typeof fetch;
  readonly authorize: Authorize;
  /** The credential covers what is sent, so its hash must be known before. */
  readonly signsBodies: boolean;
}

const LONGEST_FACTS = 12_288;

/** A tool's way to the gateway's files, over HTTP and as the caller it works for. */
export class WorkAssets implements AssetPort {
  readonly #work: Work;
  readonly #host: AssetHost;
  readonly #scratch: () => Promise<string>;
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;

  /** `scratch` makes the folder of the call. */
  constructor(work: Work, host: AssetHost, scratch: () => Promise<string>) {
    this.#work = work;
    this.#host = host;
    this.#scratch = scratch;
    this.#signal = AbortSignal.any([work.signal, this.#over.signal]);
  }

  readonly put = async (source: Uint8Array | AsyncIterable<Uint8Array>, facts: AssetFacts): Promise<Asset> => {
    if (!this.#host.signsBodies) return this.#put(source, facts);
    const { body, sha256, release } = await hashedBody(source, this.#scratch, this.#signal);
    try {
      return await this.#put(body, facts, sha256);
    } finally {
      await release();
    }
  };

  readonly open = async (ref: string): Promise<OpenAsset> => {
    const { asset, url } = await this.#link(ref);
    const response = await this.#fetch(url, {}, `open "${ref}"`);
    if (!response.ok) throw await errorOf(response, `open "${ref}"`);
    return { asset, stream: this.#read(response, ref) };
  };

  readonly url = async (ref: string): Promise<string> => (await this.#link(ref)).url.href;

  /** Ends what is still being read or written. */
  end(): void {
    this.#over.abort(new CallError('CANCELLED', 'The call has settled'));
  }

  async #put(source: Uint8Array | AsyncIterable<Uint8Array>, facts: AssetFacts, bodySha256?: string): Promise<Asset> {
    const { origin, workKey } = await this.#work.carried();
    const url = new URL(WORK_ASSETS_PATH, reachable(origin));
    const request = { url: url.href, method: 'PUT', ...(bodySha256 !== undefined && { bodySha256 }) };
    const headers = {
      ...(await this.#host.authorize(request)),
      [WORK_HEADER]: `${workKey}.${this.#work.order.id}`,
      [ASSET_HEADER]: headerOf(facts),
      'content-type': facts.mime,
      ...(bodySha256 !== undefined && { 'content-digest': digestHeader(bodySha256) }),
    };
    const fault: { own?: unknown } = {};
    const body = source instanceof Uint8Array ? source : watched(source, fault);
    // `half` is what fetch demands of a stream, which is pulled only as fast as the gateway takes it.
    const init = { method: 'PUT', headers, body, duplex: 'half', redirect: 'error' } as RequestInit;
    const response = await this.#fetch(url, init, 'store the file').catch((error: unknown) => {
      throw 'own' in fault ? fault.own : error;
    });
    if (!response.ok) throw await errorOf(response, 'store the file');
    const asset = await this.#told(response.json() as Promise<Json>, 'store the file');
    if (isJsonObject(asset) && typeof asset.asset_id === 'string') return asset as unknown as Asset;
    throw new CallError('UPSTREAM_ERROR', 'Cannot store the file: the gateway answered no asset', { retryable: true });
  }

  async #link(ref: string): Promise<{ readonly asset: Asset; readonly url: URL }> {
    const answer = await this.#work.ask('work/link', { ref }, true);
    const link = isJsonObject(answer) ? answer : {};
    const { origin } = await this.#work.carried();
    if (isJsonObject(link.asset) && typeof link.url === 'string') {
      // A link without a host is the gateway's own.
      return { asset: link.asset as unknown as Asset, url: new URL(link.url, origin) };
    }
    throw new CallError('UPSTREAM_ERROR', `Cannot open "${ref}": the gateway answered no link`, { retryable: true });
  }

  #fetch(url: URL, init: RequestInit, doing: string): Promise<Response> {
    return this.#told(this.#host.fetch(url, { ...init, signal: this.#signal }), doing);
  }

  /** Network faults in the words of the error table; an abort as what it was. */
  async #told<T>(promise: Promise<T>, doing: string): Promise<T> {
    try {
      return await promise;
    } catch (cause) {
      this.#signal.throwIfAborted();
      throw unreachable(doing, cause);
    }
  }

  async *#read(response: Response, ref: string): AsyncGenerator<Uint8Array> {
    if (response.body === null) return;
    try {
      for await (const chunk of response.body) yield chunk;
    } catch (cause) {
      this.#signal.throwIfAborted();
      throw unreachable(`read "${ref}"`, cause);
    }
  }
}

/** The facts as a header. @throws CallError REQUEST_TOO_LARGE: servers read 16 KiB of headers, all together. */
function headerOf(facts: AssetFacts): string {
  const text = Buffer.from(JSON.stringify(facts)).toString('base64url');
  if (text.length <= LONGEST_FACTS) return text;
  const sentence = `Cannot store the file: its facts take ${text.length} bytes in base64url, at most ${LONGEST_FACTS}`;
  throw new CallError('REQUEST_TOO_LARGE', `${sentence}; say less in "params"`);
}

/** RFC 9530 §2: what lets the gateway take a signed body as a stream. */
function digestHeader(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}

/** Fetch hides why a body broke; a fault of the tool's own stream stays the tool's. */
async function* watched(
  source: AsyncIterable<Uint8Array>,
  fault: { own?: unknown },
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* source;
  } catch (error) {
    fault.own = error;
    throw error;
  }
}

function reachable(origin: string | undefined): string {
  if (origin !== undefined) return origin;
  throw new CallError('UNAVAILABLE', 'Cannot reach the files of this gateway: it told no address of its own');
}
