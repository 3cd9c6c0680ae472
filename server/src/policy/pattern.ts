import { matchStars } from './wildcard.ts';

/** What a pattern looks like, for sentences that begin with «expected». */
export const PATTERN_FORM =
  'a tool such as "generate_*" or a method such as "jobs/*": 1 to 128 of A-Z a-z 0-9 _ . - / and * for any characters';

const STAR = 0x2a;

/** True for what may stand in `allow` and `deny`. Signs of other pattern languages are refused rather than taken literally. */
export function isPattern(text: string): boolean {
  return /^[A-Za-z0-9_.*/-]{1,128}$/.test(text);
}

/** A pattern with a slash speaks of methods, one without of tools. */
export function isOfMethods(pattern: string): boolean {
  return pattern.includes('/');
}

/** True when the pattern stands for the name. Costs at most the product of both lengths; no RegExp is made of a pattern. */
export function matches(pattern: string, name: string): boolean {
  return matchStars(
    pattern.length,
    name.length,
    (at) => pattern.charCodeAt(at) === STAR,
    (patternAt, nameAt) => pattern.charCodeAt(patternAt) === name.charCodeAt(nameAt),
  );
}
