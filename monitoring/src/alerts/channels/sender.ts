import { Redactor } from '../../redaction/redactor.ts';
import { DeliveryError } from '../notify/channel.ts';
import { type Clock, systemClock } from '../notify/clock.ts';
import { callable, flag, line, type OptionTable, withMethods } from '../notify/option-rules.ts';
import { TimeUp, within } from '../notify/within.ts';
import { type AddressOptions, urlRule } from './address.ts';
import { type Post, PrivateAddress, systemPost } from './post.ts';
import { readRetryAfter } from './retry-after.ts';

/** What every channel that posts somewhere can be told. */
export interface PostingOptions extends AddressOptions {
  /** What rules and routes call the channel. */
  readonly name?: string;
  /** How requests are sent; over the network when not said. */
  readonly post?: Post;
  /** The machine's clock when not said. */
  readonly clock?: Clock;
}

export const POSTING_RULES: OptionTable<PostingOptions> = {
  name: line(80, 'a name'),
  url: urlRule,
  allowPrivate: flag,
  post: callable,
  clock: withMethods('now', 'after'),
};

export interface Destination {
  readonly channel: string;
  readonly url: URL;
  readonly allowPrivate: boolean | undefined;
  /** Headers of every request besides the content type. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What else an answer may repeat and an error must not. */
  readonly secrets?: readonly string[];
  readonly post: Post | undefined;
  readonly clock: Clock | undefined;
}

/** Posts JSON text. Resolves when it was taken, rejects with a DeliveryError. */
export type Send = (body: string, signal: AbortSignal, headers?: Readonly<Record<string, string>>) => Promise<void>;

const TIMEOUT_MS = 10_000;
const LONGEST_QUOTE = 200;
/** Statuses below 500 that another attempt may change: request timeout, too early, too many requests. */
const PASSING: readonly number[] = [408, 425, 429];

/** Sends to one URL. Errors carry no `cause`: what the network says of a request may hold the host and more of the URL. */
export function createSender(destination: Destination): Send {
  const {
    channel,
    url,
    allowPrivate = false,
    headers: always = {},
    post = systemPost,
    clock = systemClock,
  } = destination;
  const redactor = new Redactor({ secrets: secretsOf(destination) });
  const failed = (why: string, retryable: boolean, retryAfterMs?: number) =>
    new DeliveryError(`Cannot deliver to the channel "${channel}": ${why}`, { retryable, retryAfterMs });

  return async (body, signal, headers = {}) => {
    const request = { url, headers: { 'content-type': 'application/json', ...always, ...headers }, body, allowPrivate };
    const answer = await within(TIMEOUT_MS, clock, signal, (bounded) =>
      post(request, bounded).catch((error) => {
        throw failed(...reasonOf(error, bounded));
      }),
    );
    const { status, text, retryAfter } = answer;
    if (status >= 200 && status < 300) return;
    if (status >= 300 && status < 400) {
      throw failed(`it redirects (HTTP status ${status}), which is not followed; give the URL it redirects to`, false);
    }
    const said = redactor.text(text).slice(0, LONGEST_QUOTE).trim();
    const why = `it answered with HTTP status ${status}${said === '' ? '' : ` and ${JSON.stringify(said)}`}`;
    if (status < 500 && !PASSING.includes(status)) throw failed(`${why}; check its URL and its settings`, false);
    throw failed(`${why}; it is tried again`, true, readRetryAfter(retryAfter, clock.now()));
  };
}

function reasonOf(error: unknown, { aborted, reason }: AbortSignal): [why: string, retryable: boolean] {
  if (error instanceof PrivateAddress) {
    return ['its URL leads to an address that is not public; set allowPrivate to true if that is meant', false];
  }
  if (aborted) return [reason instanceof TimeUp ? `${reason.message}; it is tried again` : 'it was given up', true];
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return [`the connection failed${code}; check its URL, or wait until it is there again`, true];
}

/** The URL, the parts of it that are long enough to open something, and headers: as whole values, where a server repeats them. */
function secretsOf({ url, headers = {}, secrets = [] }: Destination): string[] {
  const parts = [url.href, url.pathname + url.search, ...url.pathname.split('/'), ...url.searchParams.values()];
  return [...parts, ...Object.values(headers), ...secrets].filter((part) => part !== '/');
}
