import type { ProgressReport } from '@callsheet/protocol';
import type { Clock, Timer } from '@callsheet/sdk-core/platform';

/** At most four reports a second of one stage. */
const INTERVAL_MS = 250;
/** Changes of stage that pass at once; a tool may not flood its gateway with names. */
const MOST_STAGES = 200;
const LONGEST_STAGE = 64;
const LONGEST_MESSAGE = 500;

/**
 * Thins out what a tool reports before it travels. A change of stage passes at once, the newest report waits for its turn,
 * and fractions are clamped to 0…1 and never fall.
 */
export class ProgressPace {
  readonly #clock: Clock;
  readonly #send: (report: ProgressReport) => void;
  #stage = '';
  #stages = 0;
  #fraction = 0;
  #stageFraction = 0;
  #next: ProgressReport | undefined;
  #timer: Timer | undefined;
  #sentAt = -INTERVAL_MS;
  #over = false;

  constructor(clock: Clock, send: (report: ProgressReport) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  report(report: ProgressReport): void {
    if (this.#over) return;
    const { stageFraction, message } = report;
    const stage = report.stage.slice(0, LONGEST_STAGE);
    const changed = stage !== this.#stage;
    if (changed) {
      this.#stage = stage;
      this.#stageFraction = 0;
    }
    this.#fraction = rise(this.#fraction, report.fraction);
    this.#stageFraction = rise(this.#stageFraction, stageFraction);
    this.#next = {
      stage,
      fraction: this.#fraction,
      ...(stageFraction !== undefined && { stageFraction: this.#stageFraction }),
      ...(message !== undefined && { message: message.slice(0, LONGEST_MESSAGE) }),
    };
    const waitMs = this.#sentAt + INTERVAL_MS - this.#clock.now();
    if (waitMs <= 0 || (changed && ++this.#stages <= MOST_STAGES)) this.#flush();
    else this.#timer ??= this.#clock.after(waitMs, () => this.#flush());
  }

  /** Sends what waits, and nothing more. */
  end(): void {
    this.#flush();
    this.#over = true;
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const report = this.#next;
    if (report === undefined) return;
    this.#next = undefined;
    this.#sentAt = this.#clock.now();
    this.#send(report);
  }
}

/** The larger of the two, within 0…1. What is no number changes nothing. */
function rise(before: number, said: number | undefined): number {
  return typeof said === 'number' && said > before ? Math.min(1, said) : before;
}
