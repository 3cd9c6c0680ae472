import { gzipSync } from 'node:zlib';
import { atMost, kilobytes, type Part } from './bars.ts';
import { bundle } from './bundle.ts';

interface Sized {
  readonly name: string;
  /** The least code that uses it. */
  readonly code: string;
  /** Bytes it may take, minified and compressed. */
  readonly most?: number;
}

const SIZED: readonly Sized[] = [
  { name: 'rpc-websockets', code: "import { Client } from 'rpc-websockets'; globalThis.made = new Client('ws://x');" },
  {
    name: 'jayson (no transport)',
    code: "import make from 'jayson/lib/client/browser'; globalThis.made = make(() => {});",
  },
  {
    name: 'json-rpc-2.0 (no transport)',
    code: "import { JSONRPCClient } from 'json-rpc-2.0'; globalThis.made = new JSONRPCClient(() => {});",
  },
  { name: 'socket.io-client', code: "import { io } from 'socket.io-client'; globalThis.made = io('http://x');" },
  {
    name: '@callsheet/sdk-browser',
    code: "import { createClient } from '@callsheet/sdk-browser'; globalThis.made = createClient({ url: 'ws://x' });",
    most: 8_000,
  },
  {
    name: '@callsheet/sdk-browser/lite',
    code: "import { createClient } from '@callsheet/sdk-browser/lite'; globalThis.made = createClient({ url: 'ws://x' });",
    most: 4_500,
  },
];

/** What a page downloads for the least use of each. */
export async function sizes(): Promise<Part> {
  const found: (Sized & { bytes: number; gzip: number })[] = [];
  for (const sized of SIZED) {
    const text = await bundle({ code: sized.code });
    found.push({ ...sized, bytes: Buffer.byteLength(text), gzip: gzipSync(text, { level: 9 }).length });
  }
  return {
    title: 'bundled by esbuild for a page, in bytes',
    rows: found.map(({ name, bytes, gzip }) => ({ client: name, minified: bytes, 'and gzip -9': gzip })),
    bars: found.flatMap(({ name, gzip, most }) =>
      most === undefined ? [] : [atMost(`${name}, minified and compressed`, gzip, most, kilobytes)],
    ),
  };
}
