import { createClient } from '@callsheet/sdk-core';
import { expect } from 'chai';
import { rejection } from '../../../sdk-core/test/conversation.ts';
import { createTestGateway, settle } from '../../src/testing.ts';
import { webSocketTransport } from '../../src/web-socket-transport.ts';
import { serveTabs, workerTransport } from '../../src/worker.ts';
import { FakeSharedWorker, FakeWorker } from './fake-worker.ts';
import { withSharedWorkers } from './tabs.ts';

const never = (): never => {
  throw new Error('not here');
};

describe('the way of a tab to its worker', () => {
  withSharedWorkers();

  it('is an ordinary socket where there are no SharedWorkers', () => {
    Object.assign(globalThis, { SharedWorker: undefined });
    expect(workerTransport(never)).to.equal(webSocketTransport);
  });

  it('is a Worker of its own there, when one is given, which ends with its tab', async () => {
    Object.assign(globalThis, { SharedWorker: undefined });
    const gateway = createTestGateway({ tools: { fast: () => 1 } });
    const { transport, clock } = gateway;
    let worker: FakeWorker | undefined;
    const alone = workerTransport(never, () => {
      worker = new FakeWorker((scope) => serveTabs({ url: 'ws://gateway.test' }, scope as never, { transport, clock }));
      return worker as unknown as Worker;
    });
    const client = createClient({ url: 'ws://tab.test' }, { transport: alone, clock });
    expect(await client.call('fast', {})).to.equal(1);
    await client.close();
    await settle();
    expect(gateway.line.closedByClient?.code).to.equal(1000);
    expect(worker?.scope.other).to.equal(undefined);
  });

  it('fails when the script of the worker does', async () => {
    const dead = workerTransport(() => {
      const worker = new FakeSharedWorker({});
      queueMicrotask(() => worker.onerror?.());
      return worker as unknown as SharedWorker;
    });
    const client = createClient({ url: 'ws://tab.test', reconnect: false }, { transport: dead });
    expect(await rejection(client.connect())).to.include({ code: 'CONNECT_FAILED' });
    await client.close();
  });

  it('is checked by the worker’s script: an option it does not know is refused at once', () => {
    expect(() => serveTabs({ url: 'ws://gateway.test', colour: 'red' } as never, {})).to.throw(TypeError, 'colour');
  });
});
