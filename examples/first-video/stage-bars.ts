const WIDTH = 24;

interface Stage {
  readonly began: number;
  fraction: number;
  done: boolean;
}

/** One bar per stage, the running one redrawn in place on a terminal; elsewhere one plain line per finished stage. */
export class StageBars {
  readonly #out: NodeJS.WriteStream;
  readonly #stages = new Map<string, Stage>();

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  /** @param fraction of the stage, 0 to 1; @param left seconds until the whole job is done. */
  show(name: string, fraction: number, left?: number): void {
    const stage = this.#stages.get(name) ?? this.#begin(name);
    // Stages that run side by side take turns in telling; the first to be overtaken has had its line.
    if (stage.done) return;
    stage.fraction = Math.max(stage.fraction, fraction);
    if (stage.fraction >= 1) this.#finish(name, stage);
    else if (this.#out.isTTY) {
      const rest = left === undefined ? '' : `  about ${Math.ceil(left)} s left`;
      this.#out.write(`\r\x1b[K  ${name.padEnd(10)} ${bar(stage.fraction)} ${percent(stage.fraction)}${rest}`);
    }
  }

  /** Says goodbye to stages that ended without saying so. */
  end(): void {
    for (const [name, stage] of this.#stages) if (!stage.done) this.#finish(name, stage);
  }

  #begin(name: string): Stage {
    this.end();
    const stage = { began: performance.now(), fraction: 0, done: false };
    this.#stages.set(name, stage);
    return stage;
  }

  #finish(name: string, stage: Stage): void {
    stage.done = true;
    const seconds = ((performance.now() - stage.began) / 1000).toFixed(1);
    this.#out.write(`${this.#out.isTTY ? '\r\x1b[K' : ''}  ${name.padEnd(10)} ${bar(1)} ${seconds} s\n`);
  }
}

function bar(fraction: number): string {
  const full = Math.round(fraction * WIDTH);
  return '█'.repeat(full) + '░'.repeat(WIDTH - full);
}

function percent(fraction: number): string {
  return `${String(Math.round(fraction * 100)).padStart(3)} %`;
}
