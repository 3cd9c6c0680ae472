import { expect } from 'chai';
import { connect, type NodeClient } from '../src/index.ts';
import { ScriptedGateway } from './scripted-gateway.ts';

type Tools = { add: { input: { a: number; b: number }; output: number } };

describe('a client of Node.js as a whole', () => {
  let gateway: ScriptedGateway;
  let client: NodeClient<Tools>;
  let calls = 0;

  beforeEach(async () => {
    calls = 0;
    gateway = await ScriptedGateway.start();
    gateway.rpc.resumes = true;
    gateway.rpc.handlers['tools/list'] = () => ({
      tools: [
        {
          name: 'add',
          annotations: { idempotentHint: true, readOnlyHint: true, cacheTtlMs: 60_000, timeoutMs: 1_000 },
        },
      ],
    });
    gateway.rpc.handlers['tools/call'] = (params, { id }, line) => {
      calls += 1;
      const { a, b } = params.arguments as { a: number; b: number };
      if (a < 0 && calls === 1) {
        line.fail(id, 5030, { retryable: true, retryAfterMs: 1 });
        return undefined;
      }
      return { structuredContent: a + b };
    };
    client = await connect<Tools>({ url: gateway.url }, {});
  });

  afterEach(async () => {
    await client.close();
    await gateway.stop();
  });

  it('tries again what may be tried again, and reports it', async () => {
    const report = await client.call('add', { a: -1, b: 1 }).settled();
    expect(report).to.include({ ok: true, value: 0, attempts: 2, connection: 'c1' });
  });

  it('runs a batch, typed by its items', async () => {
    const results: number[] = await client.batch([
      { tool: 'add', args: { a: 1, b: 2 } },
      { tool: 'add', args: { a: 3, b: 4 } },
    ]);
    expect(results).to.deep.equal([3, 7]);
  });

  it('keeps answers the catalogue calls cacheable, and forgets them when it is told to', async () => {
    const kept = client.with({ cache: {} });
    await kept.catalog();
    for (let n = 0; n < 3; n++) expect(await kept.call('add', { a: 1, b: 1 })).to.equal(2);
    expect(calls).to.equal(1);
    expect(kept.stats().cache).to.include({ hits: 2, misses: 1, entries: 1 });
    await kept.invalidate({ tool: 'add' });
    await kept.call('add', { a: 1, b: 1 });
    expect(calls).to.equal(2);
  });

  it('comes back to its session when the socket is cut', async () => {
    const states: string[] = [];
    client.on('state', ({ to }) => states.push(to));
    const ready = new Promise<boolean>((resolve) => client.on('ready', ({ resumed }) => resolve(resumed)));
    gateway.cut();
    expect(await ready).to.equal(true);
    expect(states).to.deep.equal(['reconnecting', 'ready']);
  });

  it('puts layers of the application around every call, and gives clients made of it their own', async () => {
    const seen: string[] = [];
    const logged = client.with({
      use: [
        (next) => async (call) => {
          seen.push(`${call.tool} begins`);
          const result = await next(call);
          seen.push(`${call.tool} gives ${result}`);
          return result;
        },
      ],
    });
    expect(await logged.call('add', { a: 2, b: 2 })).to.equal(4);
    await client.call('add', { a: 2, b: 2 });
    expect(seen).to.deep.equal(['add begins', 'add gives 4']);
    expect(logged.download).to.equal(client.download);
  });
});
