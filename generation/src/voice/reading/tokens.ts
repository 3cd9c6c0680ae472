/** One run of characters between spaces, taken apart. */
export interface Token {
  /** As in the text. */
  readonly written: string;
  /** Without the punctuation around it and without markup; may be empty. */
  readonly core: string;
  /** Punctuation behind the core. */
  readonly after: string;
  /** What parts it from the next word: a space, the end of a line, or an empty line. */
  readonly gap: 'space' | 'line' | 'blank';
}

/** Tags are shown as they are but not read out. Without nested quantifiers, so that no input makes it slow. */
const TAG = /<\/?[a-zA-Z][^<>]{0,200}>/g;
/** Anything that is neither text nor a line break: C0 and C1 controls, directional marks, byte order mark, halves of pairs. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu;
const OPENING =
  /^(?:["“”„«»‹›()[\]{}*_`|¿¡,;:!?…—–]|[<>](?!\d)|[-−](?![\d.$€£])|~(?!\d)|\.(?!\d)|'(?!\d0s|tis\b|twas\b|em\b)|[$€£¥](?![\d.])|[#@](?!\w))+/;
const CLOSING = /["“”„«»‹›()[\]{}<>*_`|¿¡,;:!?….'—–\-~]+$/;
const LONE_SIGN = /^[-–—&+=%@°<>×÷±≈≥≤№$€£]$/;

/** Splits a text at white space. Nothing that can be seen is lost: joined with spaces, `written` is the text again. */
export function tokensOf(text: string): Token[] {
  const visible = text
    .replace(/\r\n?|[\u2028\u2029\u0085\v\f]/g, '\n')
    .replace(/[^\S\n]|\t/g, ' ')
    .replace(INVISIBLE, keepBreaks);
  const spoken = visible.replace(TAG, (tag) => '\u0000'.repeat(tag.length));
  const tokens: Token[] = [];
  for (const match of visible.matchAll(/\S+/g)) {
    const end = match.index + match[0].length;
    const bare = plainMarks(spoken.slice(match.index, end).replaceAll('\u0000', ''));
    const lead = LONE_SIGN.test(bare) ? '' : (OPENING.exec(bare)?.[0] ?? '');
    const rest = bare.slice(lead.length);
    const after = LONE_SIGN.test(bare) ? '' : (CLOSING.exec(rest)?.[0] ?? '');
    tokens.push({
      written: match[0],
      core: rest.slice(0, rest.length - after.length),
      after,
      gap: gapBehind(visible, end),
    });
  }
  return tokens;
}

function gapBehind(text: string, at: number): Token['gap'] {
  const breaks = /^[^\S\n]*(\n?)[^\S\n]*(\n?)/.exec(text.slice(at, at + 64)) ?? [];
  if (breaks[2] === '\n') return 'blank';
  return breaks[1] === '\n' ? 'line' : 'space';
}

function keepBreaks(character: string): string {
  return character === '\n' || character === '\u200d' || character === '\ufe0f' ? character : '';
}

/** Typographic signs as the readers know them; fractions get a slash. */
function plainMarks(text: string): string {
  return text
    .replace(/[‘’‛′´`ʼ]/g, "'")
    .replace(/[‐‑‒﹣－]/g, '-')
    .replace(/(\d)?([½⅓⅔¼¾⅕⅛])/g, (_, digit: string | undefined, sign: string) => {
      const fraction = sign.normalize('NFKC').replace('\u2044', '/');
      return digit === undefined ? fraction : `${digit}-and-${fraction}`;
    });
}
