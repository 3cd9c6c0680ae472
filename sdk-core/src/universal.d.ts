/// <reference lib="esnext.disposable" />
/** What every JavaScript platform has and the client engine names; nothing else of any platform is visible here. */
declare function setTimeout(run: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare function queueMicrotask(run: () => void): void;
declare const performance: { now(): number };
declare class URL {
  constructor(url: string);
  readonly host: string;
  readonly pathname: string;
  readonly search: string;
}

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
