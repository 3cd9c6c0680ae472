import type { EventEmitter } from 'node:events';
import CircuitBreaker from 'opossum';
import type { GuardState } from './guard.ts';

/** opossum asks for an action. Ours never runs: see below why no call goes through `fire`. */
const unused = (): Promise<void> =>
  Promise.reject(new Error('Calls do not go through the circuit; send them directly'));

/**
 * The state machine of a worker that is out: opossum 9, without its clock and without its counting.
 *
 * **No timer of its own.** opossum starts its reset timer, on the real clock, in a listener of its own `open` event, and
 * that timer alone leads to half-open. We take the listener away, so nothing is ever armed, and lead to half-open in the
 * one public way that is left: a machine restored with `state: { halfOpen: true }` takes the place of the open one. Our
 * `Clock` says when. A test counts the timers, so that a version which arms them elsewhere is found at once.
 *
 * **No call through `fire`.** It knows success and failure, where a trial can also end neutral; it settles one microtask
 * later, where a simulation has to see the new state at once; it stamps with the real clock; it lets a trial that never
 * ends block for ever. So the machine is told `open()` and `close()` by our own rule, and tells what happened by its events.
 *
 * **Nothing to rotate.** As nothing is fired, its window stays empty: one shared `rotation` that never rotates takes the place
 * of two intervals per machine. Every machine gets an options object of its own, because opossum writes into it.
 */
export class Circuit {
  readonly #name: string;
  readonly #rotation: EventEmitter;
  readonly #tell: (state: GuardState) => void;
  #machine: CircuitBreaker<[], void>;

  /** @param tell hears every state the machine enters, while it enters it */
  constructor(name: string, rotation: EventEmitter, tell: (state: GuardState) => void) {
    this.#name = name;
    this.#rotation = rotation;
    this.#tell = tell;
    this.#machine = this.#build(false);
  }

  get state(): GuardState {
    if (this.#machine.halfOpen) return 'half-open';
    return this.#machine.opened ? 'open' : 'closed';
  }

  open(): void {
    this.#machine.open();
  }

  /** Only an open circuit becomes half-open. */
  halfOpen(): void {
    if (!this.#machine.opened) return;
    this.#machine.shutdown();
    this.#machine = this.#build(true);
    this.#tell('half-open');
  }

  close(): void {
    this.#machine.close();
  }

  /** Takes the machine off the rotation; nothing of it is left behind. */
  shutdown(): void {
    this.#machine.shutdown();
  }

  #build(halfOpen: boolean): CircuitBreaker<[], void> {
    const options = {
      name: this.#name,
      timeout: false as const,
      volumeThreshold: Number.MAX_SAFE_INTEGER,
      errorThresholdPercentage: 100,
      rollingCountBuckets: 1,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      rotateBucketController: this.#rotation,
      state: { closed: !halfOpen, halfOpen },
    };
    const machine = new CircuitBreaker<[], void>(unused, options);
    machine.removeAllListeners('open');
    machine.on('open', () => this.#tell('open'));
    machine.on('close', () => this.#tell('closed'));
    return machine;
  }
}
