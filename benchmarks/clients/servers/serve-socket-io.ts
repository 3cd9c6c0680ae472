// The same tools for socket.io-client, which speaks a protocol of its own.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { reportTo } from '../../calls/report-cpu.ts';

const http = createServer();
const server = new Server(http, { transports: ['websocket'], perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('tools/call', (params, done) => {
    const { name, arguments: args } = params as { name: string; arguments: object };
    if (name === 'echo') done({ structuredContent: args });
  });
});
process.on('message', (message) => {
  if (message !== 'drop') return;
  for (const socket of server.sockets.sockets.values()) socket.conn.transport.socket.terminate();
});
http.listen(0, '127.0.0.1', () => reportTo(process, (http.address() as AddressInfo).port));
