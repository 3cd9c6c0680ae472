import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An application's own server, as far as its pages' tickets go. */
export interface Backend {
  /** Logs whoever posts there in, with a cookie no script can read. */
  readonly login: string;
  /** Answers a ticket to whoever is logged in, else 401. */
  readonly ticket: string;
  close(): Promise<void>;
}

const COOKIE = 'login=ada';

/** Starts one that serves pages of `origin`; `getTicket` asks the gateway. */
export async function startBackend(origin: string, getTicket: () => Promise<string>): Promise<Backend> {
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-allow-credentials', 'true');
    if (request.url === '/login') {
      response.setHeader('set-cookie', `${COOKIE}; HttpOnly; SameSite=Strict`);
      response.end();
    } else if (request.method === 'POST' && request.headers.cookie === COOKIE) {
      getTicket().then(
        (ticket) => response.end(JSON.stringify({ ticket })),
        () => response.writeHead(502).end(),
      );
    } else {
      response.writeHead(401).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    login: `${address}/login`,
    ticket: `${address}/my/ticket`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
