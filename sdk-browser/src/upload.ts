import {
  ASSET_HEADER,
  type Asset,
  isJsonObject,
  UPLOAD_PATH,
  type UploadFacts,
  type WireError,
} from '@callsheet/protocol';
import { CancelledError, RpcClientError } from '@callsheet/sdk-core';
import { abortSignal, checkOptions, errorFromWire, type OptionRules, rule, text } from '@callsheet/sdk-core/platform';
import { pageUrl } from './page-url.ts';

/** What a page says of a file; its type and its name tell what it is where nothing more is said. */
export interface UploadOptions extends UploadFacts {
  /** Who uploads, as `fetch` wants it: `{ authorization: 'Bearer …' }` with a token or a key for pages. */
  readonly headers: Readonly<Record<string, string>>;
  /** A file's own when not said. */
  readonly name?: string;
  /** Where it belongs; `default` when not said. */
  readonly project?: string;
  /** The same key means the same file, so that it can be sent again without being stored twice. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

const asKnown = (): undefined => undefined;

/** What is known of the file is looked at by the gateway. */
const RULES: OptionRules<UploadOptions> = {
  headers: /* @__PURE__ */ rule("who uploads, such as { authorization: 'Bearer …' }", isJsonObject, true),
  ...{ name: text, project: text, idempotencyKey: text, signal: abortSignal },
  ...{ kind: asKnown, mime: asKnown, extension: asKnown, model: asKnown, width: asKnown, height: asKnown },
  ...{ duration: asKnown, fps: asKnown, sample_rate: asKnown, channels: asKnown, params: asKnown, parents: asKnown },
};

/**
 * Stores a file of the page at the gateway that is reached at `url` (as for `createClient`); tools take the answer as
 * `asset:<asset_id>`. The browser streams it from the disk. It is tried once, and nothing tells how far it is: `fetch` has no
 * way to. Rejects with UPLOAD_FAILED when the gateway cannot be reached, CANCELLED, or with what the gateway says; with
 * TypeError for what is no file, and for options that are missing or that nobody knows, `onProgress` among them.
 */
export async function upload(url: string, file: Blob, options: UploadOptions): Promise<Asset> {
  if (!(file instanceof Blob)) throw new TypeError('Cannot upload: give a File or a Blob');
  // Without types nothing may be said at all; it is told what must be.
  checkOptions('upload', options ?? {}, RULES, 'headers');
  const {
    headers,
    name = 'name' in file ? String(file.name) : '',
    project,
    idempotencyKey,
    signal,
    ...facts
  } = options;
  const to = new URL(UPLOAD_PATH, pageUrl(url).replace(/^ws/, 'http'));
  if (name) to.searchParams.set('name', name);
  if (project) to.searchParams.set('project', project);
  const told = new Headers(headers);
  told.set(ASSET_HEADER, base64Url(JSON.stringify(facts)));
  if (idempotencyKey) told.set('idempotency-key', idempotencyKey);
  const failed = (why: string, cause?: unknown): RpcClientError =>
    new RpcClientError('UPLOAD_FAILED', `Cannot upload "${name}": ${why}`, {
      cause,
      retryable: true,
      maybeExecuted: true,
    });
  try {
    const response = await fetch(to, {
      method: 'POST',
      body: file,
      headers: told,
      signal: signal ?? null,
    });
    const answer: unknown = await response.json().catch(() => undefined);
    const { asset_id, error } = (answer ?? {}) as { readonly asset_id?: unknown; readonly error?: WireError };
    if (response.ok && typeof asset_id === 'string') return answer as Asset;
    throw typeof error?.code === 'number' ? errorFromWire(error) : failed(`HTTP ${response.status}`);
  } catch (cause) {
    if (RpcClientError.is(cause)) throw cause;
    if (signal?.aborted) throw new CancelledError('CANCELLED', `The page cancelled uploading "${name}"`, { cause });
    throw failed('the gateway could not be reached', cause);
  }
}

function base64Url(text: string): string {
  const binary = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
