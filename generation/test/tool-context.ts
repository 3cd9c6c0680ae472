import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Asset, CallError, type Json, type ProgressReport, type ToolContext } from '@callsheet/protocol';

/** A small host for tools: memo in memory, files in a temporary folder. Two contexts of one host share both, as two attempts of a job do. */
export interface TestHost {
  readonly folder: string;
  readonly assets: Map<string, Asset>;
  readonly memo: Map<string, Json>;
  /** How often a stage was really run, by the part of its key before the colon. */
  readonly runs: Map<string, number>;
  context(over?: Partial<ToolContext>): TestContext;
  pathOf(assetId: string): string;
  close(): Promise<void>;
}

export interface TestContext extends ToolContext {
  readonly reports: ProgressReport[];
  readonly scratchFolders: string[];
}

export async function testHost(): Promise<TestHost> {
  const folder = await mkdtemp(join(tmpdir(), 'callsheet-tools-'));
  const assets = new Map<string, Asset>();
  const memo = new Map<string, Json>();
  const runs = new Map<string, number>();
  const pathOf = (assetId: string) => join(folder, assetId);
  const find = (ref: string) => {
    const asset = assets.get(ref.replace(/^asset:/u, ''));
    if (asset === undefined) throw new CallError('NOT_FOUND', `Cannot open "${ref}"`);
    return asset;
  };
  const port: ToolContext['assets'] = {
    async put(source, facts) {
      const content = source instanceof Uint8Array ? source : Buffer.concat(await collect(source));
      const asset_id = `ast_${randomUUID().replaceAll('-', '')}`;
      await writeFile(pathOf(asset_id), content);
      const asset: Asset = {
        ...facts,
        asset_id,
        project: 'test',
        url: `http://assets.test/${asset_id}.${facts.extension}`,
        sha256: createHash('sha256').update(content).digest('hex'),
        bytes: content.byteLength,
        created_at: '2026-11-21T00:00:00.000Z',
      };
      assets.set(asset_id, asset);
      return asset;
    },
    open: async (ref) => {
      const asset = find(ref);
      return { asset, stream: createReadStream(pathOf(asset.asset_id)) };
    },
    url: async (ref) => find(ref).url,
  };
  return {
    folder,
    assets,
    memo,
    runs,
    pathOf,
    context(over = {}) {
      const reports: ProgressReport[] = [];
      const scratchFolders: string[] = [];
      const ignore = () => undefined;
      return {
        signal: new AbortController().signal,
        deadline: Number.POSITIVE_INFINITY,
        principal: { id: 'tester', role: 'admin', scopes: [] },
        project: 'test',
        trace: {},
        log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
        dryRun: false,
        progress: (report) => void reports.push(report),
        async memo<T extends Json>(key: string, produce: () => Promise<T>): Promise<T> {
          if (memo.has(key)) return structuredClone(memo.get(key)) as T;
          const stage = key.split(':')[0] ?? key;
          runs.set(stage, (runs.get(stage) ?? 0) + 1);
          const value = await produce();
          memo.set(key, structuredClone(value));
          return value;
        },
        assets: port,
        async scratch() {
          const made = await mkdtemp(join(folder, 'scratch-'));
          scratchFolders.push(made);
          return made;
        },
        call: async (tool) => {
          throw new CallError('TOOL_NOT_FOUND', `No tool "${tool}" in this test`);
        },
        ...over,
        reports,
        scratchFolders,
      };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The whole content of a stored file. */
export function contentOf(host: TestHost, assetId: string): Promise<Buffer> {
  return readFile(host.pathOf(assetId));
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return chunks;
}
