// The floor: a ws server that sends every message back as it came.
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { reportTo } from './report-cpu.ts';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })));
server.on('listening', () => reportTo(process, (server.address() as AddressInfo).port));
