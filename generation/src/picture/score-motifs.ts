import type { MotifName } from './gallery.ts';
import { LEXICON } from './lexicon.ts';

/** How well each motif suits a text; motifs without any word in common are left out. */
export type Score = ReadonlyMap<MotifName, number>;

const STRONG = 3;
const WEAK = 1;
const TERM_FACTOR = 1.6;

interface Entry {
  readonly motif: MotifName;
  readonly weight: number;
}

const STEMS = stems();
const CHINESE: readonly (Entry & { readonly word: string })[] = motifs().flatMap((motif) =>
  LEXICON[motif].zh.split(' ').map((word) => ({ word, motif, weight: STRONG })),
);

/** Scores a scene by its words and its terms. A word counts once however often it is said. */
export function scoreMotifs(text: string, terms: readonly string[]): Score {
  const score = new Map<MotifName, number>();
  const add = ({ motif, weight }: Entry, factor: number) => score.set(motif, (score.get(motif) ?? 0) + weight * factor);
  const said = new Set(words(text));
  const sought = new Set(terms.flatMap(words));
  for (const [found, factor] of [
    [said, 1],
    [sought, TERM_FACTOR],
  ] as const) {
    for (const word of found) for (const entry of STEMS.get(word) ?? []) add(entry, factor);
  }
  const whole = [text, ...terms].join('\n');
  for (const entry of CHINESE) if (whole.includes(entry.word)) add(entry, 1);
  return score;
}

function motifs(): MotifName[] {
  return Object.keys(LEXICON) as MotifName[];
}

function stems(): Map<string, Entry[]> {
  const map = new Map<string, Entry[]>();
  for (const motif of motifs()) {
    for (const [list, weight] of [
      [LEXICON[motif].strong, STRONG],
      [LEXICON[motif].weak, WEAK],
    ] as const) {
      for (const word of words(list)) map.set(word, [...(map.get(word) ?? []), { motif, weight }]);
    }
  }
  return map;
}

function words(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return (plain.match(/[a-z]{2,}/g) ?? []).map(stem);
}

/** Cuts the commonest English endings; both sides are cut alike, so the result need not be a word. */
export function stem(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  let cut = word;
  if (cut.length > 3 && cut.endsWith('s') && !cut.endsWith('ss') && !cut.endsWith('us')) cut = cut.slice(0, -1);
  for (const ending of ['ing', 'ed', 'er', 'e']) {
    if (cut.length - ending.length >= 3 && cut.endsWith(ending)) {
      cut = cut.slice(0, -ending.length);
      break;
    }
  }
  const doubled = cut.length > 3 && cut.at(-1) === cut.at(-2) && !/[aeiouls]$/.test(cut);
  return doubled ? cut.slice(0, -1) : cut;
}
