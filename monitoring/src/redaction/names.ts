/** What a member's name says of its value. `counted` hides everything but numbers: `max_tokens: 4096` is no secret. */
export type NameVerdict = 'readable' | 'secret' | 'counted';

/** Unmistakable wherever they stand, also across separators: `pass_word`, `MyPassWord2`, `client-secret`. */
const ANYWHERE = /password|passwd|passphrase|passcode|authori[sz]ation|credential|cookie|secret(?!ar)|signature/;
/** Parts of one word: `accesstoken` and `tickets`, but not `tokenizer`. */
const IN_A_WORD = /token(?!i[sz])|nonce|ticket/;
/** Words that hide in innocent ones (`signal`, `peppermint`) and therefore count only by themselves. */
const WHOLE_WORDS = new Set(['sig', 'sigs', 'pepper', 'peppers', 'jwt', 'jwts', 'bearer', 'pwd']);
/** `key` grown together with what it opens; `keyboard`, `monkey` and `keyframe` stay readable. */
const FUSED_KEY =
  /(?:api|access|private|secret|auth|signing|encryption|master|session|license|account|client|provider|admin|hmac|ssh|app|service|server|user|deploy)keys?$/;
/** Keys that open nothing: names, places in a table, music, green screens. An idempotency key is the caller's own mark on a call. */
const OPENS_NOTHING = new Set(
  'public idempotency cache primary foreign sort partition routing chroma musical'.split(' '),
);
/** What a key has besides its secret: `keyId`, `key_name`, `key_frames`. */
const OF_A_KEY = new Set('id ids name names frame frames word words point points usage algorithm alg'.split(' '));
/** A last word that speaks of the secret without telling it: `tokenType`, `password_changed_at`. */
const ABOUT = new Set(
  'type count counts length size bytes limit ttl ms seconds expiry expires expiration at endpoint'.split(' '),
);
const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;
const LONGEST_NAME = 256;

/** Judges the name of a member, in any case and with any separators. */
export function judgeName(name: string): NameVerdict {
  const words = (shortened(name).match(WORD) ?? []).map((word) => word.toLowerCase());
  const last = words.at(-1);
  if (last === undefined || ABOUT.has(last)) return 'readable';
  const joined = words.join('').replaceAll('timesignature', '');
  if (ANYWHERE.test(joined) || FUSED_KEY.test(joined) || words.some(isSecretWord)) {
    return words.includes('tokens') ? 'counted' : 'secret';
  }
  return words.some((word, at) => (word === 'key' || word === 'keys') && opens(words, at)) ? 'secret' : 'readable';
}

function isSecretWord(word: string): boolean {
  return WHOLE_WORDS.has(word) || IN_A_WORD.test(word);
}

function opens(words: readonly string[], at: number): boolean {
  return !OPENS_NOTHING.has(words[at - 1] ?? '') && !OF_A_KEY.has(words[at + 1] ?? '');
}

/** Both ends of a name too long to read. */
function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME / 2)}_${name.slice(-LONGEST_NAME / 2)}`;
}
