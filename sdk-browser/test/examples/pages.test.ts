import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { compileClients, ROOT, tool } from '../../../examples/test/compile.ts';
import { hears, needs } from '../../../examples/test/process.ts';
import { useChromium } from '../chromium.ts';
import type { PageGateway } from '../page-gateway.ts';

/** The server of the page, in a process of its own, and a gateway that lets its page in. */
interface Place {
  readonly origin: string;
  readonly gateway: PageGateway;
}

describe('the pages of the examples', function () {
  this.timeout(120_000);
  const chromium = useChromium();
  let folder: string;
  let server: ChildProcess | undefined;
  before(async function () {
    needs('ffmpeg', this);
    folder = await mkdtemp(join(tmpdir(), 'callsheet-pages-'));
    await compileClients();
  });
  afterEach(async () => {
    if (server === undefined) return;
    server.kill();
    await once(server, 'exit');
    server = undefined;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** @param args of the server: the folder of the page, where it is not its own */
  async function serve(...args: string[]): Promise<Place> {
    // A gateway wants to know the page's origin, and the page's server the gateway: one of them has to come first.
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const gateway = await chromium.gateway({ server: { allowed_origins: [origin] } });
    // Plain Node: what a page gets is what npm installs, not our sources.
    server = spawn(process.execPath, [join(ROOT, 'examples/browser-page/server.mjs'), ...args], {
      env: { ...process.env, PORT: String(port), CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: gateway.key },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await hears(server, /^http:.*\n/);
    return { origin, gateway };
  }

  async function open({ origin }: Place): Promise<Page> {
    const page = await (await chromium.context()).newPage();
    await page.goto(origin);
    await connectionIs(page, 'ready');
    return page;
  }

  const connectionIs = (page: Page, state: string): Promise<void> =>
    page.locator('.pill', { hasText: new RegExp(`^${state}$`) }).waitFor();

  async function makesAVideo(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Draft the script' }).click();
    await page.locator('blockquote', { hasText: /Coral reefs cover/ }).waitFor();

    await page.getByRole('button', { name: 'Make the video' }).click();
    await page.waitForFunction(() => Number(document.querySelector('progress')?.value) > 0.1);
    expect(await page.locator('.work span').textContent()).to.match(/^[A-Z].+/);

    // The job goes on without the page, and the page finds it again.
    await page.reload();
    await page.locator('video[src]').waitFor({ timeout: 60_000 });
    const seen = await page.locator('video').evaluate(async (element) => {
      const video = element as HTMLVideoElement;
      while (video.readyState < video.HAVE_CURRENT_DATA) await new Promise((resolve) => setTimeout(resolve, 20));
      return { width: video.videoWidth, height: video.videoHeight, seconds: video.duration };
    });
    expect([seen.width, seen.height]).to.deep.equal([854, 480]);
    expect(seen.seconds).to.be.greaterThan(5);
  }

  /** Loses the gateway while a video is made, opens the page anew without it, and goes on when it is back. */
  async function outlivesTheGateway(page: Page, { gateway }: Place): Promise<void> {
    chromium.allow(/502/);
    await page.getByRole('button', { name: 'Make the video' }).click();
    await page.waitForFunction(() => Number(document.querySelector('progress')?.value) > 0.1);
    const cancel = page.getByRole('button', { name: 'Cancel' });
    expect(await cancel.isEnabled()).to.equal(true);
    await gateway.kill();
    await isAway(page);

    await page.reload();
    await isAway(page);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.away', { hasText: / Tried at \d/ }).waitFor();
    await isAway(page);
    await fits(page);

    await gateway.restart();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.away:visible').waitFor({ state: 'detached' });
    await page.locator('video[src]').waitFor({ timeout: 60_000 });
    expect(await page.getByRole('button', { name: 'Draft the script' }).isEnabled()).to.equal(true);
  }

  /** Says so in one line, and offers nothing that would do nothing. */
  async function isAway(page: Page): Promise<void> {
    await page.locator('.away', { hasText: 'The gateway is away; your video goes on when it is back.' }).waitFor();
    expect(await page.locator('.work span').textContent()).to.equal('Waiting for the gateway');
    for (const name of ['Draft the script', 'Make the video', 'Cancel']) {
      const button = page.getByRole('button', { name });
      expect(await button.isDisabled(), name).to.equal(true);
      expect(await button.getAttribute('title')).to.equal('The gateway is away');
    }
  }

  /** Whole at the width of a phone and of a desk, by day and by night. */
  async function fits(page: Page): Promise<void> {
    const papers = new Set<string>();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.be.at.most(width);
      }
      papers.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    }
    expect(papers.size).to.equal(2);
  }

  it('without a build: drafts a script, makes a video, finds it again after a reload', async () => {
    const page = await open(await serve());
    await fits(page);
    await makesAVideo(page);
    await fits(page);
  });

  it('without a build: says when the gateway is gone, and goes on when it is back', async () => {
    chromium.allow(/502/);
    const place = await serve();
    const page = await open(place);
    await place.gateway.kill();
    await connectionIs(page, 'reconnecting');
    await place.gateway.restart();
    await connectionIs(page, 'ready');
    await page.getByRole('button', { name: 'Draft the script' }).click();
    await page.locator('blockquote', { hasText: /Coral reefs cover/ }).waitFor();
  });

  it('without a build: loses the gateway while it makes a video, and gets the video all the same', async () => {
    const place = await serve();
    await outlivesTheGateway(await open(place), place);
  });

  it('without a build: shows the sentence of a failure', async () => {
    const page = await open(await serve());
    await page.getByLabel('Subject').evaluate((input) => input.removeAttribute('required'));
    await page.getByLabel('Subject').fill('');
    await page.getByRole('button', { name: 'Draft the script' }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: /video_subject/ })
      .waitFor();
  });

  it('React and Vite: compiles under its own tsconfig, builds, and tells the same story', async () => {
    await tool('typescript/bin/tsc', ['-p', 'examples/react-page']);
    const out = join(folder, 'react-page');
    await tool('vite/bin/vite.js', ['build', 'examples/react-page', '--outDir', out, '--logLevel', 'error']);
    const place = await serve(out);
    const page = await open(place);
    await fits(page);
    await makesAVideo(page);
    await fits(page);
    await outlivesTheGateway(page, place);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
