// The page's own server: it serves the page, and gets it tickets from the gateway. The API key never leaves it.
//   CALLSHEET_API_KEY=csk_live_… PORT=8080 node examples/browser-page/server.mjs [folder of another page]
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const { CALLSHEET_URL = 'ws://127.0.0.1:8081/rpc', CALLSHEET_API_KEY, PORT = '8080' } = process.env;
const page = resolve(process.argv[2] ?? fileURLToPath(new URL('.', import.meta.url)));
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** What the import map of the page names, as npm installed it. */
const CLIENT = ['@callsheet/sdk-browser', '@callsheet/sdk-core', '@callsheet/protocol', 'jsonrpc-lite'];
const folders = CLIENT.map((name) => [`/client/${name}/`, fileURLToPath(new URL('.', import.meta.resolve(name)))]);

/** The file behind a path: of the client, or of the page. */
function fileOf(path) {
  const [prefix, folder] = folders.find(([start]) => path.startsWith(start)) ?? ['/', page];
  const file = resolve(folder, path.slice(prefix.length) || 'index.html');
  if (!file.startsWith(resolve(folder) + sep) || !(extname(file) in TYPES)) throw new Error('There is no such file');
  return file;
}

/** Here an application looks who is logged in, and answers everybody else with 401. */
async function giveTicket(origin, response) {
  const ask = new URL('/v1/session/ticket', CALLSHEET_URL.replace(/^ws/, 'http'));
  const headers = { authorization: `Bearer ${CALLSHEET_API_KEY}`, origin };
  const answer = await fetch(ask, { method: 'POST', headers }).catch(() => undefined);
  const text = (await answer?.text()) ?? 'it cannot be reached';
  if (!answer?.ok) console.error(`The gateway gives no ticket to ${origin}: ${text}`);
  response.writeHead(answer?.ok ? 200 : 502, { 'content-type': 'application/json' }).end(answer?.ok ? text : '{}');
}

const server = createServer(async ({ method, url = '/', headers }, response) => {
  try {
    const { pathname } = new URL(url, 'http://page');
    if (pathname === '/gateway') response.end(CALLSHEET_URL);
    else if (pathname === '/ticket' && method === 'POST') await giveTicket(headers.origin, response);
    else {
      const file = fileOf(pathname);
      response.setHeader('content-type', `${TYPES[extname(file)]}; charset=utf-8`).end(await readFile(file));
    }
  } catch {
    response.writeHead(404).end('There is no such page');
  }
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
