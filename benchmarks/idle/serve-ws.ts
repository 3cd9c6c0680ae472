// The floor: a ws server that does nothing with its connections but answer what they say.
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { reportMemoryTo } from './report-memory.ts';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, backlog: 4_096 });
server.on('connection', (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })));
server.on('listening', () => reportMemoryTo(process, (server.address() as AddressInfo).port));
