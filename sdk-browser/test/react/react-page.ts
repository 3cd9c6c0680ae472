import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import type { Chromium } from '../chromium.ts';

const LAB = fileURLToPath(new URL('./lab.ts', import.meta.url));

/** Bundles the lab with React as it is in development: only there StrictMode mounts everything twice. */
export async function bundleLab(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [LAB],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    conditions: ['source'],
    define: { 'process.env.NODE_ENV': '"development"' },
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** Opens a tab with the lab in it. */
export async function openLab(chromium: Chromium, script: string): Promise<Page> {
  chromium.put('/lab.js', { type: 'text/javascript', body: script });
  chromium.put('/lab.html', {
    type: 'text/html',
    body: '<!doctype html><link rel="icon" href="data:,"><body><script src="/lab.js"></script>',
  });
  const page = await (await chromium.context()).newPage();
  await page.goto(`${chromium.origin}/lab.html`);
  return page;
}
