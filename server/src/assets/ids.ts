/** Bytes nobody can guess. */
export type RandomBytes = (count: number) => Uint8Array;

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
/** 36^25 > 2^129: nobody guesses one, and two never meet. */
const LENGTH = 25;
/** The largest multiple of 36 a byte can hold; a byte beyond it would make the first letters likelier. */
const FAIR = 252;
const ID = /^ast_[0-9a-z]{25}$/;

/** A new asset id: `ast_` and 25 characters of 0–9 a–z, safe in a path, a URL and a header. */
export function newAssetId(random: RandomBytes): string {
  let text = '';
  while (text.length < LENGTH) {
    for (const byte of random(LENGTH)) {
      if (byte < FAIR && text.length < LENGTH) text += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return `ast_${text}`;
}

/** True for text of the form {@link newAssetId} makes: nothing else ever becomes part of a path. */
export function isAssetId(text: string): boolean {
  return ID.test(text);
}

/** The id inside `ast_…` or `asset:ast_…`, or undefined for anything else. */
export function readAssetRef(ref: string): string | undefined {
  const id = ref.startsWith('asset:') ? ref.slice('asset:'.length) : ref;
  return isAssetId(id) ? id : undefined;
}
