import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { whileLocked } from '../change-lock.ts';
import { authFolder } from '../key-store.ts';
import { readIfThere, writeDurably } from '../stored-file.ts';
import type { TokenClaims } from './claims.ts';
import { printRevocations, type RevocationList, readRevocations } from './revocation-list.ts';

export interface RevocationOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  /**
   * Milliseconds a token can be good at most, tolerances included; see the function of this name. What was revoked longer ago than that
   * is forgotten, because no token it was about can be good any more.
   */
  readonly rememberMs: number;
}

/** A token to revoke, and until when it would be good. */
export interface TokenToRevoke {
  readonly jti: string;
  /** Milliseconds since the epoch; as long as a token can be good when not said. */
  readonly until?: number;
}

/** Inside `<dataDir>/auth`. */
export const REVOCATIONS_FILE = 'revoked.json';

/**
 * How long a revocation must be remembered: a token may be issued a tolerance in the future, live its longest, and be
 * presented a tolerance after its end.
 */
export function rememberMs(rules: { readonly maxLifetimeSeconds: number; readonly toleranceSeconds: number }): number {
  return (rules.maxLifetimeSeconds + 2 * rules.toleranceSeconds) * 1000;
}

/**
 * What is no longer good although it is well signed: single tokens, and everything a subject had up to a moment. Both by
 * the names they are known by here (`nameHere`): to revoke the `ada` of one issuer says nothing of the `ada` of another.
 *
 * Nothing is ever un-revoked, so what memory and file know are simply joined: a reader that sees an older file loses
 * nothing, and the gateway and the command line may both write.
 */
export class Revocations {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #rememberMs: number;
  readonly #lock: string;
  readonly #tokens = new Map<string, number>();
  readonly #subjects = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #saving: Promise<void> | undefined;

  constructor({ dataDir, clock, rememberMs }: RevocationOptions) {
    this.#file = join(authFolder(dataDir), REVOCATIONS_FILE);
    this.#lock = join(authFolder(dataDir), 'lock-revoked');
    this.#clock = clock;
    this.#rememberMs = rememberMs;
  }

  /** Reads what is stored. @throws Error when the file is there and cannot be understood. */
  static async open(options: RevocationOptions): Promise<Revocations> {
    const revocations = new Revocations(options);
    await revocations.#read();
    return revocations;
  }

  /** True when the token, or everything its subject had when it was issued, is revoked. */
  covers({ jti, sub, issuedAtMs }: Pick<TokenClaims, 'jti' | 'sub' | 'issuedAtMs'>): boolean {
    if (this.#tokens.has(jti)) return true;
    const through = this.#subjects.get(sub);
    return through !== undefined && issuedAtMs <= through;
  }

  /** The earliest moment, from now on, of which a token for this subject would be good. Milliseconds since the epoch. */
  firstGoodMoment(sub: string): number {
    return Math.max(this.#clock.now(), (this.#subjects.get(sub) ?? 0) + 1);
  }

  /** Revokes single tokens, at once in memory; resolves when it is on disk. */
  async revokeTokens(tokens: readonly TokenToRevoke[]): Promise<void> {
    const latest = this.#clock.now() + this.#rememberMs;
    this.#merge({ tokens: tokens.map(({ jti, until = latest }) => ({ jti, until })), subjects: [] });
    await this.#save();
  }

  /**
   * Revokes all the subject had, up to and including `through` (now when not said). Two of them in the same millisecond
   * end one after the other, so that what was issued between them is covered as well.
   */
  async revokeSubject(sub: string, through = this.firstGoodMoment(sub)): Promise<void> {
    this.#merge({ tokens: [], subjects: [{ sub, through }] });
    await this.#save();
  }

  /**
   * Joins what another process stored.
   *
   * @throws Error when it is not a list of revocations; everything known before stays.
   */
  adopt(json: unknown): void {
    this.#merge(readRevocations(json, this.#file));
  }

  /** Calls back after something was revoked, by whomever: time to ask who is still good. Answers how to end it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What counts now; what no token could be under any more is left out. */
  list(): RevocationList {
    this.#forget();
    return {
      tokens: [...this.#tokens].map(([jti, until]) => ({ jti, until })),
      subjects: [...this.#subjects].map(([sub, through]) => ({ sub, through })),
    };
  }

  /** One writing covers everything that was revoked until it begins. */
  #save(): Promise<void> {
    if (this.#saving !== undefined) return this.#saving;
    const begun = (): void => {
      this.#saving = undefined;
    };
    const write = async (): Promise<void> => {
      begun();
      await this.#read();
      await writeDurably(this.#file, printRevocations(this.list()));
    };
    const saving = whileLocked(this.#lock, write, { clock: this.#clock });
    this.#saving = saving;
    // A writing that could not even begin must not stand for those to come.
    saving.catch(begun);
    return saving;
  }

  async #read(): Promise<void> {
    const text = await readIfThere(this.#file);
    if (text !== undefined) this.#merge(readRevocations(parsed(text), this.#file));
  }

  #merge({ tokens, subjects }: RevocationList): void {
    let news = false;
    const raise = (map: Map<string, number>, key: string, moment: number, over: boolean): void => {
      if (over || (map.get(key) ?? -Infinity) >= moment) return;
      map.set(key, moment);
      news = true;
    };
    for (const { jti, until } of tokens) raise(this.#tokens, jti, until, this.#isOver(until));
    for (const { sub, through } of subjects) {
      raise(this.#subjects, sub, through, this.#isOver(through + this.#rememberMs));
    }
    if (news) for (const listener of this.#listeners) listener();
  }

  #isOver(moment: number): boolean {
    return moment <= this.#clock.now();
  }

  #forget(): void {
    for (const [jti, until] of this.#tokens) if (this.#isOver(until)) this.#tokens.delete(jti);
    for (const [sub, through] of this.#subjects) {
      if (this.#isOver(through + this.#rememberMs)) this.#subjects.delete(sub);
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
