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
  readonly #groups = new Map<string, CallGroup>();
  #wellLeft: number;
  #illLeft: number;
  #cancel: (() => void) | undefined;

  constructor(parts: CallCrowdParts) {
    this.#parts = parts;
    this.#wellLeft = parts.mostAlone;
    this.#illLeft = parts.mostAlone;
  }

  /** Whether this one has a line of its own; else tell it with `add`. */
  isAlone(isWell: boolean): boolean {
    this.#cancel ??= this.#parts.clock.after(SECOND_MS, () => this.release());
    return (isWell ? this.#wellLeft-- : this.#illLeft--) > 0;
  }

  add(tool: string, status: string, ms: number): void {
    const group = this.#groups.get(`${status} ${tool}`) ?? this.#open(tool, status);
    group.calls += 1;
    group.ms += ms;
    if (ms > group.maxMs) group.maxMs = ms;
  }

  /** Ends the second now. */
  release(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#wellLeft = this.#parts.mostAlone;
    this.#illLeft = this.#parts.mostAlone;
    if (this.#groups.size === 0) return;
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    this.#parts.together(groups);
  }

  #open(tool: string, status: string): CallGroup {
    const name = this.#groups.size < MOST_GROUPS ? tool : 'other';
    const key = `${status} ${name}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { tool: name, status, calls: 0, ms: 0, maxMs: 0 };
      this.#groups.set(key, group);
    }
    return group;
  }
}
