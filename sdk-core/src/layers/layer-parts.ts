import type { ToolInfo } from '@callsheet/protocol';
import type { AbortFanout } from '../abort-fanout.ts';
import type { Clock } from '../clock.ts';
import type { Invocation } from '../invocation.ts';

/** What the layers need of the rest of the client; each takes what it names. */
export interface LayerParts {
  readonly clock: Clock;
  /** Milliseconds since 1970. A cache store may outlive the process, and the clock above means nothing outside it. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  readonly aborts: AbortFanout;
  /** Bounds of a call that names none. Milliseconds. */
  readonly idleMs: number;
  readonly totalMs: number | undefined;
  /** True when running the call a second time does no harm. */
  isSafe(call: Invocation): boolean;
  /** What the catalogue says of a tool; undefined while it was not read. */
  annotations(tool: string): ToolInfo['annotations'] | undefined;
  /** Who is asking whom: principal and gateway as one text. Undefined while nobody knows. */
  partition(): string | undefined;
}
