import { createHmac, type KeyObject } from 'node:crypto';
import { CallError } from '@callsheet/protocol';
import { newAssetId } from './ids.ts';
import type { AssetRecord } from './record.ts';
import type { AssetStore } from './store.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Uploads that may be sent again. Under one key a caller has one asset in a project, whose id follows from the key: so
 * nothing but the asset itself has to be remembered, and a restart forgets nothing.
 */
export class KeyedUploads {
  readonly #store: AssetStore;
  readonly #secret: KeyObject;
  readonly #underWay = new Map<string, { readonly fail: (error: CallError) => void; readonly ended: Promise<void> }>();

  /** @param secret keeps others from computing which ids a caller has */
  constructor(store: AssetStore, secret: KeyObject) {
    this.#store = store;
    this.#secret = secret;
  }

  /** @throws CallError INVALID_PARAMS for a key that is none */
  idOf(principalId: string, project: string, key: string): string {
    if (!KEY.test(key)) {
      const sentence = 'Cannot store the file: "idempotency-key" is not 1 to 255 printable ASCII characters';
      throw new CallError('INVALID_PARAMS', `${sentence}; use a random UUID`);
    }
    const text = JSON.stringify(['upload', principalId, project, key]);
    const digest = createHmac('sha256', this.#secret).update(text).digest();
    return newAssetId(() => digest);
  }

  /**
   * Takes the place of the upload under way with this id: who sends it again has given that one up, whatever its
   * connection looks like from here. Resolves when that has ended; the returned function lets the next one in.
   */
  async claim(id: string, fail: (error: CallError) => void): Promise<() => void> {
    const older = this.#underWay.get(id);
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const own = { fail, ended };
    this.#underWay.set(id, own);
    older?.fail(new CallError('CONFLICT', 'Cannot store the file: it is being sent again, under the same key'));
    await older?.ended;
    return () => {
      if (this.#underWay.get(id) === own) this.#underWay.delete(id);
      end();
    };
  }

  /** What was stored under the id before. What a crash or a person left half of it is removed. */
  async stored(id: string): Promise<AssetRecord | undefined> {
    const record = await this.#store.find(id);
    if (record === undefined) return undefined;
    try {
      await (await this.#store.openFile(record)).close();
      return record;
    } catch (error) {
      if (CallError.from(error).errorName !== 'NOT_FOUND') throw error;
      await this.#store.discard(record);
      return undefined;
    }
  }
}
