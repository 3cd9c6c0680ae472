/**
 * Matches a sequence against a pattern in which a star stands for any number of items: two pointers and one place to
 * come back to, the last star (an earlier star can never do better). At most `patternLength + 1` steps for each item of
 * the text, whatever pattern and text are, and no memory.
 *
 * @param fits whether the pattern's item at the first place stands for the text's item at the second.
 */
export function matchStars(
  patternLength: number,
  textLength: number,
  isStar: (patternAt: number) => boolean,
  fits: (patternAt: number, textAt: number) => boolean,
): boolean {
  let patternAt = 0;
  let textAt = 0;
  let star = -1;
  let afterStar = 0;
  while (textAt < textLength) {
    if (patternAt < patternLength && isStar(patternAt)) {
      star = patternAt++;
      afterStar = textAt;
    } else if (patternAt < patternLength && fits(patternAt, textAt)) {
      patternAt++;
      textAt++;
    } else if (star >= 0) {
      // The last star takes one item more, and all behind it begins anew.
      patternAt = star + 1;
      textAt = ++afterStar;
    } else {
      return false;
    }
  }
  while (patternAt < patternLength && isStar(patternAt)) patternAt++;
  return patternAt === patternLength;
}
