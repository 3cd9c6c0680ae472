import { ASSET_HEADER, type Asset, UPLOAD_PATH, type UploadFacts, type WireError } from '@callsheet/protocol';
import { CancelledError, RpcClientError } from '@callsheet/sdk-core';
import { errorFromWire } from '@callsheet/sdk-core/platform';
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

/**
 * Stores a file of the page at the gateway that is reached at `url` (as for `createClient`); tools take the answer as
 * `asset:<asset_id>`. The browser streams it from the disk. It is tried once, and nothing tells how far it is: `fetch` has no
 * way to. Rejects with UPLOAD_FAILED when the gateway cannot be reached, CANCELLED, or with what the gateway says.
 */
export async function upload(url: string, file: Blob, options: UploadOptions): Promise<Asset> {
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
  const told = { ...headers, [ASSET_HEADER]: base64Url(JSON.stringify(facts)) };
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
      headers: idempotencyKey ? { ...told, 'idempotency-key': idempotencyKey } : told,
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
