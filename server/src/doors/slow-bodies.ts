import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { hasBody } from './has-body.ts';

/**
 * Ends requests whose bodies are not there in time. Node's own `requestTimeout` would do for all of a server alike; a large
 * file may take longer than a JSON text, so its route is left out here and has a pace of its own.
 *
 * @param ms from when the headers are there.
 * @param hasOwnPace true for requests whose route sees to it itself.
 */
export function endSlowBodies(server: Server, ms: number, hasOwnPace: (request: IncomingMessage) => boolean): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!hasBody(request) || hasOwnPace(request)) return;
    const timer = setTimeout(() => {
      const { socket } = request;
      if (!response.headersSent && socket.writable)
        socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
      socket.destroy();
    }, ms);
    const stop = (): void => clearTimeout(timer);
    request.once('end', stop);
    request.once('close', stop);
  });
}
