import type { Duplex } from 'node:stream';
import { CLOSE_CODES, SUBPROTOCOL } from '@callsheet/protocol';
import type { CloseInfo, PresentedCredential, SocketListener, Transport, TransportSocket } from '@callsheet/sdk-core';
import { WebSocket } from 'ws';
import { authorization } from './authorization.ts';

/** A longer message from the gateway ends the connection. Bytes. */
export const MAX_PAYLOAD = 16 * 1024 * 1024;

/** Silence after which the system asks the other end whether it is still there, unless the client says otherwise. Milliseconds. */
export const TCP_KEEP_ALIVE_MS = 30_000;

/** How long a closing handshake may take before the socket is cut. */
const CLOSE_MS = 900;

/** Longer texts are worth a write of their own. UTF-16 units. */
const SMALL = 1_024;

/** What an HTTP refusal of the upgrade would have been as a close code (the protocol's error table has both). */
const CLOSE_OF_STATUS: Readonly<Record<number, number>> = {
  401: CLOSE_CODES.UNAUTHENTICATED.code,
  403: CLOSE_CODES.FORBIDDEN.code,
  426: CLOSE_CODES.VERSION_MISMATCH.code,
  429: CLOSE_CODES.ABUSE.code,
  503: CLOSE_CODES.TRY_LATER.code,
};

/**
 * Sockets of the `ws` package, which sends small messages at once (TCP_NODELAY). The credential goes into the Authorization
 * header of the upgrade, never into the URL.
 *
 * @param tcpKeepAliveMs silence after which the system probes the connection (RFC 9293 §3.8.4): between the questions of the
 * client itself it keeps entries of NATs and firewalls alive, and finds dead peers while the event loop is busy. False: never
 */
export function createWsTransport(tcpKeepAliveMs: number | false = TCP_KEEP_ALIVE_MS): Transport {
  return {
    sendsCredential: true,
    connect: (url, listener, credential) => dial(url, listener, credential, tcpKeepAliveMs),
  };
}

/** With the defaults. */
export const wsTransport: Transport = createWsTransport();

function dial(
  url: string,
  listener: SocketListener,
  credential: PresentedCredential | undefined,
  tcpKeepAliveMs: number | false,
): TransportSocket {
  const socket = new WebSocket(url, [SUBPROTOCOL], {
    headers: authorization(credential),
    perMessageDeflate: false,
    maxPayload: MAX_PAYLOAD,
    followRedirects: false,
  });
  socket.on('upgrade', (response) => {
    if (tcpKeepAliveMs !== false) response.socket.setKeepAlive(true, tcpKeepAliveMs);
  });
  let refusal: CloseInfo | undefined;
  socket.on('open', () => listener.onOpen());
  socket.on('unexpected-response', (_request, { statusCode = 0, statusMessage = '' }) => {
    refusal = { code: CLOSE_OF_STATUS[statusCode] ?? 1006, reason: `HTTP ${statusCode} ${statusMessage}` };
    socket.terminate();
  });
  return carry(socket, {
    onMessage: (text) => listener.onMessage(text),
    onClose: (info) => listener.onClose(refusal ?? info),
  });
}

/** The transport of one socket that somebody else dialled and that is open already. */
export function acceptedTransport(socket: WebSocket): Transport {
  return {
    // Who dialled has shown who it is; there is nothing to show in return.
    sendsCredential: true,
    connect(_url: string, listener: SocketListener): TransportSocket {
      const carried = carry(socket, listener);
      queueMicrotask(() => listener.onOpen());
      return carried;
    },
  };
}

/** Tells of everything but the opening. */
function carry(socket: WebSocket, listener: Omit<SocketListener, 'onOpen'>): TransportSocket {
  let fault: Error | undefined;
  let cut: NodeJS.Timeout | undefined;
  let below: Duplex | undefined;
  let corked = false;
  socket.on('upgrade', (response) => {
    below = response.socket;
  });
  /** Small frames of one turn leave in one write: a write of its own costs more than the frame. */
  const cork = (): void => {
    if (corked || below === undefined) return;
    corked = true;
    below.cork();
    process.nextTick(() => {
      corked = false;
      below?.uncork();
    });
  };
  const close = (code: number, reason: string): void => {
    if (socket.readyState === WebSocket.CLOSED || cut !== undefined) return;
    cut = setTimeout(() => socket.terminate(), CLOSE_MS);
    socket.close(code, reason);
  };
  socket.on('message', (data, isBinary) => {
    if (isBinary) close(1003, 'Only text is understood here');
    else listener.onMessage(String(data));
  });
  // `close` follows every error; without a listener the error would end the process.
  socket.on('error', (error) => {
    fault = error;
  });
  socket.on('close', (code, reason) => {
    clearTimeout(cut);
    listener.onClose(closeInfo(code, reason.toString(), fault));
  });
  return {
    send(text) {
      if (text.length < SMALL) cork();
      socket.send(text);
    },
    close,
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
  };
}

/** Without a close frame the operating system's words are all there is to say. */
function closeInfo(code: number, reason: string, fault: Error | undefined): CloseInfo {
  if (fault === undefined) return { code, reason };
  return { code, reason: reason || wordsOf(fault), cause: fault };
}

/** A host with several addresses fails with an AggregateError, whose own message is empty. */
function wordsOf(fault: Error): string {
  const [first] = fault instanceof AggregateError ? fault.errors : [];
  return fault.message || (first instanceof Error ? first.message : fault.name);
}
