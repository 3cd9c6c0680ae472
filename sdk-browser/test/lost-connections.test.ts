import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { watchSlack } from '../../server/test/slack.ts';
import { useChromium } from './chromium.ts';
import type { PageGateway } from './page-gateway.ts';
import type { Relay } from './relay.ts';

const LIFE = new URL('./pages/life.ts', import.meta.url);
/** Silence before asking, and before giving up after that, where a test waits for it. Milliseconds. */
const INTERVAL = 400;
const PONG = 2_000;

describe('a client in a page whose connection is lost', () => {
  const chromium = useChromium();
  let gateway: PageGateway;
  let relay: Relay;
  let page: Page;
  before(async () => {
    gateway = await chromium.gateway();
  });
  beforeEach(async () => {
    relay = await chromium.relay(gateway.port);
    page = await chromium.open(LIFE);
    await page.evaluate(
      async ({ url, apiKey, intervalMs, pong }) => {
        begin({
          url,
          auth: { type: 'apiKey', apiKey },
          dangerouslyAllowKeyInPage: true,
          keepalive: { intervalMs },
          timeouts: { pong, connect: 1_000 },
          reconnect: { maxMs: 500 },
        });
        await life.client.connect();
      },
      { url: relay.url, apiKey: gateway.key, intervalMs: INTERVAL, pong: PONG },
    );
  });
  const until = async (told: () => boolean): Promise<void> => {
    await page.waitForFunction(told, undefined, { polling: 20, timeout: 55_000 });
  };

  it('comes back to its session after a reset, with its call answered and no event of its job missed or told twice', async () => {
    await page.evaluate(() => {
      life.ask(1_500);
      life.follow(1_500);
    });
    for (const [events, sessions] of [
      [2, 2],
      [4, 3],
    ] as const) {
      await page.waitForFunction((least) => life.seqs.length >= least, events, { polling: 20 });
      relay.cut();
      // Two cuts of one connection would be one.
      await page.waitForFunction((least) => life.sessions.length >= least, sessions, { polling: 20 });
    }
    await until(() => life.answers.length === 2);
    const { answers, sessions, seqs } = await page.evaluate(() => life);
    expect(answers).to.have.members(['answered', 'followed']);
    expect(sessions).to.deep.equal([false, true, true]);
    expect(seqs).to.have.length.greaterThan(5);
    expect(seqs).to.deep.equal(seqs.map((_, at) => at + 1));
  });

  it('is back within a second after the network is, and then sends what was called meanwhile', async () => {
    const slack = await watchSlack(() => page.evaluate(() => 1));
    const context = await chromium.context();
    await context.setOffline(true);
    await page.evaluate(() => life.ask(0));
    await until(() => life.lost.length > 0);
    expect(await page.evaluate(() => life.answers)).to.deep.equal([]);
    await context.setOffline(false);
    await until(() => life.answers.length === 1);
    const { answers, readyAt, backAt } = await page.evaluate(() => life);
    expect(answers).to.deep.equal(['answered']);
    expect(readyAt - backAt)
      .to.be.greaterThan(0)
      .and.lessThan(1_000 + (await slack()));
  });

  it('notices a wire that went dead without a word within the interval and the wait for an answer', async () => {
    const slack = await watchSlack(() => page.evaluate(() => 1));
    const stalledAt = await page.evaluate(() => performance.now());
    relay.stall();
    await until(() => life.lost.length > 0);
    const [lost] = await page.evaluate(() => life.lost);
    expect(lost?.code).to.equal(4408);
    // And a second for what else the page does.
    expect((lost?.at ?? 0) - stalledAt).to.be.lessThan(INTERVAL + PONG + 1_000 + (await slack()));
    relay.resume();
    await page.evaluate(() => life.ask(0));
    await until(() => life.answers.length === 1);
    expect(await page.evaluate(() => life.answers)).to.deep.equal(['answered']);
    expect(await page.evaluate(() => life.sessions)).to.deep.equal([false, true]);
  });

  it('finds a gateway again that was killed and started on the same port, and repeats what may be repeated', async () => {
    await page.evaluate(() => life.ask(1_000));
    await gateway.kill();
    await until(() => life.lost.length > 0);
    await gateway.restart();
    await until(() => life.answers.length === 1);
    const { answers, sessions } = await page.evaluate(() => life);
    expect(answers).to.deep.equal(['answered']);
    expect(sessions).to.deep.equal([false, false]);
  });

  it('ends within a second when it is closed on a dead wire, and leaves nothing open', async () => {
    const slack = await watchSlack(() => page.evaluate(() => 1));
    relay.stall();
    const took = await page.evaluate(async () => {
      const began = performance.now();
      await life.client.close();
      return performance.now() - began;
    });
    expect(took).to.be.lessThan(1_500 + (await slack()));
  });
});
