import { checkOtlpOptions, type OtlpOptions } from './otlp/options.ts';

/** What is recorded, what is kept, and where it goes. */
export interface TracerOptions {
  /** Share of new traces that are recorded, 0 to 1; 0.01 when not said. What comes with a trace follows its flag. */
  readonly sampleRatio?: number | undefined;
  /** A request that takes longer is slow and is kept, in milliseconds; 1,000 when not said. */
  readonly slowMs?: number | undefined;
  /** Traces with something slow or failed that are kept to be looked at; 500 when not said. */
  readonly keep?: number | undefined;
  /** Spans that are kept of one of them; 64 when not said. */
  readonly spansPerTrace?: number | undefined;
  /** Failed and slow requests a second whose traces are kept; 50 when not said. */
  readonly keptPerSecond?: number | undefined;
  /** Requests and jobs a second that are recorded because whoever sent them says so; 1,000 when not said. */
  readonly followedPerSecond?: number | undefined;
  /** Where spans are sent; nowhere when not said. */
  readonly otlp?: OtlpOptions | undefined;
  /** `service.name`, `service.version` and `service.instance.id` of what is sent. */
  readonly service: { readonly name: string; readonly version: string; readonly instanceId: string };
}

/** @throws TypeError that names the option, its value and what would do. */
export function checkTracerOptions(options: TracerOptions): void {
  const { sampleRatio = 0, slowMs = 0, keep = 1, spansPerTrace = 1, otlp } = options;
  const { keptPerSecond = 1, followedPerSecond = 1 } = options;
  if (!(sampleRatio >= 0 && sampleRatio <= 1)) throw wrong('sampleRatio', sampleRatio, 'a number from 0 to 1');
  if (!(slowMs >= 0)) throw wrong('slowMs', slowMs, 'milliseconds, 0 or more');
  for (const [name, value] of Object.entries({ keep, spansPerTrace, keptPerSecond, followedPerSecond })) {
    if (!Number.isSafeInteger(value) || value < 1) throw wrong(name, value, 'a whole number, 1 or more');
  }
  for (const [name, value] of Object.entries(options.service)) {
    if (typeof value !== 'string' || value === '') throw wrong(`service.${name}`, value, 'a text that is not empty');
  }
  if (otlp !== undefined) checkOtlpOptions(otlp);
}

function wrong(name: string, value: unknown, wish: string): TypeError {
  return new TypeError(`Cannot trace: ${name} is "${value}"; give ${wish}`);
}
