import { printable } from './printable.ts';
import type { Output } from './terminal.ts';

/** One report as people read it. */
export interface Shown {
  readonly stage: string;
  /** Of the whole, 0 to 1. */
  readonly fraction: number;
  readonly message?: string | undefined;
  /** Seconds. */
  readonly left?: number | undefined;
}

const BAR_WIDTH = 20;
const REDRAW_MS = 100;
/** Without a terminal a line is written for every new stage, and within a stage for every tenth. */
const LINE_STEP = 0.1;

/** Progress on stderr: one bar redrawn in place on a terminal, plain lines elsewhere. */
export class ProgressDisplay {
  readonly #out: Output;
  readonly #now: () => number;
  readonly #startedAt: number;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #stage: string | undefined;
  #fraction = 0;
  #barIsUp = false;

  constructor(out: Output, now: () => number) {
    this.#out = out;
    this.#now = now;
    this.#startedAt = now();
  }

  show(report: Shown): void {
    if (this.#out.isTTY) this.#draw(report);
    else this.#print(report);
  }

  /** Takes the bar away, so that what comes next starts on a clean line. */
  end(): void {
    if (this.#barIsUp) this.#out.write('\r\x1b[K');
    this.#barIsUp = false;
  }

  #draw({ stage, fraction, message, left }: Shown): void {
    const now = this.#now();
    if (now - this.#drawnAt < REDRAW_MS && stage === this.#stage && fraction < 1) return;
    this.#drawnAt = now;
    this.#stage = stage;
    const full = Math.round(fraction * BAR_WIDTH);
    const bar = '▰'.repeat(full) + '▱'.repeat(BAR_WIDTH - full);
    const rest = left === undefined ? '' : `  about ${Math.ceil(left)} s left`;
    const text = `${bar} ${percent(fraction)}  ${printable(stage)}${rest}${message ? `  ${printable(message)}` : ''}`;
    this.#out.write(`\r\x1b[K${[...text].slice(0, (this.#out.columns ?? 80) - 1).join('')}`);
    this.#barIsUp = true;
  }

  #print({ stage, fraction, message }: Shown): void {
    if (stage === this.#stage && fraction - this.#fraction < LINE_STEP) return;
    this.#stage = stage;
    this.#fraction = fraction;
    const seconds = ((this.#now() - this.#startedAt) / 1_000).toFixed(1);
    this.#out.write(`${seconds}s ${percent(fraction)} ${printable(stage)}${message ? ` ${printable(message)}` : ''}\n`);
  }
}

function percent(fraction: number): string {
  return `${String(Math.round(fraction * 100)).padStart(3)}%`;
}
