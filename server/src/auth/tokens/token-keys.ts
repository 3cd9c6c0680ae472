import type { KeyObject } from 'node:crypto';
import { type TokenKey, verificationKey } from './token-key.ts';

/** A key with what to verify by. */
export interface VerifyingKey extends TokenKey {
  readonly verifyWith: KeyObject;
}

/** The keys tokens may be signed with, found by the name in a token's header and by nothing else in it. */
export class TokenKeys {
  /** The key this gateway signs with; absent when it only checks tokens of others. */
  readonly signing: TokenKey | undefined;
  readonly #byKid = new Map<string, VerifyingKey>();
  /** Of each algorithm the only key; undefined when there are several. */
  readonly #onlyOf = new Map<string, VerifyingKey | undefined>();

  /** @throws Error for a weak or unfitting key, for two keys of one name, and for two that sign. */
  constructor(keys: readonly TokenKey[]) {
    for (const key of keys) {
      if (this.#byKid.has(key.kid)) {
        throw new Error(`Cannot use two token keys with the name "${key.kid}"; give each its own`);
      }
      const ready = { ...key, verifyWith: verificationKey(key) };
      this.#byKid.set(key.kid, ready);
      this.#onlyOf.set(key.alg, this.#onlyOf.has(key.alg) ? undefined : ready);
    }
    const [signing, second] = keys.filter(({ use }) => use === 'sign');
    if (second !== undefined) {
      throw new Error(`Cannot sign with "${signing?.kid}" and "${second.kid}" both; let one of them only verify`);
    }
    this.signing = signing;
  }

  /** The key named in a header; without a name, the only key of the algorithm, if it is the only one. */
  find(kid: string | undefined, alg: string): VerifyingKey | undefined {
    return kid === undefined ? this.#onlyOf.get(alg) : this.#byKid.get(kid);
  }

  /** True while this very key is in use. */
  holds(key: VerifyingKey): boolean {
    return this.#byKid.get(key.kid) === key;
  }
}
