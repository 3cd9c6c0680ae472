import type { LogClock } from './clock.ts';

/** Calls of one tool that ended alike within one second. */
export interface CallGroup {
  readonly tool: string;
  readonly status: string;
  calls: number;
  /** Sum and largest of what they took, in milliseconds. */
  ms: number;
  maxMs: number;
}

export interface CallCrowdParts {
  readonly clock: Pick<LogClock, 'after'>;
  /** Calls that have a line of their own within a second: so many that are well, and so many that are not. */
  readonly mostAlone: number;
  /** Told when the second is over: the others, by tool and status. */
  readonly together: (groups: readonly CallGroup[]) => void;
}

const SECOND_MS = 1_000;
/** Names nobody offers may be any number; what finds no place is counted as `other`. */
const MOST_GROUPS = 256;

/** Decides which calls have a line of their own. A line costs more than all counting of a call: under load they are told together. */
export class CallCrowd {
  readonly #parts: CallCrowdParts;
  /** By status, then by tool. */
  readonly #groups = new Map<string, Map<string, CallGroup>>();
  #groupCount = 0;
  /** Under load the next call is often like the one before. */
  #latest: CallGroup | undefined;
  #wellLeft: number;
  #illLeft: number;
  #cancel: (() => void) | undefined;

  constructor(parts: CallCrowdParts) {
    this.#parts = parts;
    this.#wellLeft = parts.mostAlone;
    this.#illLeft = parts.mostAlone;
  }

  /** Counts it to those of its kind that are told together already; false when there are none in this second. */
  join(tool: string, status: string, ms: number): boolean {
    let group = this.#latest;
    if (group === undefined || group.tool !== tool || group.status !== status) {
      group = this.#groups.get(status)?.get(tool);
      if (group === undefined) return false;
      this.#latest = group;
    }
    count(group, ms);
    return true;
  }

  /** Whether this one has a line of its own; else tell it with `add`. */
  isAlone(isWell: boolean): boolean {
    this.#cancel ??= this.#parts.clock.after(SECOND_MS, () => this.release());
    return (isWell ? this.#wellLeft-- : this.#illLeft--) > 0;
  }

  add(tool: string, status: string, ms: number): void {
    if (!this.join(tool, status, ms)) count(this.#open(tool, status), ms);
  }

  /** Ends the second now. */
  release(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#wellLeft = this.#parts.mostAlone;
    this.#illLeft = this.#parts.mostAlone;
    if (this.#groupCount === 0) return;
    const groups = [...this.#groups.values()].flatMap((byTool) => [...byTool.values()]);
    this.#groups.clear();
    this.#groupCount = 0;
    this.#latest = undefined;
    this.#parts.together(groups);
  }

  #open(tool: string, status: string): CallGroup {
    const name = this.#groupCount < MOST_GROUPS ? tool : 'other';
    let byTool = this.#groups.get(status);
    if (byTool === undefined) {
      byTool = new Map();
      this.#groups.set(status, byTool);
    }
    let group = byTool.get(name);
    if (group === undefined) {
      group = { tool: name, status, calls: 0, ms: 0, maxMs: 0 };
      byTool.set(name, group);
      this.#groupCount += 1;
    }
    return group;
  }
}

function count(group: CallGroup, ms: number): void {
  group.calls += 1;
  group.ms += ms;
  if (ms > group.maxMs) group.maxMs = ms;
}
