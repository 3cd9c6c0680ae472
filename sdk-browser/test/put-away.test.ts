import { expect } from 'chai';
import { watchSlack } from '../../server/test/slack.ts';
import { useChromium } from './chromium.ts';
import type { PageGateway } from './page-gateway.ts';
import type { Relay } from './relay.ts';

const LIFE = new URL('./pages/life.ts', import.meta.url);

describe('a client in a page that is put away', () => {
  const chromium = useChromium({
    // Tests usually run without what is tested here.
    without: [
      '--disable-back-forward-cache',
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
    ],
  });
  let gateway: PageGateway;
  let relay: Relay;
  before(async () => {
    gateway = await chromium.gateway();
  });
  beforeEach(async () => {
    relay = await chromium.relay(gateway.port);
    chromium.put('/away.html', {
      type: 'text/html',
      body: '<!doctype html><title>Away</title><link rel="icon" href="data:,">',
    });
  });

  it('comes back to its session when it is restored from the back/forward cache', async () => {
    const page = await chromium.open(LIFE);
    await page.evaluate(open, { url: relay.url, apiKey: gateway.key, intervalMs: 25_000, pong: 10_000 });
    await page.evaluate(() => life.ask(600));
    await page.goto(`${chromium.origin}/away.html`);
    // The page is shown again, not loaded: there is no `load` to wait for.
    await page.goBack({ waitUntil: 'commit' });
    const slack = await watchSlack(() => page.evaluate(() => 1));
    // What was noted down before is still there: this is the same page, not a new one.
    await page.waitForFunction(() => life.answers.length === 1, undefined, { polling: 20 });
    const { answers, sessions, readyAt, backAt } = await page.evaluate(() => life);
    expect(answers).to.deep.equal(['answered']);
    expect(sessions).to.deep.equal([false, true]);
    expect(readyAt - backAt).to.be.lessThan(1_000 + (await slack()));
    expect(relay.open).to.equal(1);
  });

  it('keeps its connection while its tab is hidden, however late its timers are', async () => {
    const tab = await chromium.openBackground(LIFE);
    await tab.evaluate(open, { url: relay.url, apiKey: gateway.key, intervalMs: 300, pong: 500 });
    await tab.hide();
    const gaps = await tab.evaluate(lateness);
    expect(Math.max(...gaps), 'timers are late in this browser').to.be.greaterThan(900);
    await tab.show();
    await tab.evaluate(() => life.client.call('diagnostics_echo', { value: 1 }));
    expect(await tab.evaluate(() => life.lost)).to.deep.equal([]);
    expect(relay.taken).to.equal(1);
  });

  it('comes back to its session when its hidden tab was frozen, where this browser cuts every socket', async () => {
    const tab = await chromium.openBackground(LIFE);
    await tab.evaluate(open, { url: relay.url, apiKey: gateway.key, intervalMs: 25_000, pong: 10_000 });
    await tab.evaluate(() => life.ask(300));
    await tab.hide();
    await tab.freeze();
    while (relay.open > 0) await relay.changed();
    await tab.thaw();
    const { answers, sessions } = await tab.evaluate(async () => {
      await life.client.call('diagnostics_echo', { value: 1 });
      while (life.answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      return life;
    });
    expect(answers).to.deep.equal(['answered']);
    expect(sessions).to.deep.equal([false, true]);
  });
});

/** Runs in the page: by how much four timers of 50 ms were late. */
async function lateness(): Promise<number[]> {
  const late: number[] = [];
  while (late.length < 4) {
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    late.push(performance.now() - began);
  }
  return late;
}

/** Runs in the page: opens its session. */
async function open({
  url,
  apiKey,
  intervalMs,
  pong,
}: Record<'url' | 'apiKey', string> & Record<'intervalMs' | 'pong', number>): Promise<void> {
  begin({
    url,
    auth: { type: 'apiKey', apiKey },
    keepalive: { intervalMs },
    timeouts: { pong },
    dangerouslyAllowKeyInPage: true,
  });
  await life.client.connect();
}
