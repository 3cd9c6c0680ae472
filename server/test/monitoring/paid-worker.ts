// A worker as somebody would write it who pays for what its tools use: each call asks a provider that charges for it. One of its
// tools fails whenever it is asked to.
import { channel } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import { CHANNELS, type JsonObject, type ProviderObservation, type ToolContext } from '@callsheet/protocol';
import { provide } from '@callsheet/sdk-node';

const NOTHING = { type: 'object', additionalProperties: false };
const start = channel(CHANNELS.providerStart);
const end = channel(CHANNELS.providerEnd);

async function paint(_: JsonObject, { trace }: ToolContext) {
  const exchange: ProviderObservation = {
    ...{ traceparent: undefined, note: undefined, parent: trace.traceparent, provider: 'easel', operation: 'image' },
    ...{ model: 'oil', startedAt: Date.now(), durationMs: 0, outcome: undefined, retries: 0, units: undefined },
    ...{ costUsd: undefined, credits: undefined, quota: undefined },
  };
  start.publish(exchange);
  await pause(20);
  Object.assign(exchange, {
    ...{ durationMs: Date.now() - exchange.startedAt, outcome: 'ok', units: { images: 1 } },
    ...{ costUsd: 0.04, credits: 2, quota: { daily: 0.75 } },
  });
  end.publish(exchange);
  return { painted: true };
}

await provide({
  ...{ name: process.env.WORKER_NAME ?? 'painter', version: '1.0.0', slots: 4, reconnect: { maxMs: 1_000 } },
  ...(process.env.WORKER_METRICS && { metricsAddress: process.env.WORKER_METRICS }),
  tools: {
    paint: { description: 'Has a picture painted, for money', input: NOTHING, output: { type: 'object' }, run: paint },
    nap: {
      description: 'Waits',
      input: { type: 'object', additionalProperties: false, properties: { ms: { type: 'integer' } }, required: ['ms'] },
      output: { type: 'object' },
      run: async ({ ms }: JsonObject, { signal, progress }: ToolContext) => {
        progress({ stage: 'doze', fraction: 0.1 });
        await pause(Number(ms), undefined, { signal });
        return {};
      },
    },
    stumble: {
      description: 'Fails',
      ...{ input: NOTHING, output: { type: 'object' }, idempotent: true },
      run: async () => {
        throw new Error('stumbled');
      },
    },
  },
});
process.stdout.write('ready\n');
