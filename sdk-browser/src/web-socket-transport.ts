import type { SocketListener, Transport, TransportSocket } from '@callsheet/sdk-core';

/** How long a closing handshake may take before the socket counts as gone. Browsers themselves wait several seconds. */
const CLOSE_MS = 1_000;

/**
 * The platform's own sockets, in a window or a worker. A page can neither set headers of an upgrade nor read why one was
 * refused (WHATWG WebSockets, "feedback"), so the credential travels inside `session/open`.
 */
export const webSocketTransport: Transport = {
  sendsCredential: false,
  connect(url: string, listener: SocketListener): TransportSocket {
    const socket = new WebSocket(url, 'callsheet.v1');
    let cut: number | undefined;
    let over = false;
    const end = (code: number, reason: string): void => {
      if (over) return;
      over = true;
      clearTimeout(cut);
      listener.onClose({ code, reason });
    };
    socket.onopen = () => listener.onOpen();
    socket.onmessage = ({ data }) => {
      if (over) return;
      if (typeof data === 'string') return listener.onMessage(data);
      // A page may not send 1003, which is what this is.
      socket.close();
      end(1003, 'Only text is understood here');
    };
    socket.onclose = ({ code, reason }) => end(code, reason);
    return {
      send: (text) => socket.send(text),
      get bufferedBytes() {
        return socket.bufferedAmount;
      },
      close(code, reason) {
        if (over || cut) return;
        socket.close(code, reason);
        cut = setTimeout(end, CLOSE_MS, 1006, 'The peer did not answer the close');
      },
    };
  },
};
