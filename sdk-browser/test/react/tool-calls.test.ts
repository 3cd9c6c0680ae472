import { expect } from 'chai';
import { toolCalls } from '../../src/react/tool-calls.ts';
import { createTestGateway, settle, testClient } from '../../src/testing.ts';

function house() {
  const going: { progress(fraction: number): void; end(value: string): void; signal: AbortSignal }[] = [];
  const gateway = createTestGateway({
    tools: {
      render: (_args, { progress, signal }) =>
        new Promise<string>((end) => {
          going.push({
            progress: (fraction) => progress({ stage: 'work', fraction }),
            end,
            signal: signal as AbortSignal,
          });
        }),
      broken: () => Promise.reject(new Error('out of order')),
    },
  });
  const client = testClient(gateway);
  const calls = toolCalls(client, 'render');
  let changes = 0;
  const unwatch = calls.watch(() => {
    changes += 1;
  });
  return { client, calls, going, unwatch, changes: () => changes };
}

describe('the calls of a component', () => {
  it('begin when they are told to, and show how far they are and how they ended', async () => {
    const { client, calls, going } = house();
    expect(calls.read()).to.deep.equal({ data: undefined, error: undefined, pending: false, progress: undefined });
    const heard: unknown[] = [];
    const call = calls.call({}, { onProgress: (report) => heard.push(report) });
    expect(calls.read()).to.include({ pending: true });
    await settle();
    going[0]?.progress(0.5);
    await settle();
    expect(calls.read().progress).to.deep.equal({ progress: 0.5, total: 1, stage: 'work' });
    expect(heard).to.have.length(1);
    going[0]?.end('film');
    expect(await call).to.equal('film');
    expect(calls.read()).to.include({ data: 'film', pending: false });
    await client.close();
  });

  it('keep the result while the next one runs, and drop the error', async () => {
    const { client, going } = house();
    const broken = toolCalls(client, 'broken');
    void broken.call({});
    await settle();
    expect(broken.read().error).to.include({ code: 'TOOL_FAILED' });
    void broken.call({});
    expect(broken.read()).to.include({ pending: true, error: undefined });
    const render = toolCalls(client, 'render');
    void render.call({});
    await settle();
    going[0]?.end('first');
    await settle();
    void render.call({});
    expect(render.read()).to.include({ pending: true, data: 'first' });
    render.reset();
    expect(render.read()).to.include({ pending: false, data: undefined });
    await client.close();
  });

  it('change nothing for who stopped watching, and may be left and taken up again', async () => {
    const { client, calls, going, unwatch, changes } = house();
    const first = calls.call({});
    await settle();
    const before = changes();
    unwatch();
    calls.leave();
    expect(await first.settled()).to.include({ ok: false });
    expect(changes()).to.equal(before);
    expect(calls.read()).to.include({ pending: false, error: undefined });
    void calls.call({});
    await settle();
    expect(going.map(({ signal }) => signal.aborted)).to.deep.equal([true, false]);
    going[1]?.end('again');
    await settle();
    expect(calls.read()).to.include({ data: 'again' });
    await client.close();
  });

  it('end as cancelled when they are cancelled', async () => {
    const { client, calls } = house();
    void calls.call({});
    await settle();
    calls.cancel('enough');
    await settle();
    expect(calls.read().error).to.include({ code: 'CANCELLED' });
    await client.close();
  });
});
