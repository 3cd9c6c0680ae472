import { hear } from '../servers/hear.ts';
import { atMost, mebibytes, type Part } from './bars.ts';
import type { Stalled } from './fill-stalled.ts';
import { startClient, startServer } from './processes.ts';

const MEBIBYTE = 1_048_576;
/** The client's own bound, and one message above it. */
const BUFFERED = MEBIBYTE + 100_200;
const CLIENTS = [
  ['raw ws', 'json-rpc'],
  ['rpc-websockets', 'json-rpc'],
  ['socket.io-client', 'socket-io'],
  ['Callsheet, awaiting ready()', 'json-rpc'],
  ['Callsheet', 'json-rpc'],
] as const;

/** A thousand calls of 100 kB, while the server has stopped reading. */
export async function memory(): Promise<Part> {
  const found: (Stalled & { name: string })[] = [];
  for (const [name, kind] of CLIENTS) {
    const { child: server, port } = await startServer(`servers/serve-${kind}.ts`);
    const client = await startClient('fill-stalled.ts', [name, String(port)]);
    server.kill('SIGSTOP');
    client.send('fill');
    found.push({ name, ...(await hear<Stalled>(client)) });
    client.disconnect();
    server.kill('SIGKILL');
  }
  const ours = found.at(-1);
  return {
    title: '100 MB of calls for a server that has stopped reading',
    rows: found.map(({ name, buffered, rss, begun, refused }) => ({
      client: name,
      'in the socket, MiB': buffered === undefined ? '–' : Number((buffered / MEBIBYTE).toFixed(1)),
      'more memory, MiB': Number((rss / MEBIBYTE).toFixed(1)),
      'calls begun': begun,
      'of them refused': refused,
    })),
    bars: [
      atMost('bytes in the socket of a stalled server', ours?.buffered ?? Number.NaN, BUFFERED, mebibytes),
      atMost('more memory with 100 MB of calls', ours?.rss ?? Number.NaN, 32 * MEBIBYTE, mebibytes),
    ],
  };
}
