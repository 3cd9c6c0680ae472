import type { WriteStream } from 'node:tty';

const WIDTH = 24;

/** One bar per stage, the newest redrawn in place on a terminal; plain lines, one per finished stage, elsewhere. */
export class StageBars {
  readonly #out: NodeJS.WriteStream | WriteStream;
  #stage = '';
  #began = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  /** @param fraction of the stage, 0 to 1; @param left seconds until the whole job is done. */
  show(stage: string, fraction: number, left?: number): void {
    if (stage !== this.#stage) {
      this.end();
      this.#stage = stage;
      this.#began = performance.now();
    }
    if (!this.#out.isTTY) return;
    const full = Math.round(fraction * WIDTH);
    const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
    const rest = left === undefined ? '' : `  about ${Math.ceil(left)} s left`;
    this.#out.write(`\r\x1b[K  ${stage.padEnd(10)} ${bar} ${String(Math.round(fraction * 100)).padStart(3)} %${rest}`);
  }

  /** Finishes the bar at hand. */
  end(): void {
    if (this.#stage === '') return;
    const seconds = ((performance.now() - this.#began) / 1000).toFixed(1);
    const line = `  ${this.#stage.padEnd(10)} ${'█'.repeat(WIDTH)} ${seconds} s\n`;
    this.#out.write(this.#out.isTTY ? `\r\x1b[K${line}` : line);
    this.#stage = '';
  }
}
