import { expect } from 'chai';
import { build } from 'esbuild';
import { codeBlocks, programOf } from '../../../examples/test/code-blocks.ts';
import { ROOT } from '../../../examples/test/compile.ts';
import { useChromium } from '../chromium.ts';

describe('the documents', () => {
  const chromium = useChromium();

  /** Runs the program of a document in a page, with this gateway and its key in place of the usual ones. */
  async function runs(file: string): Promise<string[]> {
    const gateway = await chromium.gateway();
    const program = programOf(await codeBlocks(file), 'page')
      .replaceAll('127.0.0.1:8081', `127.0.0.1:${gateway.port}`)
      .replaceAll('of a login, or a key for pages', gateway.key);
    const { outputFiles } = await build({
      stdin: { contents: `${program}globalThis.isDone = true;`, resolveDir: `${ROOT}examples`, loader: 'ts' },
      ...{ bundle: true, format: 'esm', target: 'es2022', conditions: ['source'], write: false, logLevel: 'silent' },
    });
    const html = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/program.js"></script>';
    chromium.put('/program.js', { type: 'text/javascript', body: outputFiles[0]?.text ?? '' });
    chromium.put('/program.html', { type: 'text/html', body: html });
    chromium.put('/my/ticket', { type: 'application/json', body: JSON.stringify({ ticket: await gateway.ticket() }) });
    const page = await (await chromium.context()).newPage();
    const lines: string[] = [];
    page.on('console', (message) => lines.push(message.text()));
    await page.goto(`${chromium.origin}/program.html`);
    await page.waitForFunction('globalThis.isDone');
    return lines;
  }

  it('README.md: shows a first call from a page that works as it stands', async () => {
    const lines = await runs('README.md');
    expect(lines).to.have.length(1);
    expect(lines[0]).to.match(/\d{4} at \d/);
  });

  it('docs/client-browser.md: shows code for pages that works as it stands', async () => {
    const [time, key, asset] = await runs('docs/client-browser.md');
    expect(time).to.match(/\d{4} at \d/);
    expect(key).to.equal('false idle');
    expect(asset).to.match(/^asset:ast_\w+$/);
  });
});
