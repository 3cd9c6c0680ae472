import type { Json, JsonObject } from '@callsheet/protocol';
import { type Client, type ClientOptions, createClient } from '@callsheet/sdk-core';
import type { TestGateway } from '../../src/testing.ts';
import { serveTabs, type WorkerScope, workerTransport } from '../../src/worker.ts';
import { FakeSharedWorker } from './fake-worker.ts';

/** Gives this process, for a suite, what pages have and Node lacks. */
export function withSharedWorkers(): void {
  const { SharedWorker: own } = globalThis;
  beforeEach(() => {
    Object.assign(globalThis, { SharedWorker: FakeSharedWorker });
  });
  after(() => {
    Object.assign(globalThis, { SharedWorker: own });
  });
}

/** A tab and its client. */
export interface Tab {
  readonly client: Client;
  /** The newest line to the worker. */
  readonly worker: FakeSharedWorker;
}

/** A tab whose page says what it likes, without a client. */
export interface RawTab {
  /** Sends a frame: a text as it is, anything else as JSON. */
  say(frame: unknown): void;
  /** Messages it was sent, oldest first. */
  readonly heard: JsonObject[];
  /** The answer to one of its requests. */
  answer(id: Json): JsonObject | undefined;
  /** Is gone without a word. */
  leave(): void;
}

/** A worker's script that runs here, and the tabs it serves. */
export function openTabs(
  gateway: TestGateway,
  options: Partial<ClientOptions> = {},
): ((own?: Partial<ClientOptions>) => Tab) & { raw(): RawTab } {
  const { transport, clock } = gateway;
  const scope: WorkerScope = { onconnect: null };
  const random = (): number => 0.5;
  serveTabs({ url: 'ws://gateway.test/rpc', ...options }, scope, { transport, clock, random });
  const raw = (): RawTab => {
    const { port } = new FakeSharedWorker(scope);
    const heard: JsonObject[] = [];
    port.onmessage = ({ data }) => {
      if (typeof data === 'string') heard.push(...JSON.parse(data));
    };
    const say = (frame: unknown): void => port.postMessage(typeof frame === 'string' ? frame : JSON.stringify(frame));
    say({ id: 'open', method: 'session/open' });
    return { say, heard, answer: (id) => heard.find((message) => message.id === id), leave: () => port.close() };
  };
  const open = (own: Partial<ClientOptions> = {}): Tab => {
    let worker: FakeSharedWorker | undefined;
    const line = workerTransport(() => {
      worker = new FakeSharedWorker(scope);
      return worker as unknown as SharedWorker;
    });
    const client = createClient({ url: 'ws://tab.test/rpc', ...own }, { transport: line, clock, random });
    return {
      client,
      get worker() {
        if (worker === undefined) throw new Error('The tab did not dial yet');
        return worker;
      },
    };
  };
  return Object.assign(open, { raw });
}
