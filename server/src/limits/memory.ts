import { CallError } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';

/** Bytes. */
export interface MemoryReading {
  readonly heapUsed: number;
  readonly heapLimit: number;
  readonly resident: number;
  readonly residentLimit: number;
}

/** `calm` · `shedding`: nobody new is let in · `critical`: those who hold most have to go. */
export type MemoryState = 'calm' | 'shedding' | 'critical';

export interface MemoryWatchOptions {
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly read: () => MemoryReading;
  /** Called while the state is critical, at most once a second, so that each time can show what it brought. */
  readonly onCritical: () => void;
  /** Called after each change, for the log. */
  readonly onChange?: (state: MemoryState, share: number) => void;
  /** Share of the memory in use from which on nobody new is let in. Default 0.85. */
  readonly sheddingAt?: number;
  /** Share from which on connections are ended. Default 0.95. */
  readonly criticalAt?: number;
}

const SAMPLE_MS = 250;
const CRITICAL_EVERY_MS = 1_000;
/** A state is left this far below where it began, so that one at the border does not flicker. */
const HYSTERESIS = 0.05;
const RETRY_MS = 5_000;

/** Looks at the memory four times a second and says when there is too little left to go on as usual. */
export class MemoryWatch {
  readonly #options: MemoryWatchOptions;
  readonly #sheddingAt: number;
  readonly #criticalAt: number;
  #state: MemoryState = 'calm';
  #lastCritical = Number.NEGATIVE_INFINITY;
  #stop: (() => void) | undefined;

  /** @throws Error when the shares make no sense. */
  constructor(options: MemoryWatchOptions) {
    const { sheddingAt = 0.85, criticalAt = 0.95 } = options;
    if (!(sheddingAt > HYSTERESIS && sheddingAt <= criticalAt && criticalAt <= 1)) {
      const shares = `shedding at ${sheddingAt} and critical at ${criticalAt}`;
      throw new Error(`Cannot watch the memory with ${shares}; use shares above ${HYSTERESIS} up to 1, in this order`);
    }
    this.#options = options;
    this.#sheddingAt = sheddingAt;
    this.#criticalAt = criticalAt;
  }

  get state(): MemoryState {
    return this.#state;
  }

  /** Looks now and from now on. Starting twice is starting once. */
  start(): void {
    if (this.#stop === undefined) this.#sample();
  }

  /** Looks no more; the state stays what it was. */
  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  /**
   * Before somebody new is let in.
   *
   * @throws CallError OVERLOADED unless the state is calm.
   */
  admit(): void {
    if (this.#state === 'calm') return;
    const sentence = 'Cannot take anything new: the gateway is short of memory; try again later';
    throw new CallError('OVERLOADED', sentence, { retryAfterMs: RETRY_MS, details: { limit: 'memory' } });
  }

  #sample(): void {
    const { clock, read, onCritical, onChange } = this.#options;
    // First of all, so that a callback that throws, or stops the watch, finds it as it should be.
    this.#stop = clock.after(SAMPLE_MS, () => this.#sample());
    const { heapUsed, heapLimit, resident, residentLimit } = read();
    const share = Math.max(heapUsed / heapLimit, resident / residentLimit);
    const state = this.#next(share);
    const changed = state !== this.#state;
    this.#state = state;
    if (changed) onChange?.(state, share);
    const now = clock.monotonic();
    if (state !== 'critical' || now - this.#lastCritical < CRITICAL_EVERY_MS) return;
    this.#lastCritical = now;
    onCritical();
  }

  #next(share: number): MemoryState {
    if (share >= this.#criticalAt - (this.#state === 'critical' ? HYSTERESIS : 0)) return 'critical';
    if (share >= this.#sheddingAt - (this.#state === 'calm' ? 0 : HYSTERESIS)) return 'shedding';
    return 'calm';
  }
}
