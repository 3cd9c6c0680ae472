/**
 * The line between a tab and the worker: what a MessagePort, a dedicated Worker and its scope have in common. A text is a
 * frame; `Ended` says that one side has left; `undefined` is the worker's greeting.
 */
export interface TabPort {
  postMessage(data: string | Ended | undefined): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  /** The other side is gone without a word. Browsers that do not know this event count on the goodbye. */
  onclose?: (() => void) | null;
  close?(): void;
}

/** Close code and reason. */
export type Ended = readonly [code: number, reason: string];
