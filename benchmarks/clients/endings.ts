import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { hear } from '../servers/hear.ts';
import { atMost, milliseconds, type Part } from './bars.ts';
import { CANDIDATES } from './candidates/all.ts';
import type { Candidate } from './candidates/candidate.ts';
import type { Left } from './leave-dead.ts';
import { startClient, startServer } from './processes.ts';

/** A process that is still there by then is ended by force. */
const PATIENCE_MS = 5_000;

interface Ending extends Left {
  readonly name: string;
  readonly exitMs: number;
}

/** A server that stopped answering without a word keeps nobody from leaving. */
export async function endings(): Promise<Part> {
  const asked = CANDIDATES.filter(({ name }) => !name.endsWith('arrays') && name !== 'Callsheet, coalesced');
  const found = await Promise.all(asked.map(leave));
  const ours = found.at(-1);
  return {
    title: 'closing a client whose server is dead, with a call in flight',
    rows: found.map(({ name, closeMs, exitMs }) => ({
      client: name,
      'close() took ms': closeMs === undefined ? '–' : Math.round(closeMs),
      'the process ended after ms': exitMs < PATIENCE_MS ? Math.round(exitMs) : `more than ${PATIENCE_MS}`,
    })),
    bars: [
      atMost('close() with a dead server', ours?.closeMs ?? Number.NaN, 1_000, milliseconds),
      atMost('the process ends by itself after close()', ours?.exitMs ?? Number.NaN, 1_500, milliseconds),
    ],
  };
}

async function leave({ name, server: kind }: Candidate): Promise<Ending> {
  const { child: server, port } = await startServer(`servers/serve-${kind}.ts`);
  const client = await startClient('leave-dead.ts', [name, String(port)]);
  server.kill('SIGSTOP');
  const began = performance.now();
  client.send('close');
  const ended = once(client, 'exit');
  const { closeMs } = await hear<Left>(client);
  await Promise.race([ended, pause(PATIENCE_MS, undefined, { ref: false })]);
  const exitMs = performance.now() - began;
  client.kill('SIGKILL');
  server.kill('SIGKILL');
  return { name, closeMs, exitMs };
}
