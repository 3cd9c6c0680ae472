import type { SpanPlace } from './open-span.ts';
import type { SpanAttributes, SpanKind } from './span.ts';
import type { BridgedSpan, SpanBridge, SpanStart } from './span-maker.ts';

/** What is needed of `@opentelemetry/api`: its own types would oblige everybody to have it. */
export interface OpenTelemetryApi {
  readonly ROOT_CONTEXT: OtelContext;
  readonly trace: {
    getTracer(name: string, version?: string): OtelTracer;
    setSpanContext(context: OtelContext, spanContext: OtelSpanContext): OtelContext;
    isSpanContextValid(spanContext: OtelSpanContext): boolean;
  };
}

/** Opaque: only the API looks into it. */
export interface OtelContext {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): OtelContext;
  deleteValue(key: symbol): OtelContext;
}

export interface OtelSpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean;
}

export interface OtelTracer {
  startSpan(
    name: string,
    options: { readonly kind: number; readonly startTime: number; readonly root?: boolean },
    context: OtelContext,
  ): OtelSpan;
}

export interface OtelSpan {
  spanContext(): OtelSpanContext;
  updateName(name: string): unknown;
  setAttributes(attributes: SpanAttributes): unknown;
  setStatus(status: { code: number }): unknown;
  end(endTime: number): void;
}

export interface OpenTelemetryParts {
  /** Finds `@opentelemetry/api`, which is the application's own; imports it when not said. */
  readonly load?: () => Promise<OpenTelemetryApi>;
  readonly version: string;
  /** A tracer of the application threw, for the first time. */
  readonly fault: (error: unknown) => void;
}

/** SpanKind of the API. */
const KINDS: Readonly<Record<SpanKind, number>> = { internal: 0, server: 1, client: 2, consumer: 4 };
const STATUS_ERROR = 2;
const SAMPLED = 1;
/** Spans made elsewhere, of which children may still be told. */
const MOST_TWINS = 4_096;

/**
 * Makes every span also in the application's own tracer provider. Rejects when `@opentelemetry/api` is not installed.
 * Spans made here go by the ids of that provider; for those made elsewhere it is remembered which they are there.
 */
export async function openTelemetry({ load = loadApi, version, fault }: OpenTelemetryParts): Promise<SpanBridge> {
  try {
    return new OpenTelemetryBridge(await load(), version, fault);
  } catch (cause) {
    throw new Error(
      'Cannot make spans through OpenTelemetry: "@opentelemetry/api" cannot be loaded; install it beside the gateway',
      { cause },
    );
  }
}

function loadApi(): Promise<OpenTelemetryApi> {
  return import('@opentelemetry/api');
}

class OpenTelemetryBridge implements SpanBridge {
  readonly #api: OpenTelemetryApi;
  readonly #version: string;
  readonly #fault: (error: unknown) => void;
  #isTold = false;
  /** The twin's own span id, by the id of the span made elsewhere. The oldest first. */
  readonly #twins = new Map<string, string>();

  constructor(api: OpenTelemetryApi, version: string, fault: (error: unknown) => void) {
    this.#api = api;
    this.#version = version;
    this.#fault = fault;
  }

  start(start: SpanStart, place: SpanPlace | undefined): BridgedSpan | undefined {
    return this.#guard(() => {
      const { parent, name, kind, startMs } = start;
      const options = { kind: KINDS[kind], startTime: startMs, root: parent === undefined };
      // Each time: where there are two copies of the API, one that was got before the provider came never hears of it.
      const tracer = this.#api.trace.getTracer('callsheet', this.#version);
      const span = tracer.startSpan(name, options, this.#contextOf(parent));
      const { traceId, spanId } = span.spanContext();
      // Without a provider the API hands the parent's own context back, or none at all.
      if (!this.#api.trace.isSpanContextValid(span.spanContext()) || spanId === this.#idThere(parent)) return undefined;
      if (place !== undefined) this.#remember(place.spanId, spanId);
      return {
        traceId,
        spanId,
        end: (record) => {
          this.#guard(() => {
            span.updateName(record.name);
            span.setAttributes(record.attributes);
            if (record.status === 'error') span.setStatus({ code: STATUS_ERROR });
            span.end(record.endMs);
          });
        },
      };
    });
  }

  #contextOf(parent: SpanStart['parent']): OtelContext {
    const { ROOT_CONTEXT, trace } = this.#api;
    if (parent === undefined) return ROOT_CONTEXT;
    const spanId = this.#idThere(parent) ?? parent.spanId;
    return trace.setSpanContext(ROOT_CONTEXT, { traceId: parent.traceId, spanId, traceFlags: SAMPLED, isRemote: true });
  }

  #idThere(parent: SpanStart['parent']): string | undefined {
    return parent === undefined ? undefined : (this.#twins.get(parent.spanId) ?? parent.spanId);
  }

  #remember(here: string, there: string): void {
    this.#twins.set(here, there);
    if (this.#twins.size <= MOST_TWINS) return;
    for (const oldest of this.#twins.keys()) {
      this.#twins.delete(oldest);
      return;
    }
  }

  #guard<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      // Whatever is wrong is so for each of thousands of spans a second.
      if (!this.#isTold) this.#fault(error);
      this.#isTold = true;
      return undefined;
    }
  }
}
