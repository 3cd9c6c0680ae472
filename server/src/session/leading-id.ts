import type { Id } from '@callsheet/protocol';

/** Where an id stands that is worth looking for: our own builder, and most others, put it first or after `jsonrpc`. */
const REACH = 400;
const LEADING =
  /^\s{0,8}\{\s{0,8}(?:"jsonrpc"\s{0,8}:\s{0,8}"2\.0"\s{0,8},\s{0,8})?"id"\s{0,8}:\s{0,8}(?:"([^"\\]{1,256})"|(-?\d{1,15}))\s{0,8},/;

/**
 * The id a message begins with, read without parsing it: of a message that is too large or too deep, so that whoever waits for
 * its answer can be told. Undefined where it stands elsewhere, and for an array. A sender who lies here speaks for nobody but
 * itself.
 */
export function leadingId(text: string): Exclude<Id, null> | undefined {
  const found = LEADING.exec(text.slice(0, REACH));
  if (found === null) return undefined;
  const [, word, number] = found;
  return word ?? Number(number);
}
