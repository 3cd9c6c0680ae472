import { setImmediate } from 'node:timers/promises';
import { CallError } from '@callsheet/protocol';
import { readingSeconds } from './duration.ts';
import { isUnspaced } from './language.ts';
import { type Sentence, sentencesOf } from './sentences.ts';
import { jaccard, overlap, textRank } from './text-rank.ts';
import { contentWords, wordsOf } from './words.ts';

export interface ExtractRequest {
  readonly subject: string;
  readonly sourceText: string;
  /** How long the narration should last, in seconds. */
  readonly targetSeconds: number;
  /** BCP 47. */
  readonly language?: string | undefined;
  readonly signal: AbortSignal;
}

/** A sentence taken from the source, with its place there. */
export interface ExtractedSentence {
  readonly text: string;
  /** Index among the sentences of the source, from 0. */
  readonly index: number;
}

interface Candidate extends ExtractedSentence {
  readonly words: ReadonlySet<string>;
  readonly seconds: number;
  /** Opens with a word that points back: «However», «It», «These». */
  readonly pointsBack: boolean;
}

interface Scored extends Candidate {
  readonly score: number;
}

/** A sentence and what it would add to those already chosen. */
interface Valued {
  readonly candidate: Scored;
  readonly value: number;
}

/** TextRank is quadratic; with this many sentences it takes a few milliseconds. */
const RANKED_SENTENCES = 120;
/** Characters looked at between two rests of the event loop: well under ten milliseconds. */
const SLICE_CHARACTERS = 8000;
/** A sentence worth less than this part of the middle one is off the subject. */
const LEAST_OF_MEDIAN = 0.35;
const POINTS_BACK =
  /^(?:however|but|this|these|those|that|it|its|they|their|he|she|his|her|such|also|thus|therefore|moreover|furthermore|instead|and|so|yet|then|as a result|for example|for instance|(?:some|many|most|all|both|none) of (?:this|that|it|these|those|them))\b/iu;

/**
 * Chooses sentences of the source that best carry it: TextRank, sentences about the subject first, none that repeats
 * another, in the order of the source, as many as fit the time. Every sentence is the source's own. Rests between slices
 * of work, so 200,000 characters do not hold up the event loop.
 * Throws INVALID_PARAMS when the source has no sentence to take.
 */
export async function extractSentences(request: ExtractRequest): Promise<ExtractedSentence[]> {
  const candidates = await readCandidates(request);
  if (candidates.length === 0) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot extract a script from source_text "${request.sourceText.slice(0, 60)}": it holds no whole sentence; give a few sentences of prose`,
      { issues: [{ path: '/source_text', keyword: 'sentences', message: 'must hold at least one whole sentence' }] },
    );
  }
  const subject = new Set(contentWords(request.subject, request.language));
  const ranked = rank(preselect(candidates, subject), subject);
  await setImmediate(undefined, { signal: request.signal });
  return choose(ranked, request.targetSeconds)
    .sort((a, b) => a.index - b.index)
    .map(({ text, index }) => ({ text, index }));
}

async function readCandidates({ sourceText, language, signal }: ExtractRequest): Promise<Candidate[]> {
  const whole: Candidate[] = [];
  const loose: Candidate[] = [];
  const seen = new Set<string>();
  let index = 0;
  let unrested = 0;
  for (const sentence of sentencesOf(sourceText, language)) {
    unrested += sentence.text.length;
    if (unrested > SLICE_CHARACTERS) {
      unrested = 0;
      await setImmediate(undefined, { signal });
    }
    const key = sentence.text.toLowerCase();
    if (!seen.has(key) && isSpeakable(sentence)) {
      const words = new Set(contentWords(sentence.text, language));
      const seconds = readingSeconds(sentence.text);
      const candidate = { text: sentence.text, index, words, seconds, pointsBack: POINTS_BACK.test(sentence.text) };
      (/[.!?…。！？｡]["”’»)]*$/u.test(sentence.text) ? whole : loose).push(candidate);
    }
    seen.add(key);
    index += 1;
  }
  return whole.length > 0 ? whole : loose;
}

/** Refuses what nobody would read aloud: headings, addresses, tables, and sentences too long for one breath. */
function isSpeakable({ text }: Sentence): boolean {
  if (text.length > 400 || /https?:|www\.|\||[{}<>]/u.test(text)) return false;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (letters < text.length * 0.5) return false;
  return isUnspaced(text) ? letters >= 5 : wordsOf(text).length >= 4;
}

/** Keeps the sentences whose words are frequent in the text or in the subject; a linear pass before the quadratic one. */
function preselect(candidates: readonly Candidate[], subject: ReadonlySet<string>): readonly Candidate[] {
  if (candidates.length <= RANKED_SENTENCES) return candidates;
  const frequency = new Map<string, number>();
  for (const { words } of candidates) for (const word of words) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const weight = ({ words }: Candidate) => {
    let sum = 0;
    for (const word of words) sum += Math.log((frequency.get(word) ?? 0) + 1) * (subject.has(word) ? 3 : 1);
    return sum / (words.size + 3);
  };
  return candidates
    .map((candidate) => ({ candidate, weight: weight(candidate) }))
    .sort((a, b) => b.weight - a.weight || a.candidate.index - b.candidate.index)
    .slice(0, RANKED_SENTENCES)
    .map(({ candidate }) => candidate)
    .sort((a, b) => a.index - b.index);
}

function rank(candidates: readonly Candidate[], subject: ReadonlySet<string>): Scored[] {
  const scores = textRank(candidates.map(({ words }) => words));
  return candidates.map((candidate, at) => {
    const about = subject.size === 0 ? 0 : overlap(candidate.words, subject) / subject.size;
    const opening = candidate.index === 0 ? 1.2 : 1;
    return { ...candidate, score: (scores[at] ?? 0) * (1 + about) * opening };
  });
}

/** Greedy: each round takes the best sentence that still fits and says something new. */
function choose(ranked: readonly Scored[], targetSeconds: number): Scored[] {
  const chosen: Scored[] = [];
  const taken = new Set<number>();
  // Measured by the text itself: where every sentence tells something else, none scores high.
  const scores = ranked.map(({ score }) => score).sort((a, b) => a - b);
  const floor = (scores[scores.length >> 1] ?? 0) * LEAST_OF_MEDIAN;
  let left = [...ranked];
  let seconds = 0;
  while (left.length > 0 && seconds < targetSeconds * 0.9) {
    const room = targetSeconds * 1.1 - seconds;
    // The first sentence may be longer than the time: an empty script would help nobody.
    left = left.filter(
      (candidate) => !taken.has(candidate.index) && (chosen.length === 0 || candidate.seconds <= room),
    );
    const best = mostValuable(left, chosen, taken);
    // Rather short than off the subject.
    if (best === undefined || (best.value < floor && seconds > targetSeconds / 2)) break;
    chosen.push(best.candidate);
    taken.add(best.candidate.index);
    seconds += best.candidate.seconds;
  }
  return chosen;
}

function mostValuable(
  left: readonly Scored[],
  chosen: readonly Scored[],
  taken: ReadonlySet<number>,
): Valued | undefined {
  let best: Valued | undefined;
  for (const candidate of left) {
    const repeats = chosen.reduce((most, one) => Math.max(most, jaccard(candidate.words, one.words)), 0);
    if (repeats > 0.6) continue;
    const adrift = candidate.pointsBack && !taken.has(candidate.index - 1) ? 0.4 : 1;
    const value = candidate.score * (1 - repeats) * adrift;
    if (value > (best?.value ?? 0)) best = { candidate, value };
  }
  return best;
}
