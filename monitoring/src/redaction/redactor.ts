import type { Json } from '@callsheet/protocol';
import { Copier, type CopyBounds } from './copy.ts';
import { findApiKeyLines, findBasic, findBearer, findSignedLines } from './header-shapes.ts';
import { KnownSecrets } from './known-secrets.ts';
import { findJsonMembers, findQuerySecrets, findUserInfo } from './link-shapes.ts';
import { PayloadHider } from './payload.ts';
import { type Finder, replaceRanges } from './ranges.ts';
import { readings } from './readings.ts';
import { findJsonWebTokens, findPrivateKeys, findTokens } from './token-shapes.ts';

export interface RedactorOptions {
  /** Secrets the configuration knows; those of less than 8 characters are left out. */
  readonly secrets?: Iterable<string>;
}

export interface ShapeOptions {
  /**
   * `keep` leaves signed links as they are: for answers to somebody who is meant to follow them. Passwords in links are
   * hidden all the same. `hide` when not said.
   */
  readonly links?: 'hide' | 'keep';
}

const SHAPES: readonly Finder[] = [
  findTokens,
  findJsonWebTokens,
  findPrivateKeys,
  findBearer,
  findBasic,
  findApiKeyLines,
  findSignedLines,
  findUserInfo,
];
const PAYLOAD: readonly Finder[] = [...SHAPES, findQuerySecrets];
const LOG: readonly Finder[] = [...PAYLOAD, findJsonMembers];

/** Something of every shape, or an escape behind which it may hide: what is without it needs no closer look. */
const SUSPICIOUS =
  /[\\%=@"]|[cs]k[-_]|rk_|tkt_|r[sf]m_|rft_|eyJ|PRIVATE KEY|AIza|ya29|gh[opusr]_|glpat|hub_pat|npm_|xox|hf_|r8_|A[KS]IA|(?:bearer|basic)[ \t]|api-key/i;

const BOUNDS: CopyBounds = { maxDepth: 16, maxMembers: 5_000, maxCharacters: 1_048_576 };
/** Longer texts in logs are cut; the margin is read too, so that a secret across the cut is found whole. */
const LONGEST_TEXT = 32_768;
const MARGIN = 16_384;

/**
 * Takes secrets out of whatever is logged, audited, traced, told in an error or sent as an event: by the name of a member,
 * by the shape of a text, and by value for the secrets the configuration knows. Never throws.
 */
export class Redactor {
  readonly #known = new KnownSecrets();

  constructor({ secrets = [] }: RedactorOptions = {}) {
    this.knows(secrets);
  }

  /** Adds secrets to be found by value: as they are, escaped, in base64 and in hexadecimal. */
  knows(secrets: Iterable<string>): void {
    this.#known.add(secrets);
  }

  /** The text without secrets. At most 32,768 characters of it, then a note of how many more there were. */
  text(text: string): string {
    if (text.length <= LONGEST_TEXT) return this.#hide(text, LOG);
    return `${this.#hide(text.slice(0, LONGEST_TEXT + MARGIN), LOG, LONGEST_TEXT)}… [${text.length} characters]`;
  }

  /**
   * A copy as JSON, by names, shapes and values. Members that cannot be read, circles, and what is deeper than 16 levels or
   * beyond 5,000 members say so in its place; bytes are told by their number.
   */
  value(value: unknown): Json {
    return new Copier((text) => this.text(text), BOUNDS).copy(value);
  }

  /**
   * By shape and value only, for payloads whose member names are not ours to judge. Answers the same reference when nothing
   * had to change. Texts are never cut.
   */
  shapes<T>(value: T, { links = 'hide' }: ShapeOptions = {}): T {
    const finders = links === 'hide' ? PAYLOAD : SHAPES;
    const hide = (text: string): string => this.#hide(text, finders);
    const copy = (object: object): Json => new Copier(hide, BOUNDS, () => 'readable').copy(object);
    return new PayloadHider(hide, copy).hidden(value) as T;
  }

  #hide(text: string, finders: readonly Finder[], end = text.length): string {
    if (!SUSPICIOUS.test(text) && !this.#known.in(text)) return text.slice(0, end);
    const ranges: [number, number][] = [];
    for (const { text: reading, from } of readings(text)) {
      const found = (start: number, end: number): void => {
        ranges.push([from?.[start] ?? start, from?.[end] ?? end]);
      };
      for (const find of finders) find(reading, found);
      this.#known.find(reading, found);
    }
    return ranges.length === 0 ? text.slice(0, end) : replaceRanges(text, ranges, end);
  }
}
