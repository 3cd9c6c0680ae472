/** Calls back once after a time, unless the returned function is called first. Passed in, so that tests need not wait. */
export type Timer = (milliseconds: number, callback: () => void) => () => void;

/** The platform's timer. It does not keep the process alive. */
export const platformTimer: Timer = (milliseconds, callback) => {
  const timeout = setTimeout(callback, milliseconds);
  timeout.unref();
  return () => clearTimeout(timeout);
};
