export interface CleanTextRules {
  /** Characters (UTF-16 units) of the answer; what is longer is cut, never inside a character. */
  readonly maxLength: number;
  /** True: line breaks and tabs stay. Default false: the text becomes one line. */
  readonly lines?: boolean;
}

/** Scripts whose letters really are shaped by joiners; between other letters a joiner only hides something. */
const SHAPED = 'Arab Syrc Mong Nkoo Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt'.split(' ');
const SHAPED_LETTER = SHAPED.map((script) => `\\p{scx=${script}}`).join('');

/**
 * Everything that is there without being seen: bidirectional overrides (CVE-2021-42574), zero-width characters, tag
 * characters and variation selectors that smuggle ASCII, fillers, annotations. Joiners stay where a script needs them, and
 * in emoji, whose variation selector stays too.
 */
const UNSEEN = new RegExp(
  [
    `(?!(?<=[${SHAPED_LETTER}])[\\u200c\\u200d](?=[${SHAPED_LETTER}]))`,
    '(?!(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}]\\ufe0f?)\\u200d(?=\\p{Extended_Pictographic}))',
    '(?!(?<=[\\p{Extended_Pictographic}0-9#*])\\ufe0f)',
    '[\\p{Default_Ignorable_Code_Point}\\p{Bidi_Control}\\ufff9-\\ufffc]',
  ].join(''),
  'gu',
);
const LONE_SURROGATES = /\p{Surrogate}/gu;
const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029]/gu;
const CONTROLS = /(?![\n\t])\p{Cc}/gu;
/** More marks on one letter than any language writes climb over the neighbouring lines. */
const HEAPED_MARKS = /(\p{M}{6})\p{M}+/gu;
/**
 * What is taken out may have kept two things apart that go only together. A text can be built to need a pass for every
 * seventh character; then a joiner too many stays.
 */
const MOST_PASSES = 4;

/**
 * Makes text from a provider fit to be shown, spoken, logged and answered: well-formed Unicode in NFC, without control,
 * override and hidden characters, not longer than it should be. Words are left as they are, also those that look like
 * commands: nothing here is ever executed, so there is nothing to escape.
 */
export function cleanText(text: string, { maxLength, lines = false }: CleanTextRules): string {
  let seen = text.slice(0, maxLength).replace(LINE_BREAKS, '\n');
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const before = seen;
    seen = withoutHidden(before);
    if (seen === before) break;
  }
  const shaped = lines ? seen : seen.replace(/\s+/gu, ' ');
  // Cut again: normal forms may be longer. A character cut in two leaves half a pair.
  return shaped.slice(0, maxLength).replace(LONE_SURROGATES, '').trim();
}

function withoutHidden(text: string): string {
  return (
    text
      .replace(LONE_SURROGATES, '')
      .replace(UNSEEN, '')
      .replace(CONTROLS, ' ')
      // Before the normal form too: its time grows with the square of a heap, seconds for one as long as an answer may be.
      .replace(HEAPED_MARKS, '$1')
      .normalize('NFC')
      .replace(HEAPED_MARKS, '$1')
  );
}
