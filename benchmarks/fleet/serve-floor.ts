// The floor: a ws server that reads what workers say as JSON, and answers every request with as little as there is to say.
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { reportTo } from '../calls/report-cpu.ts';

const LEASE = { workerId: 'wrk_0000000000000000', epoch: 1, heartbeatMs: 5_000, graceMs: 3_000, keepJobsMs: 60_000 };
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, backlog: 4_096 });
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { id, method } = JSON.parse(String(data)) as { id: number; method: string };
    const result = method === 'services/register' ? { ...LEASE, wanted: [], workKey: '0'.repeat(22) } : {};
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
});
server.on('listening', () => reportTo(process, (server.address() as AddressInfo).port));
