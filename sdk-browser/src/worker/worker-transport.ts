import type { Transport } from '@callsheet/sdk-core';
import { webSocketTransport } from '../web-socket-transport.ts';
import type { Ended, TabPort } from './tab-port.ts';

/**
 * The sockets of a tab that shares one connection with the other tabs of its origin. Credentials are the business of the
 * worker's script, which calls `serveTabs`.
 *
 *     createClient({ url, transport: workerTransport(() => new SharedWorker('/callsheet.js')) })
 *
 * @param shared makes the SharedWorker, always of the same script and name
 * @param alone where there are no SharedWorkers: makes a Worker of the same script, which has a connection of its own. Without
 *   it the tab dials itself, with the address and the credentials of its own options.
 */
export function workerTransport(shared: () => SharedWorker, alone?: () => Worker): Transport {
  const make = typeof SharedWorker === 'undefined' ? alone : shared;
  return make === undefined ? webSocketTransport : portTransport(make);
}

function portTransport(make: () => SharedWorker | Worker): Transport {
  return {
    // The worker shows its own.
    sendsCredential: true,
    connect(_url, listener) {
      const worker = make();
      const port = ('port' in worker ? worker.port : worker) as TabPort;
      let over = false;
      const close = (code: number, reason: string): void => {
        if (over) return;
        over = true;
        // Said to the worker even where it spoke first: it does not mind.
        port.postMessage([code, reason]);
        queueMicrotask(() => listener.onClose({ code, reason }));
      };
      const lose = (): void => close(1006, '');
      worker.onerror = lose;
      port.onclose = lose;
      port.onmessage = ({ data }) => {
        if (over) return;
        if (typeof data === 'string') listener.onMessage(data);
        else if (data) close(...(data as Ended));
        else listener.onOpen();
      };
      return { bufferedBytes: 0, send: (text) => port.postMessage(text), close };
    },
  };
}
