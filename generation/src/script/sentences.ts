import { isUnspaced, localeOf } from './language.ts';

/** One sentence of a text, whitespace made single, otherwise as it was written. */
export interface Sentence {
  readonly text: string;
  /** Index of its paragraph, from 0. */
  readonly paragraph: number;
}

/**
 * Intl.Segmenter slows down with the square of the string it is given (27 s for 200,000 characters of Chinese on
 * Node 20), so no string longer than this is ever handed to it.
 */
export const SEGMENT_CHARACTERS = 2000;

const TERMINAL = /[.!?…。！？｡:;"”’»)]$/u;
const BULLET = /^(?:[-*•–#>]+|\d{1,3}[.)])\s+/u;
const ABBREVIATION =
  /(?:^|[\s("“])(?:\p{Lu}|Dr|Mr|Mrs|Ms|Prof|St|Sr|Jr|vs|etc|e\.g|i\.e|cf|No|Fig|Inc|Ltd|Co|approx|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|Gen|Col|Sen|Rep|Gov|(?:\p{L}\.)+\p{L})\.\s*$/u;

/**
 * Paragraphs of a text. Blank lines, bullets and headings part paragraphs, and so does a line that ends like a sentence; any
 * other line break is taken for hard wrapping.
 */
export function paragraphsOf(text: string): string[] {
  const paragraphs: string[] = [];
  let open: string[] = [];
  const close = () => {
    if (open.length > 0) paragraphs.push(joinLines(open));
    open = [];
  };
  for (const raw of text.split(/\r\n|[\n\r\u2028\u2029]/u)) {
    const line = raw.trim().replace(/\s+/gu, ' ');
    if (line === '' || BULLET.test(line) || isHeading(open, line)) close();
    const words = line.replace(BULLET, '');
    if (words !== '') open.push(words);
    if (TERMINAL.test(line)) close();
  }
  close();
  return paragraphs;
}

/** A lone short line above a long one that begins a sentence; hard-wrapped lines are about equally long. */
function isHeading(open: readonly string[], next: string): boolean {
  const [line] = open;
  if (open.length !== 1 || line === undefined || line.length > 80) return false;
  return next.length > line.length * 1.6 && /^["“«(¿¡]?(?:\p{Lu}|\p{N}|\p{Lo})/u.test(next);
}

function joinLines(lines: readonly string[]): string {
  return lines.reduce((text, line) => text + (isUnspaced(text.slice(-1)) ? '' : ' ') + line);
}

/** Sentences in order. Lazy, so that a caller with a long text can rest between them. */
export function* sentencesOf(text: string, language?: string): Generator<Sentence> {
  const segmenter = new Intl.Segmenter(localeOf(language), { granularity: 'sentence' });
  let paragraph = 0;
  for (const words of paragraphsOf(text)) {
    for (const slice of slicesOf(words)) {
      for (const sentence of joinFalseEnds(segmenter.segment(slice))) yield { text: sentence, paragraph };
    }
    paragraph += 1;
  }
}

/** Cuts a long paragraph near ends of sentences, else at a space, else where it must. */
export function slicesOf(text: string): string[] {
  const slices: string[] = [];
  let rest = text;
  while (rest.length > SEGMENT_CHARACTERS) {
    const head = rest.slice(0, SEGMENT_CHARACTERS);
    const end = Math.max(
      head.lastIndexOf('. '),
      head.lastIndexOf('。'),
      head.lastIndexOf('! '),
      head.lastIndexOf('? '),
    );
    const cut = end > 0 ? end + 1 : head.lastIndexOf(' ') > 0 ? head.lastIndexOf(' ') : wholeCharacters(head);
    slices.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  slices.push(rest);
  return slices.filter((slice) => slice !== '');
}

/** A cut between the halves of a surrogate pair would invent a broken character. */
function wholeCharacters(head: string): number {
  const last = head.charCodeAt(head.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? head.length - 1 : head.length;
}

/** The segmenter ends a sentence after «Dr.» and after «"Really?"» before «she said»; both belong together. */
function* joinFalseEnds(segments: Iterable<Intl.SegmentData>): Generator<string> {
  let open = '';
  for (const { segment } of segments) {
    const goesOn = ABBREVIATION.test(open) || (open !== '' && /^\p{Ll}/u.test(segment));
    if (open !== '' && !goesOn) {
      yield open.trim();
      open = '';
    }
    open += segment;
  }
  if (open.trim() !== '') yield open.trim();
}
