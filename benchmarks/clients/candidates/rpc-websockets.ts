import { Client } from 'rpc-websockets';
import type { Candidate } from './candidate.ts';

export const rpcWebsockets: Candidate = {
  name: 'rpc-websockets',
  server: 'json-rpc',
  reconnects: true,
  async open(port) {
    const client = new Client(`ws://127.0.0.1:${port}/rpc`);
    client.on('error', () => undefined);
    await new Promise<void>((resolve) => client.on('open', resolve));
    return {
      call: (name, args) => client.call('tools/call', { name, arguments: args }),
      onReady: (listener) => client.on('open', listener),
      close: () => client.close(),
    };
  },
};
