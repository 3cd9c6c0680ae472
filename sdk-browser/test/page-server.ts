import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Something a page can load. */
export interface Resource {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** Serves pages and their scripts to a browser. */
export interface PageServer {
  /** E.g. `http://127.0.0.1:41234`, as a browser sends it. */
  readonly origin: string;
  /** Bundles a source file once and answers its path, for `new Worker(path)` and `<script>`. */
  script(entry: URL): Promise<string>;
  /** The path of an empty page that runs `entry`. */
  page(entry: URL): Promise<string>;
  /** Serves something at a path. */
  put(path: string, resource: Resource): void;
  close(): Promise<void>;
}

export async function startPageServer(): Promise<PageServer> {
  const resources = new Map<string, Resource>();
  const bundles = new Map<string, Promise<string>>();
  const server = createServer((request, response) => {
    const found = resources.get(new URL(request.url ?? '/', 'http://here').pathname);
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': found?.type ?? 'text/plain' });
    response.end(found?.body ?? 'There is no such page');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const script = async (entry: URL): Promise<string> => {
    const path = `${nameOf(entry)}.js`;
    const made = bundles.get(path) ?? bundle(fileURLToPath(entry));
    bundles.set(path, made);
    resources.set(path, { type: 'text/javascript', body: await made });
    return path;
  };
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script,
    async page(entry) {
      const path = `${nameOf(entry)}.html`;
      resources.set(path, { type: 'text/html', body: htmlOf(await script(entry)) });
      return path;
    },
    put: (path, resource) => resources.set(path, resource),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** As an application would ship it: one minified file. Types are the compiler's business, not the bundler's. */
async function bundle(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    conditions: ['source'],
    define: { 'process.env.NODE_ENV': '"production"' },
    jsx: 'automatic',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** E.g. `/test/pages/life`: with its folders, as names repeat. */
function nameOf(entry: URL): string {
  return `/${entry.pathname.split('/').slice(-3).join('/')}`.replace(/\.\w+$/, '');
}

function htmlOf(script: string): string {
  // The empty icon saves a request that would be answered with 404, which is an error on the console.
  return `<!doctype html><meta charset="utf-8"><title>Callsheet</title><link rel="icon" href="data:,"><body><div id="root"></div><script src="${script}"></script>`;
}
