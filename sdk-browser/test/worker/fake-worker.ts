import type { WorkerScope } from '../../src/worker.ts';

type Heard = ((event: { readonly data: unknown }) => void) | null;

/** One end of a line between a tab and a worker, in one process. */
export class FakePort {
  onmessage: Heard = null;
  onclose: (() => void) | null = null;
  /** Texts that were sent from here. */
  readonly texts: string[] = [];
  other: FakePort | undefined;

  postMessage(data: unknown): void {
    if (typeof data === 'string') this.texts.push(data);
    const { other } = this;
    // What is listened to later is heard too, as with a port that was not started.
    queueMicrotask(() => queueMicrotask(() => other?.onmessage?.({ data })));
  }

  /** The browser tells the other side. */
  close(): void {
    const { other } = this;
    this.other = undefined;
    queueMicrotask(() => other?.onclose?.());
  }
}

/** A SharedWorker whose script runs here: pages may make as many as they like, they all reach one scope. */
export class FakeSharedWorker {
  onerror: (() => void) | null = null;
  readonly port = new FakePort();

  constructor(scope: WorkerScope) {
    const inside = new FakePort();
    this.port.other = inside;
    inside.other = this.port;
    scope.onconnect?.({ ports: [inside] });
  }
}

/** A dedicated Worker, which is a port itself; so is its scope. */
export class FakeWorker extends FakePort {
  onerror: (() => void) | null = null;
  readonly scope = new FakePort();

  constructor(run: (scope: FakePort) => void) {
    super();
    this.other = this.scope;
    this.scope.other = this;
    run(this.scope);
  }
}
