import { createSecretKey } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AssetFacts, AssetPort, Principal } from '@callsheet/protocol';
import fastify, { type FastifyRequest } from 'fastify';
import { SignedLinks } from '../../src/assets/links.ts';
import { assetRoutes } from '../../src/assets/serve.ts';
import { AssetStore, type AssetStoreOptions } from '../../src/assets/store.ts';
import { usualReach } from '../policy/policy-of.ts';

export const ANN: Principal = { id: 'key:ann', role: 'user', scopes: [] };
export const BOB: Principal = { id: 'key:bob', role: 'user', scopes: [] };
export const ADMIN: Principal = { id: 'key:root', role: 'admin', scopes: [] };
export const VIDEO: AssetFacts = { kind: 'video', mime: 'video/mp4', extension: 'mp4', provider: 'test' };
export const START = Date.parse('2026-11-21T05:00:00.000Z');

/** A clock that stands still until told otherwise. */
export interface Clock {
  ms: number;
}

/** A store in a folder of its own. */
export interface House {
  readonly root: string;
  readonly clock: Clock;
  readonly links: SignedLinks;
  readonly store: AssetStore;
  portOf(principal: Principal, project?: string): AssetPort;
  reopen(options?: Partial<AssetStoreOptions>): Promise<AssetStore>;
  remove(): Promise<void>;
}

export async function openHouse(
  options: Partial<AssetStoreOptions> = {},
  baseUrl = () => 'http://gate.test',
): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'callsheet-assets-'));
  const root = join(folder, 'media');
  const clock = { ms: START };
  const now = (): number => clock.ms;
  const links = new SignedLinks({ key: createSecretKey(Buffer.alloc(32, 7)), baseUrl, now });
  const link = (path: string): string => links.url(path);
  const defaults: AssetStoreOptions = { root, maxBytes: 1_000_000, link, now, mayTouch: usualReach() };
  const store = await AssetStore.open({ ...defaults, ...options });
  return {
    root,
    clock,
    links,
    store,
    portOf: (principal, project = 'demo') => store.for({ principal, project }),
    reopen: (changed = {}) => AssetStore.open({ ...defaults, ...changed }),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** A house with its door open: a real Fastify server on a free port. `X-Test-Principal` says who is calling. */
export async function openGate(
  options: Partial<AssetStoreOptions> = {},
): Promise<House & { readonly port: number; readonly base: string }> {
  let base = '';
  const house = await openHouse(options, () => base);
  const people = new Map([ANN, BOB, ADMIN].map((principal) => [principal.id, principal]));
  const authenticate = (request: FastifyRequest): Principal | undefined =>
    people.get(String(request.headers['x-test-principal']));
  const app = fastify({ forceCloseConnections: true });
  await app.register(assetRoutes({ store: house.store, links: house.links, authenticate }));
  base = await app.listen({ host: '127.0.0.1', port: 0 });
  const remove = async (): Promise<void> => {
    await app.close();
    await house.remove();
  };
  return { ...house, base, port: Number(new URL(base).port), remove };
}

/** Every file below the folder, by its path in it, sorted. */
export async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The name of the error a promise rejects with, as the error table has it; anything else as text. */
export async function refusalOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error && 'errorName' in error ? String(error.errorName) : String(error);
  }
  return 'no refusal';
}
