import type { Finder } from './ranges.ts';

/** Shorter ones stand in too many innocent texts. */
const SHORTEST = 8;
const SPECIAL = /[\\^$.*+?()[\]{}|/-]/g;

/** The secrets the configuration knows, found by value in every form they usually travel in. */
export class KnownSecrets {
  readonly #forms = new Set<string>();
  #pattern: RegExp | undefined;

  /** Adds secrets; those of less than 8 characters are left out. */
  add(secrets: Iterable<string>): void {
    for (const secret of secrets) {
      if (secret.length < SHORTEST) continue;
      for (const form of formsOf(secret)) if (form.length >= SHORTEST) this.#forms.add(form);
      this.#pattern = undefined;
    }
  }

  /** Whether the text holds one of them, in any form but one broken up by needless escapes. */
  in(text: string): boolean {
    return this.#forms.size > 0 && text.length >= SHORTEST && this.#compiled().test(text);
  }

  /** Also finds secrets that overlap: each search goes on one character behind the beginning of the last find. */
  readonly find: Finder = (text, found) => {
    if (!this.in(text)) return;
    const pattern = new RegExp(this.#compiled(), 'g');
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      found(match.index, match.index + match[0].length);
      pattern.lastIndex = match.index + 1;
    }
  };

  /** One pass over the text for all of them; the longest first, as a shorter one may begin it. */
  #compiled(): RegExp {
    this.#pattern ??= new RegExp(
      [...this.#forms]
        .sort((a, b) => b.length - a.length)
        .map((form) => form.replace(SPECIAL, '\\$&'))
        .join('|'),
    );
    return this.#pattern;
  }
}

function* formsOf(secret: string): Iterable<string> {
  const bytes = Buffer.from(secret);
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inUrl = encodeURIComponent(bytes.toString('utf8'));
  yield* [secret, inJson, inUrl, inUrl.replaceAll('%20', '+')];
  yield* [bytes.toString('hex'), bytes.toString('hex').toUpperCase()];
  for (const before of [0, 1, 2]) yield* inBase64(bytes, before);
}

/**
 * What base64 text says of the secret when `before` bytes (modulo 3) stand in front of it, as a user name does in a `Basic`
 * header: without the characters it shares with its neighbours, in both alphabets of RFC 4648.
 */
function* inBase64(secret: Buffer, before: number): Iterable<string> {
  const bytes = Buffer.concat([Buffer.alloc(before), secret]);
  const own = (text: string): string => text.slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
  yield own(bytes.toString('base64'));
  yield own(bytes.toString('base64url'));
}
