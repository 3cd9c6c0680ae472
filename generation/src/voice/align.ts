import { PAUSE, phoneDistance, type TimedPhone } from './phones.ts';

/** When a word is heard. */
export interface WordSpan {
  readonly start: number;
  readonly end: number;
}

export interface Alignment {
  /** One span per word, in order, none before the one before it. */
  readonly spans: readonly WordSpan[];
  /** Edit distance per expected phone; 0 when every sound was where the dictionary said. */
  readonly cost: number;
}

interface Expected {
  readonly phone: string;
  readonly word: number;
  readonly first: boolean;
}

interface Heard extends TimedPhone {
  readonly afterPause: boolean;
}

const GAP_COST = 0.8;
/** Pauses fall between words; a match that puts one inside a word is most likely off by one word. */
const PAUSE_INSIDE_COST = 1;

/**
 * Finds each word in a spoken utterance: the phones each word has by itself are laid against the phones that were spoken,
 * at the least edit distance (Wagner and Fischer, JACM 1974). The two differ where neighbours change each other.
 * @param wordPhones phones of every word as the engine says it alone
 * @param spoken the phones of the utterance with their times, pauses included
 */
export function alignWords(wordPhones: readonly (readonly string[])[], spoken: readonly TimedPhone[]): Alignment {
  const expected = wordPhones.flatMap((phones, word) => phones.map((phone, i) => ({ phone, word, first: i === 0 })));
  const heard = spoken.flatMap((phone, i) =>
    phone.phone === PAUSE ? [] : [{ ...phone, afterPause: i === 0 || spoken[i - 1]?.phone === PAUSE }],
  );
  const costs = costTable(expected, heard);
  const owners = traceBack(expected, heard, costs);
  const total = costs[costs.length - 1] ?? 0;
  return { spans: spansOf(wordPhones.length, heard, owners), cost: total / Math.max(1, expected.length) };
}

/** Row per heard phone, column per expected phone; both with one more for the empty beginning. */
function costTable(expected: readonly Expected[], heard: readonly Heard[]): Float64Array {
  const width = expected.length + 1;
  const costs = new Float64Array((heard.length + 1) * width);
  for (let column = 1; column < width; column += 1) costs[column] = column * GAP_COST;
  heard.forEach((sound, row) => {
    const above = row * width;
    const here = above + width;
    costs[here] = (row + 1) * GAP_COST;
    expected.forEach((wanted, column) => {
      costs[here + column + 1] = Math.min(
        (costs[above + column] ?? 0) + matchCost(sound, wanted),
        (costs[above + column + 1] ?? 0) + GAP_COST,
        (costs[here + column] ?? 0) + GAP_COST,
      );
    });
  });
  return costs;
}

function matchCost(sound: Heard, wanted: Expected): number {
  return phoneDistance(sound.phone, wanted.phone) + (sound.afterPause && !wanted.first ? PAUSE_INSIDE_COST : 0);
}

/** The word each heard phone belongs to. A phone nobody expected goes with the phone before it, after a pause with the next. */
function traceBack(expected: readonly Expected[], heard: readonly Heard[], costs: Float64Array): number[] {
  const width = expected.length + 1;
  const owners: number[] = Array.from({ length: heard.length }, () => -1);
  let row = heard.length;
  let column = expected.length;
  while (row > 0 && column > 0) {
    const sound = heard[row - 1];
    const wanted = expected[column - 1];
    if (sound === undefined || wanted === undefined) break;
    const here = costs[row * width + column] ?? 0;
    const matched = (costs[(row - 1) * width + column - 1] ?? 0) + matchCost(sound, wanted);
    if (here === matched) {
      owners[row - 1] = wanted.word;
      row -= 1;
      column -= 1;
    } else if (here === (costs[(row - 1) * width + column] ?? 0) + GAP_COST) {
      row -= 1;
    } else {
      column -= 1;
    }
  }
  return adopt(owners, heard);
}

function adopt(owners: readonly number[], heard: readonly Heard[]): number[] {
  const adopted = [...owners];
  for (let i = 0; i < adopted.length; i += 1) {
    if (adopted[i] !== -1) continue;
    const before = adopted[i - 1] ?? -1;
    const behind = adopted.slice(i + 1).find((owner) => owner !== -1) ?? -1;
    adopted[i] = before === -1 || (heard[i]?.afterPause === true && behind !== -1) ? behind : before;
  }
  return adopted;
}

function spansOf(words: number, heard: readonly Heard[], owners: readonly number[]): WordSpan[] {
  const spans: WordSpan[] = [];
  let last = heard[0]?.start ?? 0;
  for (let word = 0; word < words; word += 1) {
    const first = owners.indexOf(word);
    const final = owners.lastIndexOf(word);
    const start = first === -1 ? last : (heard[first]?.start ?? last);
    const end = final === -1 ? start : (heard[final]?.end ?? start);
    spans.push({ start, end });
    last = end;
  }
  return spans;
}
