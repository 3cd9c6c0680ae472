import { once } from 'node:events';
import library from 'jayson';
import WebSocket from 'ws';
import type { Candidate } from './candidate.ts';

export const jayson: Candidate = {
  name: 'jayson',
  server: 'json-rpc',
  reconnects: false,
  async open(port) {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { perMessageDeflate: false });
    ws.on('error', () => undefined);
    const client = library.Client.websocket({ ws });
    await once(ws, 'open');
    return {
      call: (name, args) =>
        new Promise((resolve, reject) => {
          client.request('tools/call', { name, arguments: args }, (failed, answer) =>
            failed ? reject(failed) : resolve(answer.result),
          );
        }),
      onReady: () => undefined,
      close: () => ws.close(),
    };
  },
};
