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

/** A worker's script that runs here, and the tabs it serves. */
export function openTabs(
  gateway: TestGateway,
  options: Partial<ClientOptions> = {},
): (own?: Partial<ClientOptions>) => Tab {
  const { transport, clock } = gateway;
  const scope: WorkerScope = { onconnect: null };
  const random = (): number => 0.5;
  serveTabs({ url: 'ws://gateway.test/rpc', ...options }, scope, { transport, clock, random });
  return (own = {}) => {
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
}
