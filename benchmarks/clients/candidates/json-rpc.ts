import { once } from 'node:events';
import { JSONRPCClient } from 'json-rpc-2.0';
import WebSocket from 'ws';
import type { Candidate } from './candidate.ts';

/** json-rpc-2.0 brings no transport; this is the one of its manual. */
export const jsonRpc: Candidate = {
  name: 'json-rpc-2.0',
  server: 'json-rpc',
  reconnects: false,
  async open(port) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { perMessageDeflate: false });
    const client = new JSONRPCClient((request) => socket.send(JSON.stringify(request)));
    socket.on('message', (data) => client.receive(JSON.parse(String(data)) as object));
    socket.on('error', () => undefined);
    await once(socket, 'open');
    return {
      call: (name, args) => client.request('tools/call', { name, arguments: args }),
      onReady: () => undefined,
      close: () => socket.close(),
    };
  },
};
