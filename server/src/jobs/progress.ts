import type { ProgressReport } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';

export interface ThinnerOptions {
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  /** Gets what is left of the reports. */
  readonly emit: (report: ProgressReport) => void;
  /** Milliseconds between two reports of one stage; 250 when not said. */
  readonly intervalMs?: number;
  /** How far it was when somebody else listened last. */
  readonly from?: number;
}

/** Beyond this many, changes of stage are thinned like everything else: a tool may not flood the ledger with names. */
const FREE_STAGES = 200;
const MAX_STAGE_LENGTH = 64;
const MAX_MESSAGE_LENGTH = 500;

/**
 * Lets four reports a second through. A new stage passes at once, and the newest report is held until its time comes, so
 * neither is ever lost. Progress never falls, and nonsense (NaN, below 0, above 1) is brought back into bounds.
 */
export class ProgressThinner {
  readonly #options: ThinnerOptions;
  #fraction = 0;
  #stage: string | undefined;
  #stages = 0;
  #stageFraction = 0;
  #offeredStage: string | undefined;
  #held: ProgressReport | undefined;
  #emittedAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  constructor(options: ThinnerOptions) {
    this.#options = options;
    this.#fraction = options.from ?? 0;
  }

  offer(report: ProgressReport): void {
    if (this.#closed) return;
    const { clock, intervalMs = 250 } = this.#options;
    const stage = report.stage.slice(0, MAX_STAGE_LENGTH);
    if (stage !== this.#offeredStage) this.#stageFraction = 0;
    this.#offeredStage = stage;
    this.#fraction = Math.max(this.#fraction, clamp(report.fraction));
    this.#stageFraction = Math.max(this.#stageFraction, clamp(report.stageFraction ?? 0));
    const tidy: ProgressReport = {
      stage,
      fraction: this.#fraction,
      ...(report.stageFraction !== undefined && { stageFraction: this.#stageFraction }),
      ...(report.message !== undefined && { message: report.message.slice(0, MAX_MESSAGE_LENGTH) }),
    };
    this.#held = tidy;
    const newStage = tidy.stage !== this.#stage && this.#stages < FREE_STAGES;
    const wait = newStage ? 0 : this.#emittedAt + intervalMs - clock.monotonic();
    if (wait <= 0) this.flush();
    else this.#cancelTimer ??= clock.after(wait, () => this.flush());
  }

  /** Emits what is held, if anything. */
  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const report = this.#held;
    if (report === undefined) return;
    this.#held = undefined;
    if (report.stage !== this.#stage) this.#stages += 1;
    this.#stage = report.stage;
    this.#emittedAt = this.#options.clock.monotonic();
    this.#options.emit(report);
  }

  /** Emits the last one and hears nothing more. */
  close(): void {
    this.flush();
    this.#closed = true;
  }
}

function clamp(fraction: number): number {
  return Number.isNaN(fraction) ? 0 : Math.min(1, Math.max(0, fraction));
}
