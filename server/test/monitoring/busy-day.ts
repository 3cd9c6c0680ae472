import { randomBytes } from 'node:crypto';
import type { NodeClient } from '@callsheet/sdk-node';
import type { Studio } from './studio.ts';

/** What the test knows of its own calls. */
export interface BusyDay {
  /** How long each call of `diagnostics_sleep` took, in seconds, by the clock of the client. */
  readonly sleeps: readonly number[];
  /** Of one call that was sampled. */
  readonly traceId: string;
}

const SLEEPS = 240;
const AT_ONCE = 24;

/** A bit of everything that a gateway lives through in a day, in a few seconds. */
export async function busyDay(studio: Studio): Promise<BusyDay> {
  const client = await studio.client();
  const stranger = studio.client('a-key-that-nobody-has-ever-made').catch(() => undefined);
  const [sleeps, traceId] = await Promise.all([
    sleepALot(client),
    oneTraced(client),
    work(client),
    stranger,
    fail(client),
  ]);
  return { sleeps, traceId };
}

/** 100 to 500 ms, every duration about as often as the others, in an order that mixes them. */
async function sleepALot(client: NodeClient): Promise<readonly number[]> {
  const took: number[] = [];
  const wanted = Array.from({ length: SLEEPS }, (_, at) => 100 + ((at * 89) % SLEEPS) * (400 / SLEEPS));
  const sleeper = async (): Promise<void> => {
    for (let ms = wanted.pop(); ms !== undefined; ms = wanted.pop()) {
      const report = await client.call('diagnostics_sleep', { ms: Math.round(ms) }).settled();
      if (!report.ok) throw report.error;
      took.push(report.durationMs / 1000);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sleeper));
  return took;
}

async function oneTraced(client: NodeClient): Promise<string> {
  const traceId = randomBytes(16).toString('hex');
  const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
  await client.call('diagnostics_echo', { value: 'traced' }, { trace: { traceparent } });
  return traceId;
}

async function work(client: NodeClient): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    await client.call('paint', {});
    await client.call('list_voices', { language: 'en' });
    await client.call('diagnostics_echo', { value: 'again' }, { idempotencyKey: `echo-${round >> 1}` });
  }
  await client.call('generate_video_script', { video_subject: 'Why coral reefs matter' });
  const job = await client.submit('nap', { ms: 50 });
  await job.result();
}

async function fail(client: NodeClient): Promise<void> {
  const failing = [
    ...Array.from({ length: 30 }, () => client.call('diagnostics_fail', {}).settled()),
    ...Array.from({ length: 10 }, () => client.call('stumble', {}).settled()),
    client.call('no_such_tool', {}).settled(),
    client.call('nap', { ms: 'long' }).settled(),
    client.call('nap', { ms: 5_000 }, { totalMs: 200 }).settled(),
  ];
  const cancelled = client.call('nap', { ms: 5_000 });
  failing.push(cancelled.settled());
  cancelled.cancel('enough');
  await Promise.all(failing);
}
