import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ToolLog } from '@callsheet/protocol';
import { SignedLinks } from './assets/links.ts';
import { AssetStore } from './assets/store.ts';
import { type OpenedRing, openKeyRing } from './auth/first-key.ts';
import { type KeyStore, openKeyStore } from './auth/key-store.ts';
import type { MayTouch } from './auth/ownership.ts';
import type { Clock } from './clock.ts';
import { configuredKeys } from './config/keys.ts';
import { isLoopback } from './config/loopback.ts';
import type { Config } from './config/settings.ts';
import type { EmbeddedEngine } from './engine/embedded/engine.ts';
import { openEmbeddedEngine } from './engine/embedded/open.ts';
import { ScratchRoom } from './host/scratch.ts';
import { StoredCalls } from './idempotency/stored-calls.ts';
import { JobCensus } from './jobs/census.ts';
import { JobEvents } from './jobs/events.ts';
import { Ledger } from './jobs/ledger.ts';
import { observeJobs } from './jobs/observe-jobs.ts';

/** Everything of a gateway that outlives its process, opened. */
export interface Storage extends OpenedRing {
  readonly keys: KeyStore;
  readonly engine: EmbeddedEngine;
  readonly ledger: Ledger;
  readonly census: JobCensus;
  readonly events: JobEvents;
  readonly keyedCalls: StoredCalls;
  readonly assets: AssetStore;
  readonly links: SignedLinks;
  readonly scratch: ScratchRoom;
}

export interface StorageParts {
  readonly clock: Clock;
  readonly log: ToolLog;
  /** Where the world reaches the gateway; known only after listening. */
  readonly baseUrl: () => string;
  /** Who may touch whose jobs and files. */
  readonly mayTouch: MayTouch;
}

/**
 * Opens the data directory. The engine comes first: it takes the lock that keeps a second gateway out.
 *
 * @throws Error when another gateway owns the directory, or when the gateway would listen beyond this machine with no
 * key but one that is printed at the first start.
 */
export async function openStorage(config: Config, { clock, log, baseUrl, mayTouch }: StorageParts): Promise<Storage> {
  const { dataDir, host } = config.server;
  const engine = await openEmbeddedEngine({ dataDir, log, clock });
  try {
    const now = (): number => clock.now();
    const keys = await openKeyStore(dataDir);
    const configured = configuredKeys(config);
    if (!isLoopback(host) && configured.length + keys.records.length === 0) {
      throw new Error(
        `Cannot listen on "${host}" without a key: set CALLSHEET_ADMIN_KEY or [auth.api_keys], or listen on 127.0.0.1`,
      );
    }
    const opened = openKeyRing(keys, configured, now);
    const links = new SignedLinks({ key: keys.linkKey, ttlSeconds: config.assets.linkTtlS, baseUrl, now });
    const assets = await AssetStore.open({
      root: join(dataDir, 'media'),
      maxBytes: config.assets.maxBytes,
      link: (path) => links.url(path),
      now,
      mayTouch,
    });
    const scratch = new ScratchRoom(join(dataDir, 'scratch'), log);
    await scratch.sweep();
    const ledger = new Ledger(engine, { clock, random: randomBytes, mayTouch });
    const census = new JobCensus(ledger, clock);
    observeJobs(ledger, clock);
    const keyedCalls = new StoredCalls(engine, log);
    const events = new JobEvents(ledger, { log });
    return { ...opened, keys, engine, ledger, census, events, keyedCalls, assets, links, scratch };
  } catch (error) {
    engine.close();
    throw error;
  }
}
