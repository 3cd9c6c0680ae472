import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { median } from '../auth/measure.ts';
import { atLeast, type Part, whole } from './bars.ts';
import { bundle } from './bundle.ts';
import type { Rounds } from './keep-in-flight.ts';
import type { InPage } from './page/in-page.ts';
import { startServer } from './processes.ts';

const TITLE = 'in a page of Chromium: one connection, 64 calls in flight, medians';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

interface Candidate {
  readonly name: string;
  readonly server: string;
  readonly samples: (Rounds & { readonly cpuMicros: number })[];
}

declare const inPage: InPage;

/** Browsers pay far more for a frame than Node does, so that coalescing is worth more there. */
export async function pageRates(quick: boolean): Promise<Part> {
  const executablePath = onPath('chromium') ?? onPath('google-chrome');
  if (executablePath === undefined) return { title: `${TITLE}: skipped, there is no Chromium`, rows: [], bars: [] };
  const script = await bundle({ file: 'page/in-page.ts' });
  const pages = createServer(({ url }, response) => {
    response.setHeader('content-type', url === '/page.js' ? 'text/javascript' : 'text/html');
    response.end(url === '/page.js' ? script : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath, headless: true, args: ARGS });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
    return partOf(await measure(page, quick));
  } finally {
    await browser.close();
    pages.close();
  }
}

async function measure(page: Page, quick: boolean): Promise<readonly Candidate[]> {
  const [rounds, ms] = quick ? [3, 400] : [9, 1_000];
  const servers = {
    'json-rpc': await startServer('servers/serve-json-rpc.ts'),
    'socket-io': await startServer('servers/serve-socket-io.ts'),
  };
  const named = await page.evaluate(() => inPage.candidates());
  const candidates: readonly Candidate[] = named.map((one) => ({ ...one, samples: [] }));
  for (const { name, server } of candidates) {
    const { port } = server === 'json-rpc' ? servers['json-rpc'] : servers['socket-io'];
    await page.evaluate(([of, to]) => inPage.openClient(of, to), [name, port] as const);
  }
  const browser = await page.context().newCDPSession(page);
  await browser.send('Performance.enable');
  const busyMicros = async (): Promise<number> => {
    const { metrics } = await browser.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000_000;
  };
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, samples } of candidates) {
      const before = await busyMicros();
      const driven = await page.evaluate((of) => inPage.drive(of.name, of.run), { name, run: { inFlight: 64, ms } });
      const cpuMicros = (await busyMicros()) - before;
      if (round >= 0) samples.push({ ...driven, cpuMicros });
    }
  }
  for (const { child } of Object.values(servers)) child.disconnect();
  return candidates;
}

function partOf(candidates: readonly Candidate[]): Part {
  const rates = candidates.map(({ name, samples }) => ({
    name,
    rate: median(samples.map(({ calls, seconds }) => calls / seconds)),
    busy: median(samples.map(({ calls, cpuMicros }) => cpuMicros / calls)),
  }));
  const floor = rates[0]?.rate ?? Number.NaN;
  return {
    title: TITLE,
    rows: rates.map(({ name, rate, busy }) => ({
      client: name,
      'calls/s': Math.round(rate),
      'beside raw WebSocket': Number((rate / floor).toFixed(2)),
      'main thread µs': Number(busy.toFixed(1)),
    })),
    bars: [atLeast('calls/s in a page, coalesced', rates.at(-1)?.rate ?? Number.NaN, 80_000, whole)],
  };
}

function onPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}
