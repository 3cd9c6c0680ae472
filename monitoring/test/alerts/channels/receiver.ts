import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly port: number;
  readonly received: ReceivedRequest[];
  /** The last request's body, parsed. */
  json(): unknown;
  /** Resolves when so many requests have come in all. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

type Respond = (response: ServerResponse, request: ReceivedRequest) => void;

/** A server on this machine that keeps what it is sent and answers as told; 200 and `ok` when nothing is said. */
export async function startReceiver(respond: Respond = (response) => response.end('ok')): Promise<Receiver> {
  const received: ReceivedRequest[] = [];
  let arrived = () => {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { url: path = '', headers } = request;
      received.push({ path, headers, body });
      respond(response, { path, headers, body });
      arrived();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received,
    json: () => JSON.parse(received.at(-1)?.body ?? 'null'),
    until: async (count) => {
      while (received.length < count) {
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A receiver for each test of the suite it is called in. Ask inside the test. */
export function useReceivers(): (respond?: Respond) => Promise<Receiver> {
  const open: Receiver[] = [];
  afterEach(() => Promise.all(open.splice(0).map((receiver) => receiver.close())));
  return async (respond) => {
    const receiver = await startReceiver(respond);
    open.push(receiver);
    return receiver;
  };
}

export const never: AbortSignal = new AbortController().signal;

export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
