// Bare JSON-RPC on ws: parse, look up, answer; nothing is checked. `coalesced` writes once per turn of the event loop.
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { reportTo } from './report-cpu.ts';

interface Request {
  id: number;
  method: string;
  params: { name: string; arguments: unknown };
}

const coalesced = process.argv[2] === 'coalesced';
const methods = new Map([['tools/call', (params: Request['params']) => ({ structuredContent: params.arguments })]]);
const answer = ({ id, method, params }: Request): string =>
  `{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(methods.get(method)?.(params))}}`;

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket, request: IncomingMessage) => {
  let corked = false;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Request | Request[];
    if (coalesced && !corked) {
      corked = true;
      request.socket.cork();
      process.nextTick(() => {
        corked = false;
        request.socket.uncork();
      });
    }
    socket.send(Array.isArray(message) ? `[${message.map(answer).join(',')}]` : answer(message));
  });
});
server.on('listening', () => reportTo(process, (server.address() as AddressInfo).port));
