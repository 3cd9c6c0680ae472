import { randomFillSync, randomUUID } from 'node:crypto';
import { createTracer, openTelemetry, type Tracer } from '@callsheet/monitoring';
import type { ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/settings.ts';
import { VERSION } from '../version.ts';

/**
 * Begins to follow calls; undefined when the settings want none followed. @throws Error when spans are wanted through
 * OpenTelemetry and its API is not there
 */
export async function openTracing({ tracing }: Config, clock: Clock, log: ToolLog): Promise<Tracer | undefined> {
  if (!tracing.enabled) return undefined;
  const headers = Object.fromEntries(Object.entries(tracing.headers).map(([name, { value }]) => [name, value]));
  const fault = (error: unknown): void => log.warn({ fault: String(error) }, 'a tracer of the application threw');
  const bridge = tracing.openTelemetry ? await openTelemetry({ version: VERSION, fault }) : undefined;
  return createTracer({
    bridge,
    options: {
      sampleRatio: Number(tracing.sample) / 100,
      slowMs: tracing.slowMs,
      keep: tracing.keep,
      service: { name: tracing.serviceName, version: VERSION, instanceId: randomUUID() },
      ...(tracing.endpoint !== undefined && { otlp: { endpoint: tracing.endpoint, headers } }),
    },
    ...{ clock, log, random: Math.random, fetch },
    randomFill: (bytes) => randomFillSync(bytes),
  });
}
