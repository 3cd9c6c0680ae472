import type { ToolLog } from '@callsheet/protocol';
import { listen } from '../observe/subscribe.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { LogClock } from './clock.ts';
import { EventsLog } from './events.ts';
import { MetricsLog } from './metrics.ts';
import { Pace } from './pace.ts';
import { RotatingFile } from './rotating-file.ts';

export interface LogLimits {
  /** Whether there is an `events.jsonl`; true when not said. */
  readonly events?: boolean;
  /** Whether there is a `metrics.jsonl`; true when not said. */
  readonly metrics?: boolean;
  /** A file is full before it is longer; 20,000,000 when not said. */
  readonly maxFileBytes?: number;
  /** Files of each kind, the one being written included; 3 when not said. */
  readonly filesKept?: number;
  /** Calls within a second that have a line of their own in `metrics.jsonl`; more are told together. 200 when not said. */
  readonly callsAlone?: number;
  /** From one line of all main figures to the next, in milliseconds; 10,000 when not said. */
  readonly metricsEveryMs?: number;
}

export interface LogsOptions {
  /** Made when missing. One process at a time writes to it. */
  readonly folder: string;
  readonly limits?: LogLimits;
  readonly redactor: Redactor;
  /** The main figures by the requirements' dotted names, asked every `metricsEveryMs`. */
  readonly snapshot: () => object;
  /** Whether calls of a tool become jobs: such a call has its line when the job ends. None does when not said. */
  readonly isJob?: (tool: string) => boolean;
  readonly clock: LogClock;
  /** The gateway's own log, where it is told that the disk refuses. */
  readonly log: ToolLog;
  /** Has `last` called when the process ends without going down, as by an uncaught exception; the answer takes that back. */
  readonly atExit?: (last: () => void) => () => void;
}

/** The files of JSON lines beside the log: what happened, and what was measured. */
export interface Logs {
  /** Lines that were not kept since the start, because the disk was slow or full. */
  readonly dropped: number;
  /** Writes down something that happened, e.g. an alert. Redacted; never throws. */
  event(event: string, members: object): void;
  /** Writes down a line of the log as `log.<level>`, at most 100 of each level a second. */
  line(level: string, fields: object, message: string): void;
  /** Resolves when everything so far was handed to the operating system, or the disk refuses. Never rejects. */
  flush(): Promise<void>;
  /** Listens no more, writes what waits, and takes nothing more. Never rejects. */
  close(): Promise<void>;
}

/** A call costs less when its lines are written many at a time. */
const METRICS_FLUSH_AT = 65_536;

/**
 * Opens `events.jsonl` and `metrics.jsonl` and listens to what the rooms tell. A disk that refuses is told in the log and tried
 * again; it keeps nobody from starting. Rejects with a RangeError for an option that cannot be used.
 */
export async function openLogs(options: LogsOptions): Promise<Logs> {
  const { folder, limits = {}, redactor, snapshot, clock, log, atExit } = options;
  const { metricsEveryMs = 10_000, callsAlone = 200, maxFileBytes, filesKept } = limits;
  if (!(Number.isSafeInteger(metricsEveryMs) && metricsEveryMs >= 1)) {
    throw new RangeError(`Cannot open the logs: metricsEveryMs is ${metricsEveryMs}; give a whole number, 1 or more`);
  }
  if (!(Number.isSafeInteger(callsAlone) && callsAlone >= 0)) {
    throw new RangeError(`Cannot open the logs: callsAlone is ${callsAlone}; give a whole number, 0 or more`);
  }
  const faults = new Pace({ after: (ms, callback) => clock.after(ms, callback), most: 1, withheld: () => undefined });
  const fault = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    if (faults.admits('fault')) log.error({ reason }, `Cannot write a line of the logs: ${reason}`);
  };
  const files: RotatingFile[] = [];
  const open = async (name: string, flushAt?: number): Promise<RotatingFile> => {
    const file = await RotatingFile.open({
      ...{ folder, name, log },
      after: (ms, callback) => clock.after(ms, callback),
      lost: (count) => `${JSON.stringify({ ts: new Date(clock.now()).toISOString(), event: 'log.lost', count })}\n`,
      ...(maxFileBytes !== undefined && { maxFileBytes }),
      ...(filesKept !== undefined && { filesKept }),
      ...(flushAt !== undefined && { flushAt }),
    });
    files.push(file);
    return file;
  };
  const events = limits.events === false ? undefined : new EventsLog({ out: await open('events'), clock, redactor });
  const metrics =
    limits.metrics === false
      ? undefined
      : new MetricsLog({
          out: await open('metrics', METRICS_FLUSH_AT),
          ...{ clock, redactor, snapshot, fault },
          everyMs: metricsEveryMs,
          mostAlone: callsAlone,
          isJob: options.isJob ?? (() => false),
        });
  const ends = [events, metrics].map((part) => part && listen(part.handlers, fault));
  const stay = atExit?.(() => {
    for (const file of files) file.flushSync();
  });
  const everyFile = async (what: (file: RotatingFile) => Promise<void>): Promise<void> => {
    await Promise.all(files.map(what));
  };
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0)) end?.();
    events?.close();
    metrics?.close();
    faults.release();
    await everyFile((file) => file.close());
    stay?.();
  };
  let closing: Promise<void> | undefined;
  return {
    get dropped() {
      return files.reduce((sum, { dropped }) => sum + dropped, 0);
    },
    event: (event, members) => events?.event(event, members),
    line: (level, fields, message) => events?.line(level, fields, message),
    flush: () => everyFile((file) => file.flush()),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
