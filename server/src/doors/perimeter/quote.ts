/** Longer values are cut in sentences: a stranger chose them. */
const LONGEST = 120;

/** A stranger's text as a sentence may show it: short, in quotes, control characters escaped. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}
