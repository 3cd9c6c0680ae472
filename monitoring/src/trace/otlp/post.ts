import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { isJsonObject } from '@callsheet/protocol';
import type { OtlpOptions } from './options.ts';
import { tracesUrl } from './options.ts';
import { retryAfterMs } from './retry-after.ts';

/** What became of one try. */
export type PostOutcome =
  | { readonly kind: 'taken'; readonly rejected: number }
  /** Trying again may help; `afterMs` when the receiver said when. */
  | { readonly kind: 'again'; readonly why: string; readonly afterMs: number | undefined }
  | { readonly kind: 'refused'; readonly why: string };

export interface PostParts {
  readonly fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly after: (ms: number, callback: () => void) => () => void;
}

const USUAL_TIMEOUT_MS = 10_000;
/** The receiver's answer says little; a longer one is not read. */
const MOST_ANSWER = 65_536;
/** opentelemetry.io/docs/specs/otlp, «Retryable Response Codes». */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const compress = promisify(gzip);

/** One `POST` of an export after OTLP/HTTP. Never rejects. Redirects are refused: they would carry the headers elsewhere. */
export async function postOtlp(
  body: string,
  options: OtlpOptions,
  signal: AbortSignal,
  { fetch, now, after }: PostParts,
): Promise<PostOutcome> {
  const { endpoint, headers = {}, timeoutMs = USUAL_TIMEOUT_MS } = options;
  const stop = new AbortController();
  const cancel = after(timeoutMs, () => stop.abort(new Error(`no answer within ${timeoutMs} ms`)));
  try {
    const response = await fetch(tracesUrl(endpoint), {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([signal, stop.signal]),
      headers: {
        ...headers,
        'content-type': 'application/json',
        ...(options.gzip && { 'content-encoding': 'gzip' }),
      },
      body: options.gzip ? await compress(body) : body,
    });
    const { status } = response;
    const answer = await readAnswer(response);
    if (response.ok) return { kind: 'taken', rejected: rejectedIn(answer) };
    const why = `HTTP ${status}`;
    if (!RETRYABLE.has(status)) return { kind: 'refused', why };
    return { kind: 'again', why, afterMs: retryAfterMs(response.headers.get('retry-after'), now()) };
  } catch (error) {
    return { kind: 'again', why: wordsOf(error), afterMs: undefined };
  } finally {
    cancel();
  }
}

/** As much of it as counts; leaving the loop ends the transfer. */
async function readAnswer({ body }: Response): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MOST_ANSWER) return '';
  }
  return text;
}

/** `partialSuccess.rejectedSpans`, a 64-bit integer as text or number. */
function rejectedIn(answer: string): number {
  try {
    const parsed: unknown = JSON.parse(answer);
    const partial = isJsonObject(parsed) ? parsed.partialSuccess : undefined;
    const rejected = isJsonObject(partial) ? Number(partial.rejectedSpans ?? 0) : 0;
    return Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0;
  } catch {
    return 0;
  }
}

/** `fetch failed` says nothing; its cause does. Neither quotes a header. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
