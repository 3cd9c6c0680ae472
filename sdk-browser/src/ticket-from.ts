import { AuthError, ConnectionError } from '@callsheet/sdk-core';

/**
 * Fetches a ticket from the page's own server, which knows by its cookie who asks, and gets tickets from the gateway with
 * `POST /v1/session/ticket`. The answer is JSON, `{ticket}`. For `auth: { type: 'ticket', ticket: ticketFrom('/my/ticket') }`.
 *
 * Where the server says that nobody is logged in (401, 403) the client ends with an AuthError; else it tries again later.
 */
export function ticketFrom(url: string | URL, init: RequestInit = {}): () => Promise<string> {
  return async () => {
    let answer: Response | undefined;
    let cause: unknown;
    try {
      answer = await fetch(url, { method: 'POST', credentials: 'include', cache: 'no-store', ...init });
      const body: unknown = answer.ok && (await answer.json());
      const { ticket } = body as { readonly ticket?: unknown };
      if (typeof ticket === 'string' && ticket) return ticket;
    } catch (error) {
      cause = error;
    }
    throw refusal(String(url).replace(/\?.*/s, ''), answer, cause);
  };
}

function refusal(name: string, answer: Response | undefined, cause: unknown): Error {
  const sentence = `Cannot get a ticket from "${name}": `;
  if (answer === undefined) {
    return new ConnectionError('CONNECT_FAILED', `${sentence}the server cannot be reached`, { cause, retryable: true });
  }
  const { ok, status, headers } = answer;
  if (status === 401 || status === 403) {
    return new AuthError(status === 401 ? 'AUTH' : 'FORBIDDEN', `${sentence}HTTP ${status}; log in again`);
  }
  return new ConnectionError('CONNECT_FAILED', sentence + (ok ? 'no {ticket} in the answer' : `HTTP ${status}`), {
    cause,
    retryable: true,
    retryAfterMs: 1_000 * Number(headers.get('retry-after')) || undefined,
  });
}
