/** Waits until everything that is already on its way has arrived. */
export type Settle = () => Promise<void>;

/**
 * One turn of the event loop: all microtasks, and all they start, are done before it resolves. Not waited for is what
 * happens outside of JavaScript, such as WebCrypto or the network.
 */
export function settle(): Promise<void> {
  // Node's own turn takes microseconds; a timer, which is all that every platform has, a millisecond or more.
  const { setImmediate: nextTurn = inTime } = globalThis as { setImmediate?: (run: () => void) => unknown };
  return new Promise((resolve) => void nextTurn(resolve));
}

function inTime(run: () => void): void {
  setTimeout(run, 0);
}
