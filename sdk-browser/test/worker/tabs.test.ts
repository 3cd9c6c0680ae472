import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { createTestGateway } from '../../src/testing.ts';
import { useChromium } from '../chromium.ts';
import type { PageGateway } from '../page-gateway.ts';
import { serveTestGateway } from './serve-test-gateway.ts';
import type {} from './tab-page.ts';

const TAB = new URL('./tab-page.ts', import.meta.url);
const SCRIPT = new URL('./gateway-script.ts', import.meta.url);

describe('tabs of a browser that share a connection', () => {
  const chromium = useChromium();
  let gateway: PageGateway;
  before(async () => {
    gateway = await chromium.gateway();
  });

  /** Opens a tab whose worker talks to this address. */
  async function open(url: string, key = gateway.key): Promise<Page> {
    const script = `${await chromium.script(SCRIPT)}?${new URLSearchParams({ url, key })}`;
    const page = await chromium.open(TAB);
    await page.evaluate((path) => join(path), script);
    return page;
  }
  const answered = (page: Page, count: number): Promise<unknown> =>
    page.waitForFunction((wanted) => tab.answers.length === wanted, count);

  it('have one socket, and each its own answers', async () => {
    const relay = await chromium.relay(gateway.port);
    const pages = [await open(relay.url), await open(relay.url), await open(relay.url)];
    const answers = await Promise.all(
      pages.map((page, n) =>
        page.evaluate(
          (value) => Promise.all([1, 2, 3].map((k) => tab.client.call('diagnostics_echo', { value: value * k }))),
          n,
        ),
      ),
    );
    expect(answers).to.deep.equal([0, 1, 2].map((n) => [1, 2, 3].map((k) => ({ value: n * k }))));
    expect({ open: relay.open, taken: relay.taken }).to.deep.equal({ open: 1, taken: 1 });
  });

  it('when one is closed, what it left is cancelled at the gateway, and the others go on', async () => {
    const ends: (() => void)[] = [];
    const inMemory = createTestGateway({
      tools: { slow: (args) => new Promise((end) => ends.push(() => end(args))) },
    });
    const served = await serveTestGateway(inMemory);
    try {
      const [leaving, staying] = [await open(served.url), await open(served.url)];
      await leaving.evaluate(() => ['a', 'b'].map((name) => tab.ask('slow', { name })));
      await staying.evaluate(() => tab.ask('slow', { name: 'c' }));
      await untilTrue(() => inMemory.calls.length === 3);
      await leaving.close();
      await untilTrue(() => inMemory.calls.filter(({ signal }) => signal.aborted).length === 2);
      const kept = inMemory.calls.findIndex(({ args }) => args.name === 'c');
      expect(inMemory.calls[kept]?.signal.aborted).to.equal(false);
      ends[kept]?.();
      await answered(staying, 1);
      expect(await staying.evaluate(() => tab.answers)).to.deep.equal(['{"name":"c"}']);
      expect(inMemory.lines).to.have.length(1);
      // The last one takes the connection along.
      await staying.evaluate(() => tab.client.close());
      await untilTrue(() => inMemory.line.closedByClient !== undefined);
      expect(inMemory.line.closedByClient?.code).to.equal(1000);
    } finally {
      await served.close();
    }
  });

  it('notice nothing when the connection is cut and the session resumed', async () => {
    const relay = await chromium.relay(gateway.port);
    const [one, two] = [await open(relay.url), await open(relay.url)];
    for (const page of [one, two]) {
      await page.evaluate(async () => {
        await tab.client.connect();
        tab.ask('diagnostics_sleep', { ms: 600 });
      });
    }
    relay.cut();
    await Promise.all([answered(one, 1), answered(two, 1)]);
    for (const page of [one, two]) {
      const { lost, answers, state } = await page.evaluate(() => ({
        ...tab,
        client: undefined,
        state: tab.client.state,
      }));
      expect({ lost, state }).to.deep.equal({ lost: [], state: 'ready' });
      expect(answers[0]).to.include('slept_ms');
    }
    expect(relay.taken).to.equal(2);
  });

  it('lose theirs when the gateway was killed, and come back with it', async () => {
    const own = await chromium.gateway();
    const [one, two] = [await open(own.url, own.key), await open(own.url, own.key)];
    for (const page of [one, two]) await page.evaluate(() => tab.client.connect());
    await one.evaluate(() => tab.ask('diagnostics_sleep', { ms: 60_000 }));
    await own.kill();
    await own.restart();
    for (const page of [one, two]) {
      await page.waitForFunction(() => tab.lost.length > 0);
      expect(await page.evaluate(() => tab.lost[0])).to.equal(1006);
      expect(await page.evaluate(() => tab.client.call('diagnostics_echo', { value: 1 }))).to.deep.equal({ value: 1 });
    }
  });

  it('learn that the worker’s credential is refused', async () => {
    const pages = [await open(gateway.url, 'wrong'), await open(gateway.url, 'wrong')];
    for (const page of pages) {
      const error = await page.evaluate(() =>
        tab.client.connect().then(
          () => 'open',
          ({ name, code }) => ({ name, code }),
        ),
      );
      expect(error).to.deep.equal({ name: 'AuthError', code: 'AUTH' });
    }
  });

  it('let go of the connection when their page is put away', async () => {
    const relay = await chromium.relay(gateway.port);
    const page = await open(relay.url);
    await page.evaluate(() => tab.client.connect());
    await page.goto('about:blank');
    await untilTrue(() => relay.open === 0);
    expect(relay.taken).to.equal(1);
  });
});

/** Waits for something in this process that tells nobody when it happens. */
async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
