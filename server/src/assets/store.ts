import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Asset,
  type AssetFacts,
  type AssetPort,
  CallError,
  type OpenAsset,
  type Principal,
} from '@callsheet/protocol';
import { type MayTouch, ownerOnly } from '../auth/ownership.ts';
import { occurrence } from '../channels.ts';
import { type DepositFor, deposit, type Vault } from './deposit.ts';
import { type Disk, hasErrno, LOCAL_DISK, lookAt, unlinkIfThere } from './disk.ts';
import { checkProject, readFacts } from './facts.ts';
import { ensureFolder, syncFolder } from './folders.ts';
import { type RandomBytes, readAssetRef } from './ids.ts';
import { blobPath, FOLDERS, mediaPath, recordPath, sidecarPath, urlPath } from './layout.ts';
import { type AssetRecord, readRecord, toAsset } from './record.ts';
import { AssetUsage } from './usage.ts';

export interface AssetStoreOptions {
  /** The media folder, `<dataDir>/media`; made when it is missing. The caller holds the lock of the data directory. */
  readonly root: string;
  /** A larger asset is refused. Bytes. */
  readonly maxBytes: number;
  /** Turns a path below `/assets` into a URL anyone may fetch for a while: {@link SignedLinks.url}. */
  readonly link: (path: string) => string;
  readonly now?: () => number;
  readonly random?: RandomBytes;
  readonly disk?: Disk;
  /** Who may read whose files; their owners alone when not said. */
  readonly mayTouch?: MayTouch;
}

/** Who stores and reads, and where new files go. */
export interface AssetBinding {
  readonly principal: Principal;
  readonly project: string;
  readonly jobId?: string | undefined;
  /** Ends a `put` whose source never ends. */
  readonly signal?: AbortSignal | undefined;
}

/** Stored files on the local disk; {@link FOLDERS} draws where they lie. */
export class AssetStore {
  /** How much is stored. */
  readonly usage = new AssetUsage();
  readonly #vault: Vault;
  readonly #maxBytes: number;
  readonly #link: (path: string) => string;
  readonly #mayTouch: MayTouch;

  private constructor(vault: Vault, options: AssetStoreOptions) {
    this.#vault = vault;
    this.#maxBytes = options.maxBytes;
    this.#link = options.link;
    this.#mayTouch = options.mayTouch ?? ownerOnly;
  }

  /** Opens the store and removes what a crash left half written. */
  static async open(options: AssetStoreOptions): Promise<AssetStore> {
    const disk = options.disk ?? LOCAL_DISK;
    await mkdir(options.root, { recursive: true, mode: 0o750 });
    const root = await disk.realpath(options.root);
    for (const levels of Object.values(FOLDERS)) await ensureFolder(disk, root, ...levels);
    const temporary = join(root, ...FOLDERS.temporary);
    for (const name of await disk.readdir(temporary)) await unlinkIfThere(disk, join(temporary, name));
    const { random = randomBytes, now = Date.now } = options;
    return new AssetStore({ disk, root, random, now }, options);
  }

  /** What the collector and the HTTP handler need to know of the place. */
  get vault(): Vault {
    return this.#vault;
  }

  /** The tool's way to stored files. @throws CallError INVALID_PARAMS for a project name that is none. */
  for(binding: AssetBinding): AssetPort {
    const { principal, project, jobId, signal } = binding;
    checkProject(project);
    return {
      put: (source, facts) => this.keep(source, facts, { owner: principal.id, project, jobId }, signal),
      open: (ref) => this.#openFor(principal, ref),
      url: async (ref) => this.#link(urlPath(await this.#owned(principal, ref))),
    };
  }

  /** Stores an asset. @throws CallError as `deposit` does, and INVALID_PARAMS for facts that are none. */
  async keep(
    source: Parameters<AssetPort['put']>[0],
    facts: AssetFacts,
    whose: DepositFor,
    signal?: AbortSignal,
  ): Promise<Asset> {
    const bounds = { maxBytes: this.#maxBytes, signal };
    const record = await deposit(this.#vault, source, readFacts(facts), whose, bounds);
    const { kind, bytes } = record;
    this.usage.add(kind, bytes);
    if (occurrence.hasSubscribers) occurrence.publish({ type: 'media', kind, direction: 'stored', bytes });
    return this.describe(record);
  }

  /** The asset as its owner sees it, with a link that is new. */
  describe(record: AssetRecord): Asset {
    return toAsset(record, this.#link(urlPath(record)));
  }

  /** The record of an asset, whoever owns it, or undefined. One look-up. */
  async find(id: string): Promise<AssetRecord | undefined> {
    try {
      return readRecord(await this.#vault.disk.readFile(recordPath(this.#vault.root, id), 'utf8'), id);
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /**
   * Opens the file for reading. The caller closes the handle.
   *
   * @throws CallError NOT_FOUND when the file is gone, cut short, no plain file, or behind a symbolic link.
   */
  async openFile(record: AssetRecord): Promise<FileHandle> {
    const { disk, root } = this.#vault;
    const path = mediaPath(root, record);
    try {
      if ((await disk.realpath(path)) !== path) throw notFound(record.asset_id);
      // Between the look and the opening the last name may become a link, or a pipe that would never open.
      const handle = await disk.open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      if (await isWhole(handle, record)) return handle;
      await handle.close();
      throw notFound(record.asset_id);
    } catch (error) {
      if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO')) throw notFound(record.asset_id);
      throw error;
    }
  }

  mayRead(principal: Principal, { owner }: Pick<AssetRecord, 'owner'>): boolean {
    return this.#mayTouch(principal, 'assets/read', owner);
  }

  /** Removes an asset of the principal, and its bytes when no other asset shares them. @throws CallError NOT_FOUND */
  async remove(principal: Principal, ref: string): Promise<void> {
    await this.discard(await this.#owned(principal, ref));
  }

  /**
   * Removes an asset, whoever owns it. The record goes last: until then a second attempt finds its way.
   *
   * @returns the bytes freed, undefined while another asset shares them.
   */
  async discard(record: AssetRecord): Promise<number | undefined> {
    const { disk, root } = this.#vault;
    this.usage.add(record.kind, -record.bytes);
    const paths = [mediaPath(root, record), sidecarPath(root, record), recordPath(root, record.asset_id)];
    for (const path of paths) await unlinkIfThere(disk, path);
    for (const path of paths.slice(1)) await syncFolder(disk, dirname(path));
    return removeIfUnused(disk, blobPath(root, record.sha256));
  }

  async #owned(principal: Principal, ref: string): Promise<AssetRecord> {
    const id = readAssetRef(ref);
    const record = id === undefined ? undefined : await this.find(id);
    if (record === undefined || !this.mayRead(principal, record)) throw notFound(ref);
    return record;
  }

  async #openFor(principal: Principal, ref: string): Promise<OpenAsset> {
    const record = await this.#owned(principal, ref);
    // Looked at now, so that a missing file is an error here; opened when read, so that a caller who only wants the
    // facts leaves no open file behind.
    await (await this.openFile(record)).close();
    return { asset: this.describe(record), stream: this.#read(record) };
  }

  async *#read(record: AssetRecord): AsyncGenerator<Uint8Array> {
    yield* (await this.openFile(record)).createReadStream();
  }
}

async function isWhole(handle: FileHandle, record: AssetRecord): Promise<boolean> {
  const facts = await handle.stat();
  return facts.isFile() && facts.size === record.bytes;
}

/**
 * Removes a blob no asset has a name for any more: its link count is its reference count.
 *
 * @returns the bytes freed, undefined when the blob is in use or gone.
 */
export async function removeIfUnused(disk: Disk, blob: string): Promise<number | undefined> {
  const facts = await lookAt(disk, blob);
  if (facts === undefined || facts.nlink > 1 || !(await unlinkIfThere(disk, blob))) return undefined;
  return facts.size;
}

function notFound(ref: string): CallError {
  const sentence = `Cannot open the asset "${ref.slice(0, 80)}": no asset of yours has this id; use the asset_id of a result`;
  return new CallError('NOT_FOUND', sentence);
}
