/** A timer that was set. Cancelling one that already fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as the engine sees it; tests pass one they move by hand. */
export interface Clock {
  /** Milliseconds of a clock that never jumps; only differences mean anything. */
  now(): number;
  /** Runs something once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Timer;
}

/** Platform timers count whole milliseconds and the clock does not, so a timer may fire this much too early. */
export const TIMER_SLACK_MS = 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};
