import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  type AttemptObservation,
  CHANNELS,
  type JobObservation,
  type ProviderObservation,
  type RequestObservation,
  type ToolLog,
  type WorkObservation,
} from '@callsheet/protocol';
import type { MonitorClock } from '../monitor-clock.ts';
import { AttemptTracer } from './attempt-tracer.ts';
import { RESOURCE } from './conventions.ts';
import { SamplingDecision } from './decision.ts';
import { ExchangeTracer } from './exchange-tracer.ts';
import { type FillRandom, IdPool } from './ids.ts';
import { JobTracer } from './job-tracer.ts';
import { KeepPace } from './keep-pace.ts';
import { checkTracerOptions, type TracerOptions } from './options.ts';
import { type ExportCounts, OtlpExporter } from './otlp/exporter.ts';
import { RequestTracer } from './request-tracer.ts';
import { type TraceQuery, TraceRing, type TraceView } from './ring.ts';
import { RatioSampler } from './sampler.ts';
import type { SpanSink } from './span.ts';
import { type SpanBridge, SpanMaker } from './span-maker.ts';
import { TraceBook } from './trace-book.ts';
import { WallClock } from './wall-clock.ts';

export interface TracerParts {
  readonly options: TracerOptions;
  readonly clock: MonitorClock;
  /** Fills bytes with randomness, as `randomFillSync` does. Ids need to be different, not secret. */
  readonly randomFill: FillRandom;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly fetch: typeof fetch;
  readonly log: Pick<ToolLog, 'warn' | 'info'>;
  /** The application's own tracer: see `openTelemetry`. */
  readonly bridge?: SpanBridge | undefined;
  /** Takes every span as well. */
  readonly sink?: SpanSink | undefined;
}

/** What became of spans since the start. */
export interface TraceCounts extends ExportCounts {
  recorded: number;
  /** Nobody told their end in time. */
  lost: number;
  /** Too many at once: failed and slow requests that were not kept, and what was not recorded although it came with a trace. */
  passed: number;
}

export interface Tracer {
  /** Traces in which something was slow or failed, the newest first: plain JSON. */
  list(query?: TraceQuery): TraceView[];
  counts(): TraceCounts;
  /** Resolves when everything that waits to be exported was sent or given up. */
  flush(): Promise<void>;
  /** Listens no more, and sends what waits for so many milliseconds at most; 5,000 when not said. */
  close(deadlineMs?: number): Promise<void>;
}

/** Spans that may be open at once, of each kind: more than this were forgotten by whoever opened them. */
const MOST_OPEN = 20_000;
const MOST_TRACES = 20_000;
const USUAL = {
  sampleRatio: 0.01,
  slowMs: 1_000,
  keep: 500,
  spansPerTrace: 64,
  keptPerSecond: 50,
  followedPerSecond: 1_000,
};
const NO_EXPORT: ExportCounts = { exported: 0, rejected: 0, dropped: 0, failed: 0 };

/**
 * Makes traces of what the rooms publish. Whoever else listens to the same channels and wants to know the trace of what is told
 * has to subscribe after this.
 *
 * @throws TypeError for an option it cannot use.
 */
export function createTracer(parts: TracerParts): Tracer {
  const { options, clock, randomFill, bridge, log } = parts;
  checkTracerOptions(options);
  const { sampleRatio = USUAL.sampleRatio, slowMs = USUAL.slowMs, keep = USUAL.keep } = options;
  const { spansPerTrace = USUAL.spansPerTrace, keptPerSecond = USUAL.keptPerSecond } = options;
  const { followedPerSecond = USUAL.followedPerSecond } = options;
  const ids = new IdPool(randomFill);
  const ring = new TraceRing(keep);
  const book = new TraceBook({ ring, mostTraces: MOST_TRACES, mostSpans: spansPerTrace });
  const exporter = exporterOf(parts);
  const sinks = [exporter, parts.sink].filter((sink) => sink !== undefined);
  const maker = new SpanMaker({ ids, book, sinks, bridge });
  const followed = new KeepPace(followedPerSecond, clock);
  const decision = new SamplingDecision(new RatioSampler(sampleRatio), ids, followed);
  const pace = new KeepPace(keptPerSecond, clock);
  const seen = { maker, decision, pace, clock: new WallClock(clock), mostOpen: MOST_OPEN };
  const requests = new RequestTracer({ ...seen, slowMs });
  const jobs = new JobTracer(seen);
  const attempts = new AttemptTracer({ ...seen, jobs });
  const exchanges = new ExchangeTracer(seen);
  const listeners = {
    [CHANNELS.requestStart]: (message: unknown) => requests.started(message as RequestObservation),
    [CHANNELS.requestEnd]: (message: unknown) => requests.ended(message as RequestObservation),
    [CHANNELS.attemptStart]: (message: unknown) => attempts.started(message as AttemptObservation),
    [CHANNELS.attemptEnd]: (message: unknown) => attempts.ended(message as AttemptObservation),
    [CHANNELS.work]: (message: unknown) => attempts.worked(message as WorkObservation),
    [CHANNELS.providerStart]: (message: unknown) => exchanges.started(message as ProviderObservation),
    [CHANNELS.providerEnd]: (message: unknown) => exchanges.ended(message as ProviderObservation),
    [CHANNELS.job]: (message: unknown) => jobs.told(message as JobObservation),
  };
  const stop = listen(listeners, (error) => log.warn({ fault: String(error) }, 'something could not be traced'));
  return {
    list: (query) => ring.list(query),
    counts: () => ({
      ...(exporter?.counts ?? NO_EXPORT),
      recorded: maker.recorded,
      lost: maker.lost,
      passed: pace.passed + followed.passed,
    }),
    flush: async () => exporter?.flush(),
    close: async (deadlineMs) => {
      stop();
      await exporter?.close(deadlineMs);
    },
  };
}

function exporterOf({ options, clock, fetch, random, log }: TracerParts): OtlpExporter | undefined {
  const { otlp, service } = options;
  if (otlp === undefined) return undefined;
  const { name, version, instanceId } = service;
  return new OtlpExporter(otlp, {
    fetch,
    random,
    log,
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    source: {
      resource: { [RESOURCE.service]: name, [RESOURCE.version]: version, [RESOURCE.instance]: instanceId },
      scope: { name: 'callsheet', version },
    },
  });
}

/** What throws here is told once and costs a span: thrown out of a channel, it would end the process of whoever published. */
function listen(
  listeners: Readonly<Record<string, (message: unknown) => void>>,
  report: (error: unknown) => void,
): () => void {
  let isTold = false;
  const all = Object.entries(listeners).map(([channel, listener]) => {
    const guarded = (message: unknown): void => {
      try {
        listener(message);
      } catch (error) {
        if (!isTold) report(error);
        isTold = true;
      }
    };
    return [channel, guarded] as const;
  });
  for (const [channel, listener] of all) subscribe(channel, listener);
  return () => {
    for (const [channel, listener] of all) unsubscribe(channel, listener);
  };
}
