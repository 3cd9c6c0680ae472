// A bare ws server as tutorials write it: parse, answer, close on what cannot be read.
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { reportMemoryTo } from '../idle/report-memory.ts';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data) => {
    try {
      socket.send(JSON.stringify(JSON.parse(String(data))));
    } catch {
      socket.close(1007);
    }
  });
});
server.on('listening', () => reportMemoryTo(process, (server.address() as AddressInfo).port));
