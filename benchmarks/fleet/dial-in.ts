// Many workers in one process: each dials, registers the same tools, and says from then on that it is there.
import { randomBytes } from 'node:crypto';
import WebSocket from 'ws';

export interface Joined {
  /** From the first dial to the moment the last worker could be called, in milliseconds. */
  readonly ms: number;
}

/** Connection attempts at once: more would only wait in the listener's queue. */
const AT_ONCE = 64;
const [url = '', key = '', workers = '', tools = ''] = process.argv.slice(2);

const OFFERED = Array.from({ length: Number(tools) }, (_, at) => ({
  name: `fleet_tool_${at}`,
  title: `Tool ${at}`,
  description: 'Makes something of a text, in the way its options say.',
  category: 'video',
  inputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['text'],
    properties: {
      text: { type: 'string', maxLength: 5_000, description: 'What to make it of' },
      voice: { enum: ['one', 'two', 'three'], default: 'one' },
      speed: { type: 'number', minimum: 0.5, maximum: 2, default: 1 },
    },
  },
  outputSchema: { type: 'object', properties: { url: { type: 'string' } } },
  execution: 'call',
  annotations: { idempotentHint: true, readOnlyHint: false, timeoutMs: 60_000 },
}));

/** Registers; resolves when its first heartbeat was answered, which is when it is ready. */
function join(at: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, headers: { authorization: `Bearer ${key}` } });
    let id = 1;
    const ask = (method: string, params: object): void =>
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: id++, method, params }));
    const beat = (): void => ask('services/heartbeat', { ready: true, inFlight: 0 });
    socket.once('open', () => {
      const instanceId = randomBytes(16).toString('base64url');
      const worker = { instanceId, epoch: 1, name: `worker-${at}`, version: '1.0.0', slots: 4 };
      ask('services/register', { worker, tools: OFFERED });
    });
    socket.on('message', (data) => {
      const {
        id: answered,
        method,
        result,
        error,
      } = JSON.parse(String(data)) as {
        id?: number | string;
        method?: string;
        result?: { heartbeatMs: number };
        error?: object;
      };
      // A worker that does not answer its probes is given up, and costs more than one that does.
      if (method === 'ping') socket.send(JSON.stringify({ jsonrpc: '2.0', id: answered, result: {} }));
      if (error !== undefined) reject(new Error(JSON.stringify(error)));
      if (answered === 2) resolve();
      if (answered !== 1 || result === undefined) return;
      beat();
      const again = (): void => {
        setTimeout(
          () => {
            beat();
            again();
          },
          result.heartbeatMs * (0.9 + 0.2 * Math.random()),
        );
      };
      again();
    });
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`the server closed the connection: ${code}`)));
  });
}

process.on('disconnect', () => process.exit(0));
process.on('message', async () => {
  const startedAt = performance.now();
  let next = 0;
  const dialler = async (): Promise<void> => {
    while (next < Number(workers)) await join(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, dialler));
  process.send?.({ ms: performance.now() - startedAt } satisfies Joined);
});
process.send?.({});
