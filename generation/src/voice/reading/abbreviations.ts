import type { ReadingContext } from './reader.ts';

/** A shortened word. */
export interface Abbreviation {
  readonly spoken: string;
  /** Its full stop may also end the sentence: «… and so on, etc.» */
  readonly mayEndSentence?: boolean;
  /** Only with a full stop behind it is it one; «co» and «no» are words. */
  readonly needsStop?: boolean;
  /** Other conditions. */
  readonly when?: (context: ReadingContext) => boolean;
}

const beforeNumber = ({ next }: ReadingContext): boolean => /^\d/.test(next);
const afterNumber = ({ previous }: ReadingContext): boolean => /\d$/.test(previous);
const beforeName = ({ next }: ReadingContext): boolean => /^[A-Z]/.test(next);
const notBeforeName = (context: ReadingContext): boolean => !beforeName(context);

const besideNumber = (context: ReadingContext): boolean => beforeNumber(context) || afterNumber(context);

const MONTHS: { readonly [written: string]: string } = {
  jan: 'january',
  feb: 'february',
  mar: 'march',
  apr: 'april',
  jun: 'june',
  jul: 'july',
  aug: 'august',
  sep: 'september',
  sept: 'september',
  oct: 'october',
  nov: 'november',
  dec: 'december',
};

/** By lower-case spelling without the last full stop; the first whose condition holds. */
const ABBREVIATIONS: { readonly [written: string]: readonly Abbreviation[] } = {
  mr: [{ spoken: 'mister' }],
  mrs: [{ spoken: 'missus' }],
  ms: [{ spoken: 'miz', when: beforeName }],
  dr: [
    { spoken: 'doctor', when: beforeName },
    { spoken: 'drive', needsStop: true, mayEndSentence: true },
  ],
  prof: [{ spoken: 'professor', needsStop: true }],
  st: [
    { spoken: 'saint', when: beforeName },
    { spoken: 'street', needsStop: true, mayEndSentence: true },
  ],
  mt: [{ spoken: 'mount', when: beforeName }],
  ft: [{ spoken: 'fort', needsStop: true, when: beforeName }],
  ave: [{ spoken: 'avenue', needsStop: true, mayEndSentence: true }],
  blvd: [{ spoken: 'boulevard', mayEndSentence: true }],
  gen: [{ spoken: 'general', needsStop: true, when: beforeName }],
  capt: [{ spoken: 'captain', needsStop: true }],
  sgt: [{ spoken: 'sergeant' }],
  sen: [{ spoken: 'senator', needsStop: true, when: beforeName }],
  gov: [{ spoken: 'governor', needsStop: true, when: beforeName }],
  rev: [{ spoken: 'reverend', needsStop: true, when: beforeName }],
  jr: [{ spoken: 'junior', mayEndSentence: true }],
  sr: [{ spoken: 'senior', mayEndSentence: true }],
  inc: [{ spoken: 'incorporated', needsStop: true, mayEndSentence: true }],
  ltd: [{ spoken: 'limited', mayEndSentence: true }],
  corp: [{ spoken: 'corporation', needsStop: true, mayEndSentence: true }],
  co: [{ spoken: 'company', needsStop: true, mayEndSentence: true, when: notBeforeName }],
  dept: [{ spoken: 'department', needsStop: true }],
  vs: [{ spoken: 'versus' }],
  etc: [{ spoken: 'et cetera', mayEndSentence: true }],
  'e.g': [{ spoken: 'for example' }],
  eg: [{ spoken: 'for example', needsStop: true }],
  'i.e': [{ spoken: 'that is' }],
  ie: [{ spoken: 'that is', needsStop: true }],
  aka: [{ spoken: 'also known as' }],
  'a.k.a': [{ spoken: 'also known as' }],
  approx: [{ spoken: 'approximately' }],
  avg: [{ spoken: 'average' }],
  max: [{ spoken: 'maximum', needsStop: true, when: notBeforeName }],
  min: [
    { spoken: 'minutes', needsStop: true, mayEndSentence: true, when: afterNumber },
    { spoken: 'minimum', needsStop: true, when: beforeNumber },
  ],
  no: [{ spoken: 'number', needsStop: true, when: beforeNumber }],
  nr: [{ spoken: 'number', when: beforeNumber }],
  fig: [{ spoken: 'figure', needsStop: true, when: beforeNumber }],
  vol: [{ spoken: 'volume', needsStop: true, when: beforeNumber }],
  ch: [{ spoken: 'chapter', needsStop: true, when: beforeNumber }],
  'w/': [{ spoken: 'with' }],
  'w/o': [{ spoken: 'without' }],
};

/** The abbreviation that a word is where it stands, if it is one. */
export function abbreviationOf(core: string, context: ReadingContext): Abbreviation | undefined {
  const written = core.toLowerCase();
  if (Object.hasOwn(MONTHS, written) && besideNumber(context)) return { spoken: MONTHS[written] ?? written };
  if (!Object.hasOwn(ABBREVIATIONS, written)) return undefined;
  return ABBREVIATIONS[written]?.find(
    ({ needsStop = false, when }) => (!needsStop || context.after.startsWith('.')) && (when?.(context) ?? true),
  );
}
