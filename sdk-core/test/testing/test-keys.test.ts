import type { JsonObject, ToolContext } from '@callsheet/protocol';
import { expect } from 'chai';
import { CallError, createTestGateway, settle, type TestGateway, testClient } from '../../src/testing.ts';
import { rejection } from '../conversation.ts';
import { RawClient } from './raw-client.ts';

const KEPT_MS = 600_000;

/** Runs that the test ends. */
function heldGateway(): {
  gateway: TestGateway;
  runs: { answer(value: unknown): void; fail(error: CallError): void }[];
} {
  const runs: { answer(value: unknown): void; fail(error: CallError): void }[] = [];
  const run = (_args: JsonObject, { progress }: Pick<ToolContext, 'progress'>): Promise<unknown> => {
    progress({ stage: 'once', fraction: 0.5 });
    return new Promise((answer, fail) => runs.push({ answer, fail }));
  };
  return { gateway: createTestGateway({ tools: { once: run, twice: { run, idempotent: true } } }), runs };
}

describe('calls under a key at a test gateway', () => {
  const key = { idempotencyKey: 'k' };
  const unretried = { retry: false } as const;

  it('run once, while the first runs and afterwards, and hear of their progress', async () => {
    const { gateway, runs } = heldGateway();
    const client = testClient(gateway);
    const heard: number[] = [];
    const onProgress = ({ progress }: { progress: number }): void => {
      heard.push(progress);
    };
    const calls = [client.call('once', {}, { ...key, onProgress }), client.call('once', {}, key)];
    await settle();
    runs[0]?.answer({ n: 1 });
    expect(await Promise.all(calls)).to.deep.equal([{ n: 1 }, { n: 1 }]);
    expect(await client.call('once', {}, key)).to.deep.equal({ n: 1 });
    expect([runs.length, heard]).to.deep.equal([1, [0.5]]);
    await client.close();
  });

  it('say that they were answered before, are refused with other arguments, and forgotten in the end', async () => {
    const { gateway, runs } = heldGateway();
    const raw = new RawClient(gateway);
    await raw.open();
    const ask = (args: JsonObject) => raw.ask('tools/call', { name: 'once', arguments: args, _meta: key });
    void ask({ a: 1, b: 2 });
    await settle();
    runs[0]?.answer('done');
    await settle();
    expect(await ask({ b: 2, a: 1 })).to.deep.equal({ structuredContent: 'done', _meta: { replayed: true } });
    expect(await ask({ a: 1 })).to.include({ code: 4221 });
    await gateway.clock.advance(KEPT_MS);
    void ask({ a: 1 });
    await settle();
    expect(runs).to.have.length(2);
  });

  it('go on when their connection is lost for good, and are cancelled by whoever came back', async () => {
    const { gateway, runs } = heldGateway();
    const [one, two] = [new RawClient(gateway), testClient(gateway)];
    await one.open();
    void one.ask('tools/call', { name: 'once', _meta: key });
    await settle();
    gateway.lines[0]?.drop();
    gateway.lines[0]?.session.finish();
    await settle();
    expect(gateway.calls[0]?.signal.aborted).to.equal(false);
    const call = two.call('once', {}, key);
    await settle();
    call.cancel();
    expect(await rejection(call)).to.include({ code: 'CANCELLED' });
    await settle();
    expect([gateway.calls[0]?.signal.aborted, runs.length]).to.deep.equal([true, 1]);
    await two.close();
  });

  it('end when their caller says goodbye', async () => {
    const { gateway } = heldGateway();
    const client = testClient(gateway);
    const call = rejection(client.call('once', {}, key));
    await settle();
    await client.close();
    await call;
    await settle();
    expect(gateway.calls[0]?.signal.aborted).to.equal(true);
  });

  it('run again after what may be tried again, and tell once more what may not', async () => {
    const { gateway, runs } = heldGateway();
    const client = testClient(gateway);
    const fail = async (error: CallError): Promise<unknown> => {
      const call = rejection(client.call('once', {}, { ...key, ...unretried }));
      await settle();
      runs.at(-1)?.fail(error);
      return call;
    };
    await fail(new CallError('OVERLOADED'));
    await fail(new CallError('CONTENT_REFUSED'));
    expect(await rejection(client.call('once', {}, key))).to.include({ wireName: 'CONTENT_REFUSED' });
    expect(runs).to.have.length(2);
    await client.close();
  });

  it('that ran when it went down run again where twice does no harm, and else say that they may have run', async () => {
    const { gateway, runs } = heldGateway();
    const client = testClient(gateway);
    const calls = ['once', 'twice'].map((tool) => client.call(tool, {}, { ...key, ...unretried }));
    const lost = rejection(calls[0] ?? expect.fail());
    await settle();
    gateway.restart();
    for (let turn = 0; turn < 20 && runs.length < 3; turn++) {
      await gateway.clock.advance(1_000);
      await settle();
    }
    expect(await lost).to.include({ wireName: 'CONFLICT', maybeExecuted: true });
    runs[2]?.answer('again');
    expect(await calls[1]).to.equal('again');
    expect(gateway.calls.map(({ tool }) => tool)).to.deep.equal(['once', 'twice', 'twice']);
    await client.close();
  });
});
