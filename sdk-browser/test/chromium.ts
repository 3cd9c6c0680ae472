import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { GatewaySettings } from '@callsheet/server';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type BackgroundTab, openBackgroundTab } from './background-tab.ts';
import { type PageGateway, startPageGateway } from './page-gateway.ts';
import { type PageServer, type Resource, startPageServer } from './page-server.ts';
import { type Relay, startRelay } from './relay.ts';

/**
 * A real browser for the suite `useChromium` is called in. What is started in `before` lasts for the suite, what is
 * started in a test for that test. An error in a page that the test did not allow fails the test.
 */
export interface Chromium {
  /** Where the pages come from, e.g. `http://127.0.0.1:41234`. */
  readonly origin: string;
  /** The context of this test: its tabs share storage and SharedWorkers, as the tabs of one user do. */
  context(): Promise<BrowserContext>;
  /** Opens a tab that runs the source file `entry`, bundled. */
  open(entry: URL): Promise<Page>;
  /** The same in a tab that can be hidden and frozen. Its errors are not watched. */
  openBackground(entry: URL): Promise<BackgroundTab>;
  /** Bundles the source file and answers its path under `origin`, for `new Worker(path)`. */
  script(entry: URL): Promise<string>;
  /** Serves something else at a path, such as a page of an example. */
  put(path: string, resource: Resource): void;
  /** Errors on the console and uncaught ones that are meant to happen in this test. */
  allow(pattern: RegExp): void;
  /** A gateway of its own process that the pages may use. */
  gateway(settings?: GatewaySettings): Promise<PageGateway>;
  /** A wire to that port that can be damaged. */
  relay(port: number): Promise<Relay>;
}

export interface ChromiumOptions {
  /** Playwright switches off what makes tests unsteady; these of its arguments are left out. */
  readonly without?: readonly string[];
  /** Further arguments. */
  readonly args?: readonly string[];
}

interface Closable {
  close(): Promise<unknown>;
}

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A socket that cannot be dialled is reported on the console whatever the page does. */
const DIALS = /WebSocket connection to/;

export function useChromium(options: ChromiumOptions = {}): Chromium {
  let browser: Browser;
  let server: PageServer;
  let context: BrowserContext | undefined;
  let inTest = false;
  const errors: string[] = [];
  const allowed: RegExp[] = [];
  const ofSuite: Closable[] = [];
  const ofTest: Closable[] = [];
  const keep = <T extends Closable>(thing: T): T => {
    (inTest ? ofTest : ofSuite).push(thing);
    return thing;
  };

  before(async function () {
    const executablePath = onPath('chromium');
    if (executablePath === undefined) {
      console.log('      skipped: needs chromium, which is not installed');
      this.skip();
    }
    server = keep(await startPageServer());
    browser = keep(
      await chromium.launch({
        executablePath,
        headless: true,
        args: [...ARGS, ...(options.args ?? [])],
        ignoreDefaultArgs: [...(options.without ?? [])],
      }),
    );
  });
  beforeEach(() => {
    inTest = true;
  });
  afterEach(async () => {
    inTest = false;
    await context?.close();
    context = undefined;
    await closeAll(ofTest);
    const unexpected = errors.splice(0).filter((error) => !allowed.some((pattern) => pattern.test(error)));
    allowed.splice(0);
    if (unexpected.length > 0) throw new Error(`Errors in the page: ${unexpected.join('\n')}`);
  });
  after(() => closeAll(ofSuite));

  const openContext = async (): Promise<BrowserContext> => {
    if (context !== undefined) return context;
    context = await browser.newContext();
    context.on('weberror', (error) => errors.push(String(error.error())));
    context.on('console', (message) => {
      if (message.type() === 'error' && !DIALS.test(message.text())) errors.push(message.text());
    });
    // The functions of a test carry the compiler's calls to this name into the page.
    await context.addInitScript({ content: 'globalThis.__name = (named) => named' });
    return context;
  };
  return {
    get origin() {
      return server.origin;
    },
    context: openContext,
    async open(entry) {
      const path = await server.page(entry);
      const page = await (await openContext()).newPage();
      await page.goto(server.origin + path);
      return page;
    },
    openBackground: async (entry) => keep(await openBackgroundTab(browser, server.origin + (await server.page(entry)))),
    script: (entry) => server.script(entry),
    put: (path, resource) => server.put(path, resource),
    allow: (pattern) => allowed.push(pattern),
    gateway: async (settings) => keep(await startPageGateway(server.origin, settings)),
    relay: async (port) => keep(await startRelay(port)),
  };
}

/** Last opened, first closed. */
async function closeAll(things: Closable[]): Promise<void> {
  for (const thing of things.splice(0).reverse()) await thing.close();
}

/** Where a program is, or undefined. */
function onPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}
