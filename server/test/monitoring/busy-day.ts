import { randomBytes } from 'node:crypto';
import type { NodeClient } from '@callsheet/sdk-node';
import { GUEST_KEY, type Studio } from './studio.ts';

/** What the test knows of its own calls. */
export interface BusyDay {
  /** How long each call of `diagnostics_sleep` slept, in seconds, by its own answer. */
  readonly sleeps: readonly number[];
  /** Of one call that was sampled. */
  readonly traceId: string;
}

const VIDEO = {
  ...{ video_subject: 'Reefs', source_text: 'Reefs cover less than one percent of the sea floor.' },
  ...{ resolution: '480p', quality: 'draft' },
};
const SLEEPS = 240;
const AT_ONCE = 24;

/** A bit of everything that a gateway lives through in a day, in a few seconds. */
export async function busyDay(studio: Studio): Promise<BusyDay> {
  const client = await studio.client();
  const [sleeps, traceId] = await Promise.all([sleepALot(client), oneTraced(client), work(client), strangers(studio)]);
  // What fails keeps workers away for a while: after the others.
  await fail(client);
  return { sleeps, traceId };
}

/** Somebody whose key nobody has ever made, and somebody who may not do what he wants to. */
async function strangers(studio: Studio): Promise<void> {
  await studio.client('a-key-that-nobody-has-ever-made').catch(() => undefined);
  const guest = await studio.client(GUEST_KEY);
  await guest.call('paint', {}).settled();
}

/** 100 to 500 ms, every duration about as often as the others, in an order that mixes them. */
async function sleepALot(client: NodeClient): Promise<readonly number[]> {
  const took: number[] = [];
  const wanted = Array.from({ length: SLEEPS }, (_, at) => 100 + ((at * 89) % SLEEPS) * (400 / SLEEPS));
  const sleeper = async (): Promise<void> => {
    for (let ms = wanted.pop(); ms !== undefined; ms = wanted.pop()) {
      const { slept_ms: slept } = (await client.call('diagnostics_sleep', { ms: Math.round(ms) })) as {
        slept_ms: number;
      };
      took.push(slept / 1000);
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
  const jobs = [await client.submit('nap', { ms: 50 }), await client.submit('create_video', VIDEO)];
  await Promise.all(jobs.map((job) => job.result()));
}

async function fail(client: NodeClient): Promise<void> {
  const cancelled = client.call('nap', { ms: 5_000 });
  const lost = [
    client.call('nap', { ms: 5_000 }, { totalMs: 200 }).settled(),
    client.call('nap', { ms: 'long' }).settled(),
    client.call('no_such_tool', {}).settled(),
    cancelled.settled(),
  ];
  cancelled.cancel('enough');
  await Promise.all(lost);
  const failing = ['diagnostics_fail', 'stumble'].flatMap((tool) =>
    Array.from({ length: 60 }, () => client.call(tool, {}).settled()),
  );
  await Promise.all(failing);
}
