import type { Handlers } from '../observe/handlers.ts';
import { statusOf } from '../observe/tool-cells.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { CallCrowd, type CallGroup } from './call-crowd.ts';
import type { LogClock } from './clock.ts';
import { ToolCallLine } from './tool-call-line.ts';

export interface MetricsLogParts {
  /** Takes lines, line feed included. */
  readonly out: { write(line: string): void };
  readonly clock: LogClock;
  readonly redactor: Redactor;
  /** The main figures by the requirements' dotted names. */
  readonly snapshot: () => object;
  /** How long from one snapshot to the next, in milliseconds. */
  readonly everyMs: number;
  /** Whether calls of a tool become jobs. Their line is written when the job ends. */
  readonly isJob: (tool: string) => boolean;
  /** Calls within a second that have a line of their own. */
  readonly mostAlone: number;
  /** Told of a snapshot that throws. */
  readonly fault: (error: unknown) => void;
}

const LONGEST_NAME = 128;

/** `metrics.jsonl`: a line for every call of a tool, under load for many together, and now and then one of all main figures. */
export class MetricsLog {
  readonly handlers: Handlers;
  readonly #parts: MetricsLogParts;
  readonly #crowd: CallCrowd;
  #cancel: (() => void) | undefined;

  constructor(parts: MetricsLogParts) {
    this.#parts = parts;
    const { out, clock, isJob, mostAlone } = parts;
    const line = new ToolCallLine(parts.redactor);
    const together = (groups: readonly CallGroup[]): void => {
      for (const group of groups) out.write(line.ofGroup(group, clock.now()));
    };
    const crowd = new CallCrowd({ clock, mostAlone, together });
    this.#crowd = crowd;
    this.handlers = {
      requestEnd(request) {
        if (request.method !== 'tools/call') return;
        const { error, params, startedAt, endedAt } = request;
        const tool = toolOf(params);
        const status = error === undefined ? 'success' : statusOf(error.errorName);
        if (crowd.join(tool, status, endedAt - startedAt)) return;
        // What is accepted as a job is not done yet.
        if (error === undefined && isJob(tool)) return;
        if (crowd.isAlone(error === undefined)) out.write(line.ofRequest(request, clock.now()));
        else crowd.add(tool, status, endedAt - startedAt);
      },
      job(job) {
        if (job.type === 'ended') out.write(line.ofJob(job, clock.now()));
      },
    };
    this.#arm();
  }

  /** Writes the figures once more, for the last time. */
  close(): void {
    this.#cancel?.();
    this.#crowd.release();
    this.#write();
  }

  #arm(): void {
    const { clock, everyMs } = this.#parts;
    this.#cancel = clock.after(everyMs, () => {
      this.#arm();
      this.#write();
    });
  }

  #write(): void {
    const { out, clock, redactor, snapshot, fault } = this.#parts;
    try {
      // By shape, not by name: a tool may be called `rotate_keys`, and its number is no secret.
      const figures = redactor.shapes(snapshot());
      const own = { ts: new Date(clock.now()).toISOString(), metric: 'snapshot' };
      // Once for their place in the line, once more because they are not the snapshot's to say.
      out.write(`${JSON.stringify({ ...own, ...figures, ...own })}\n`);
    } catch (error) {
      fault(error);
    }
  }
}

function toolOf(params: { readonly name?: unknown } | readonly unknown[] | undefined): string {
  const name = params === undefined || Array.isArray(params) ? undefined : (params as { name?: unknown }).name;
  // What is longer is no tool's name; megabytes of it must not wait for the end of the second.
  return typeof name === 'string' && name.length <= LONGEST_NAME ? name : '';
}
