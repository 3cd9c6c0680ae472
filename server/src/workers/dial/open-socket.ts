import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import type { FrameLimits } from '../../doors/websocket.ts';

export interface Destination {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** One of them must be answered; none may be when it is empty. */
  readonly protocols: readonly string[];
  /** What it may send, as for connections that come in. */
  readonly limits: FrameLimits;
  /** For everything until the WebSocket is open, however busy the peer looks meanwhile. */
  readonly timeoutMs: number;
}

export interface OpeningEvents {
  /** Attach to the socket at once: its first message may be in the same packet as its greeting. */
  opened(socket: WebSocket, stream: Duplex): void;
  /** Once, when it will not open. `reason` goes on behind «could not connect:». */
  failed(reason: string): void;
}

/**
 * Opens a WebSocket to somebody else: no compression, no redirects (a credential must not follow one), certificates checked.
 * Exactly one of the events comes, or none when the answer is called before.
 */
export function openSocket(to: Destination, clock: Pick<Clock, 'after'>, events: OpeningEvents): () => void {
  const socket = new WebSocket(to.url, [...to.protocols], {
    headers: to.headers,
    perMessageDeflate: false,
    followRedirects: false,
    ...to.limits,
  });
  let stream: Duplex | undefined;
  const settle = (): boolean => {
    if (settled) return false;
    settled = true;
    cancelTimer();
    return true;
  };
  let settled = false;
  const fail = (reason: string): void => {
    if (!settle()) return;
    socket.terminate();
    events.failed(reason);
  };
  const cancelTimer = clock.after(to.timeoutMs, () => fail(`no WebSocket within ${to.timeoutMs} ms`));
  socket.once('upgrade', (response) => {
    stream = response.socket;
  });
  // Stays for good: without a listener one broken frame would end the process.
  socket.on('error', (error) => fail(wordsOf(error)));
  socket.once('open', () => {
    if (stream !== undefined && settle()) events.opened(socket, stream);
  });
  return () => {
    if (settle()) socket.terminate();
  };
}

/** Of what ws and Node say, the part that helps; a peer's own words are not in it. */
function wordsOf(error: Error & { readonly code?: unknown }): string {
  const status = Number(/^Unexpected server response: (\d{3})$/.exec(error.message)?.[1]);
  if (status === 401 || status === 403) return `it refuses the credential (${status})`;
  if (status >= 300 && status < 400) return `it redirects (${status}); set the address it leads to`;
  if (status > 0) return `it answers HTTP ${status} instead of opening a WebSocket`;
  return typeof error.code === 'string' ? error.code : error.message;
}
