import { expect } from 'chai';
import type { Client } from '../src/index.ts';
import { useChromium } from './chromium.ts';
import type { PageGateway } from './page-gateway.ts';
import type { Where } from './pages/client.ts';

const CLIENT = new URL('./pages/client.ts', import.meta.url);
const WORKER = new URL('./pages/worker.ts', import.meta.url);

describe('a client in a page', () => {
  const chromium = useChromium();
  let gateway: PageGateway;
  before(async () => {
    gateway = await chromium.gateway();
  });
  const where = (): Where => ({ url: gateway.url, apiKey: gateway.key });

  it('makes its first call with a ticket the page fetched, and with an address of http', async () => {
    const page = await chromium.open(CLIENT);
    await page.exposeFunction('fetchTicket', () => gateway.ticket());
    const [answer, principal] = await page.evaluate(async (url) => {
      const { fetchTicket } = window as unknown as { fetchTicket: () => Promise<string> };
      const client = sdk.createClient({ url, auth: { type: 'ticket', ticket: fetchTicket } });
      const value = await client.call('diagnostics_echo', { value: [1, 'ü'] });
      const session = await client.connect();
      await client.close();
      return [value, session.principal.role];
    }, gateway.httpUrl);
    expect(answer).to.deep.equal({ value: [1, 'ü'] });
    expect(principal).to.equal('admin');
  });

  it('makes calls with a key, many at once, each with its own answer', async () => {
    const page = await chromium.open(CLIENT);
    const values = await page.evaluate(async (to) => {
      const client = clientOf(to);
      const calls = Array.from({ length: 200 }, (_, value) => client.call('diagnostics_echo', { value }));
      const answers = await Promise.all(calls);
      await client.close();
      return answers.map((answer) => (answer as { value: number }).value);
    }, where());
    expect(values).to.deep.equal(Array.from({ length: 200 }, (_, at) => at));
  });

  it('tells how far a call is, to whoever iterates it', async () => {
    const page = await chromium.open(CLIENT);
    const [fractions, answer] = await page.evaluate(async (to) => {
      const client = clientOf(to);
      const call = client.call('diagnostics_sleep', { ms: 1_100 });
      const seen: number[] = [];
      for await (const { progress } of call) seen.push(progress);
      const slept = await call;
      await client.close();
      return [seen, slept] as const;
    }, where());
    expect(fractions).to.have.length.greaterThan(2);
    expect(fractions).to.deep.equal([...new Set(fractions)].sort((a, b) => a - b));
    expect(fractions.at(-1)).to.equal(1);
    expect(answer).to.have.keys('slept_ms');
  });

  it('rejects with errors that keep their names and classes in a minified page', async () => {
    const page = await chromium.open(CLIENT);
    const seen = await page.evaluate(async (to) => {
      const client = clientOf(to, { retry: false });
      const told = async (call: Promise<unknown>): Promise<unknown> => {
        const error = await call.then(
          () => undefined,
          (given) => given,
        );
        const { name, code, retryable } = error as InstanceType<typeof sdk.RpcClientError>;
        const kinds = Object.entries(sdk).filter(([, kind]) => {
          if (typeof kind !== 'function' || !('is' in kind)) return false;
          return kind.is(error as Error) && error instanceof kind;
        });
        return { name, code, retryable, kinds: kinds.map(([kind]) => kind).sort() };
      };
      const fail = (code: string): Promise<unknown> => told(client.call('diagnostics_fail', { code }));
      const stranger = clientOf({ ...to, apiKey: 'no-key-of-this-gateway' });
      const answers = [
        await fail('TOOL_FAILED'),
        await fail('OVERLOADED'),
        await fail('RATE_LIMITED'),
        await told(client.call('diagnostics_echo', { valve: 1 })),
        await told(client.call('diagnostics_sleep', { ms: 5_000 }, { timeoutMs: 10 })),
        await told(client.call('diagnostics_sleep', { ms: 5_000 }, { signal: AbortSignal.timeout(10) })),
        await told(stranger.call('diagnostics_echo', {})),
      ];
      await Promise.all([client.close(), stranger.close()]);
      answers.push(await told(client.call('diagnostics_echo', {})));
      return answers;
    }, where());
    const error = (name: string, code: string, retryable: boolean): object => ({
      ...{ name, code, retryable },
      kinds: [name, 'RpcClientError'].sort(),
    });
    expect(seen).to.deep.equal([
      error('ToolError', 'TOOL_FAILED', false),
      error('OverloadError', 'OVERLOADED', true),
      error('RateLimitError', 'RATE_LIMITED', true),
      error('ValidationError', 'INVALID_PARAMS', false),
      error('TimeoutError', 'TIMEOUT', false),
      error('CancelledError', 'CANCELLED', false),
      error('AuthError', 'AUTH', false),
      error('ConnectionError', 'CLOSED', false),
    ]);
  });

  it('says why it cannot connect: nobody listens, or the address is none', async () => {
    const page = await chromium.open(CLIENT);
    const seen = await page.evaluate(async () => {
      const told = async (url: string): Promise<unknown> =>
        sdk.connect({ url, reconnect: false }).catch(({ name, code }) => ({ name, code }));
      return [await told('ws://127.0.0.1:1/rpc'), await told('mailto:me')];
    });
    expect(seen).to.deep.equal([
      { name: 'ConnectionError', code: 'CONNECT_FAILED' },
      { name: 'TypeError', code: undefined },
    ]);
  });

  it('works in a dedicated worker', async () => {
    const [page, script] = [await chromium.open(CLIENT), await chromium.script(WORKER)];
    const answer = await page.evaluate(
      async ({ path, to }) => {
        const worker = new Worker(path);
        const said = new Promise((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
        });
        worker.postMessage(to);
        const heard = await said;
        worker.terminate();
        return heard;
      },
      { path: script, to: where() },
    );
    expect(answer).to.deep.equal({ value: 'from a worker' });
  });

  it('leaves nothing of 10,000 calls behind: no timer, no listener, no memory', async () => {
    const page = await chromium.open(CLIENT);
    const probe = await (await chromium.context()).newCDPSession(page);
    await probe.send('Performance.enable');
    const counts = async (): Promise<{ listeners: number; heap: number; timers: number }> => {
      await probe.send('HeapProfiler.collectGarbage');
      const { metrics } = await probe.send('Performance.getMetrics');
      const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
      const timers = await page.evaluate(() => (window as unknown as { timers: Set<unknown> }).timers.size);
      return { listeners: of('JSEventListeners'), heap: of('JSHeapUsedSize'), timers };
    };
    const run = (calls: number): Promise<void> =>
      page.evaluate(async (count) => {
        const { client, signal } = window as unknown as { client: Client; signal: AbortSignal };
        const echo = (value: number): Promise<unknown> =>
          client.call('diagnostics_echo', { value }, { signal, timeoutMs: 30_000 });
        for (let done = 0; done < count; done += 500)
          await Promise.all(Array.from({ length: 500 }, (_, at) => echo(done + at)));
      }, calls);
    await page.evaluate((to) => {
      const timers = new Set<unknown>();
      const { setTimeout: set, clearTimeout: clear } = window;
      Object.assign(window, {
        timers,
        setTimeout: (callback: () => void, ms: number) => {
          const timer: unknown = set(() => {
            timers.delete(timer);
            callback();
          }, ms);
          timers.add(timer);
          return timer;
        },
        clearTimeout: (timer: number) => {
          timers.delete(timer);
          clear(timer);
        },
        client: clientOf(to),
        signal: new AbortController().signal,
      });
    }, where());
    await run(1_000);
    const before = await counts();
    await run(10_000);
    const after = await counts();
    expect(after.timers).to.equal(before.timers);
    expect(after.listeners).to.equal(before.listeners);
    expect(after.heap - before.heap).to.be.lessThan(1_000_000);
    const left = await page.evaluate(async () => {
      const { client, timers } = window as unknown as { client: Client; timers: Set<unknown> };
      await client.close();
      return timers.size;
    });
    expect(left).to.equal(0);
  });
});
