import { type FSWatcher, watch as watchFolder } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import type { ToolLog } from '@callsheet/protocol';
import type { Clock } from '../../clock.ts';
import { digestOf, readTls } from './read.ts';
import type { TlsSettings } from './settings.ts';
import { validateTls } from './validate.ts';
import { watchedFolders } from './watched-folders.ts';

/** How a renewal went. */
export type Reload =
  | { readonly ok: true; readonly fingerprint: string; readonly expiresAt: number }
  | { readonly ok: false; readonly reason: string };

export interface FollowParts {
  readonly log: Pick<ToolLog, 'info' | 'warn' | 'error'>;
  readonly clock: Clock;
  /** Told of every renewal, good or bad, for the metric and the audit trail. */
  readonly onReload?: (reload: Reload) => void;
  /** How long the files must rest before they are read: certificate and key are written one after the other. Default 1 s. */
  readonly debounceMs?: number;
  /** Tests put a deaf one here. */
  readonly watch?: (folder: string, changed: () => void) => Pick<FSWatcher, 'close' | 'on'>;
}

/** The part of an https server that changes certificates. */
export interface Renewable {
  setSecureContext(options: SecureContextOptions): void;
}

const DEBOUNCE_MS = 1_000;
/** Network file systems tell nobody of changes: the files are looked at now and then, whatever the watchers say. */
const LOOK_MS = 60_000;

/**
 * Follows the files of a server and gives it every good new pair: new connections get the new certificate, open ones keep
 * talking. A pair that does not fit leaves the old one in place, and the log says why.
 */
export class TlsFollower {
  readonly #settings: TlsSettings;
  readonly #server: Renewable;
  readonly #parts: FollowParts;
  #watchers: Pick<FSWatcher, 'close'>[] = [];
  #served: string;
  /** What was tried last, good or bad: the same fault is not told twice. */
  #tried: string;
  #stopped = false;
  #cancelLook: (() => void) | undefined;
  /** When the files are looked at in any case, on the monotonic clock. */
  #latest = 0;
  #looking: Promise<void> = Promise.resolve();

  /** @param served the digest of the files the server began with */
  constructor(settings: TlsSettings, server: Renewable, served: string, parts: FollowParts) {
    this.#settings = settings;
    this.#server = server;
    this.#parts = parts;
    this.#served = served;
    this.#tried = served;
    this.#look();
  }

  /** Resolves when the folders are watched and nothing is being read. */
  settled(): Promise<void> {
    return this.#looking;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelLook?.();
    this.#unwatch();
  }

  /**
   * One appointment at a time: every change puts it off until the files rest, but never beyond the regular look, or a
   * folder in which something happens all the time would never be looked at.
   */
  #lookIn(ms: number): void {
    const { clock } = this.#parts;
    this.#cancelLook?.();
    this.#cancelLook = clock.after(Math.max(0, Math.min(ms, this.#latest - clock.monotonic())), () => {
      this.#cancelLook = undefined;
      this.#look();
    });
  }

  /** One after the other: a slow reading of older files must not overwrite newer ones. */
  #look(): void {
    this.#latest = this.#parts.clock.monotonic() + LOOK_MS;
    this.#looking = this.#looking
      .then(() => this.#lookNow())
      // What went wrong once must neither end the process nor stand in the way of the next look.
      .catch((error) => this.#parts.log.error({ fault: String(error) }, 'could not look for a new TLS certificate'));
  }

  async #lookNow(): Promise<void> {
    let reload: Reload | undefined;
    try {
      // Watched before it is read: what changes in between calls for another look.
      await this.#watch();
      if (!this.#stopped) reload = await this.#renew();
    } finally {
      if (!this.#stopped && this.#cancelLook === undefined) this.#lookIn(LOOK_MS);
    }
    if (reload !== undefined && !this.#stopped) this.#tell(reload);
  }

  async #renew(): Promise<Reload | undefined> {
    let digest = '';
    try {
      const texts = await readTls(this.#settings);
      digest = digestOf(texts);
      if (digest === this.#tried || digest === this.#served) {
        this.#tried = digest;
        return undefined;
      }
      const { context, fingerprint, expiresAt, warnings } = validateTls(this.#settings, texts, this.#parts.clock.now());
      if (this.#stopped) return undefined;
      this.#server.setSecureContext(context);
      this.#served = digest;
      this.#tried = digest;
      for (const warning of warnings) this.#parts.log.warn({}, warning);
      return { ok: true, fingerprint, expiresAt };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // Files that cannot be read have no digest: the reason stands for it.
      const tried = digest === '' ? reason : digest;
      if (tried === this.#tried) return undefined;
      this.#tried = tried;
      return { ok: false, reason };
    }
  }

  #tell(reload: Reload): void {
    const { log, onReload } = this.#parts;
    if (reload.ok) {
      const { fingerprint, expiresAt } = reload;
      log.info({ fingerprint, expiresAt: new Date(expiresAt).toISOString() }, 'serves a new TLS certificate');
    } else {
      log.error({ reason: reload.reason }, 'could not take the new TLS certificate; the old one stays');
    }
    try {
      onReload?.(reload);
    } catch (error) {
      log.error({ fault: String(error) }, 'could not tell of the new TLS certificate');
    }
  }

  /** All anew each time: a watcher of a folder that was replaced under the same name hears nothing any more. */
  async #watch(): Promise<void> {
    const { cert, key, ca } = this.#settings;
    const paths = [cert, key, ...(ca === undefined ? [] : [ca])];
    const folders = new Set((await Promise.all(paths.map((path) => watchedFolders(path)))).flat());
    this.#unwatch();
    if (this.#stopped) return;
    const { watch = watchQuietly, debounceMs = DEBOUNCE_MS } = this.#parts;
    for (const folder of folders) {
      try {
        const watcher = watch(folder, () => this.#lookIn(debounceMs));
        watcher.on('error', () => watcher.close());
        this.#watchers.push(watcher);
      } catch {
        // The folder is gone, cannot be watched, or watches have run out: the regular look will do.
      }
    }
  }

  #unwatch(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) watcher.close();
  }
}

function watchQuietly(folder: string, changed: () => void): FSWatcher {
  return watchFolder(folder, { persistent: false }, changed);
}
