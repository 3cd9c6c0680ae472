// Bare JSON-RPC on ws that also opens Callsheet sessions: parse, answer, nothing is checked, so that clients are measured.
// Arguments: the window it tells, and `coalesce` where it agrees to array frames. Tells its parent when it hears `drop`.
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { reportTo } from '../../calls/report-cpu.ts';
import { SessionAnswers } from './session-answers.ts';

const [window = '64'] = process.argv.slice(2);

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, backlog: 1_024 });
server.on('connection', (socket: WebSocket) => {
  const answers = new SessionAnswers((text) => socket.send(text), Number(window));
  socket.on('message', (data) => answers.hear(String(data)));
});
process.on('message', (message) => {
  if (message === 'drop') for (const socket of server.clients) socket.terminate();
});
server.on('listening', () => reportTo(process, (server.address() as AddressInfo).port));
