import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An issuer that publishes keys over HTTP, and counts who asks. */
export interface KeyPublisher {
  readonly url: string;
  readonly asked: () => number;
  /** What it answers from now on: a JWK set, or whatever a bad day brings. */
  answer(what: object | RequestListener): void;
  close(): Promise<void>;
}

export async function keyPublisher(): Promise<KeyPublisher> {
  let asked = 0;
  let respond: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => {
    asked += 1;
    respond(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    asked: () => asked,
    answer: (what) => {
      respond =
        typeof what === 'function' ? (what as RequestListener) : (_, response) => response.end(JSON.stringify(what));
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
