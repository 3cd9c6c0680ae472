import type { Agenda } from './agenda.ts';

/** What setTimeout answers here: enough for whoever only clears it, or does not want to be waited for. */
class VirtualTimer {
  cancel: () => void = () => undefined;

  unref(): this {
    return this;
  }
}

/**
 * Puts a peer that knows no clock but the real one on the agenda's time: until it is given back, timers and `Date.now` of
 * this process are virtual. Answers how to give it back.
 */
export function borrowTimers(agenda: Agenda): () => void {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  const { now } = Date;
  const once = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): VirtualTimer => {
    const timer = new VirtualTimer();
    timer.cancel = agenda.after(ms, () => callback(...args));
    return timer;
  };
  const repeated = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): VirtualTimer => {
    const timer = new VirtualTimer();
    const again = (): void => {
      timer.cancel = agenda.after(Math.max(1, ms), again);
      callback(...args);
    };
    timer.cancel = agenda.after(Math.max(1, ms), again);
    return timer;
  };
  const clear = (timer: unknown): void => {
    if (timer instanceof VirtualTimer) timer.cancel();
  };
  const began = now();
  Object.assign(globalThis, {
    setTimeout: once,
    setInterval: repeated,
    clearTimeout: clear,
    clearInterval: clear,
  });
  Date.now = () => began + agenda.monotonic();
  return () => {
    Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval });
    Date.now = now;
  };
}
