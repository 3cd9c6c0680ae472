import type { Candidate } from '../candidates/candidate.ts';

interface PageSocket {
  send(text: string): void;
  close(): void;
  addEventListener(event: 'open', listener: () => void): void;
  addEventListener(event: 'message', listener: (event: { data: string }) => void): void;
}

declare const WebSocket: new (url: string) => PageSocket;

/** What a page has without any client: an id, a map, a promise. */
export const rawWebSocket: Candidate = {
  name: 'raw WebSocket',
  server: 'json-rpc',
  reconnects: false,
  async open(port) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`);
    const pending = new Map<number, (value: unknown) => void>();
    let lastId = 0;
    socket.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(data) as { id: number; result: unknown };
      pending.get(id)?.(result);
      pending.delete(id);
    });
    await new Promise<void>((resolve) => socket.addEventListener('open', resolve));
    return {
      call: (name, args) =>
        new Promise((resolve) => {
          const id = ++lastId;
          pending.set(id, resolve);
          socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } }));
        }),
      onReady: () => undefined,
      close: () => socket.close(),
    };
  },
};
