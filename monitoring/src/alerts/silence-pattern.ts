/**
 * The part of regular expressions silences may use: alternatives `a|b`, `.*` for any text, and `\` before a sign that is
 * meant as itself. It means the same to Alertmanager, takes time in proportion to the text, and cannot be made to hang the
 * process as expressions with nested repetition can.
 */
export class SilencePattern {
  /** For each alternative what stands between its `.*`, in order. */
  readonly #alternatives: readonly (readonly string[])[];

  /** @throws RangeError for anything beyond that. */
  constructor(text: string) {
    this.#alternatives = parse(text);
  }

  /** Whether the whole text fits. */
  fits(text: string): boolean {
    return this.#alternatives.some((pieces) => fitsPieces(text, pieces));
  }
}

const SPECIAL = new Set('.^$*+?()[]{}');

function parse(text: string): string[][] {
  let pieces = [''];
  const alternatives = [pieces];
  const literal = (sign: string) => pieces.push((pieces.pop() ?? '') + sign);
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === '|') {
      pieces = [''];
      alternatives.push(pieces);
    } else if (sign === '\\' && /^[^A-Za-z0-9]/.test(text.slice(at + 1))) {
      at += 1;
      literal(text.charAt(at));
    } else if (text.startsWith('.*', at)) {
      at += 1;
      pieces.push('');
    } else if (sign === '\\' || SPECIAL.has(sign)) {
      throw new RangeError(
        `"${sign}" of the pattern "${text}" is not known here; use a|b, .* and \\ before a sign meant as itself`,
      );
    } else literal(sign);
  }
  return alternatives;
}

function fitsPieces(text: string, pieces: readonly string[]): boolean {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}
