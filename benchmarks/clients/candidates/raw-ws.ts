import { once } from 'node:events';
import WebSocket from 'ws';
import type { Candidate } from './candidate.ts';

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: object;
}

/** The least a client can be: an id, a map, a promise. What it loses at a drop it loses for ever. */
export const rawWs = rawWith('raw ws', false);
/** The same, with the calls of one microtask in one frame. */
export const rawWsArrays = rawWith('raw ws, arrays', true);

function rawWith(name: string, arrays: boolean): Candidate {
  return {
    name,
    server: 'json-rpc',
    reconnects: false,
    async open(port) {
      const key = process.env.CALLSHEET_ADMIN_KEY;
      const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers, perMessageDeflate: false });
      socket.on('error', () => undefined);
      await once(socket, 'open');
      if (arrays) await agreeOnArrays(socket);
      const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
      let texts: string[] = [];
      let lastId = 0;
      const take = ({ id, result, error }: Answer): void => {
        const call = pending.get(id);
        pending.delete(id);
        if (error === undefined) call?.resolve(result);
        else call?.reject(new Error(JSON.stringify(error)));
      };
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data)) as Answer | Answer[];
        if (Array.isArray(frame)) for (const answer of frame) take(answer);
        else take(frame);
      });
      const flush = (): void => {
        for (let at = 0; at < texts.length; at += 50) socket.send(`[${texts.slice(at, at + 50).join(',')}]`);
        texts = [];
      };
      const send = (text: string): void => {
        if (!arrays) socket.send(text);
        else if (texts.push(text) === 1) queueMicrotask(flush);
      };
      return {
        call: (tool, args) =>
          new Promise((resolve, reject) => {
            const id = ++lastId;
            pending.set(id, { resolve, reject });
            send(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: tool, arguments: args } }));
          }),
        onReady: () => undefined,
        close: () => socket.close(),
      };
    },
  };
}

async function agreeOnArrays(socket: WebSocket): Promise<void> {
  const params = { capabilities: { coalesce: true } };
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'session/open', params }));
  await once(socket, 'message');
}
