import type { BurnMeaning } from '../alerts/meaning.ts';
import type { RehearsedSeries } from '../alerts/rehearsal.ts';
import type { Slo } from '../alerts/slo.ts';
import type { Story } from './story.ts';
import { labelsWithin, valueWithout } from './story-values.ts';

/** Events of each minute. */
const A_MINUTE = 100;
export const SLO_STEP_SECONDS = 60;
const GOOD_FOR = 30;
/** Long enough for the windows of both speeds to be full of it. */
const BAD_FOR = 70;

/**
 * A story of an objective: half an hour of good events, more than an hour of bad ones, and good ones until the longest of the
 * short windows has forgotten the bad ones. Undefined when nothing can set its rules off.
 */
export function sloStory({ name, rules }: Slo): Story | undefined {
  const [{ meaning }] = rules;
  if (meaning.kind !== 'burn') return undefined;
  const forgotten = Math.max(...rules.flatMap(shortWindows)) / SLO_STEP_SECONDS;
  const length = GOOD_FOR + BAD_FOR + forgotten + 5;
  const bad = Array.from({ length }, (_, minute) => A_MINUTE * Math.max(0, Math.min(minute - GOOD_FOR, BAD_FOR)));
  const all = bad.map((_, minute) => A_MINUTE * minute);
  const good = all.map((sum, minute) => sum - (bad[minute] ?? 0));
  return {
    rehearsal: { name, rules, stepSeconds: SLO_STEP_SECONDS, series: events(meaning, { bad, good, all }) },
    looks: [GOOD_FOR, GOOD_FOR + BAD_FOR, length - 1],
  };
}

function shortWindows({ meaning }: Slo['rules'][number]): readonly number[] {
  return meaning.kind === 'burn' ? meaning.pairs.map(({ short }) => short) : [];
}

interface Counts {
  readonly bad: readonly number[];
  readonly good: readonly number[];
  readonly all: readonly number[];
}

/** What is counted and the whole may be series of one family: then the others of the whole are the rest of it. */
function events(meaning: BurnMeaning, { bad, good, all }: Counts): readonly RehearsedSeries[] {
  const { family, familyLabels, where, whole, counts } = meaning;
  const [counted, others] = counts === 'bad' ? [bad, good] : [good, bad];
  const labels = labelsWithin(familyLabels, { ...whole.where, ...where });
  if (whole.family !== family) {
    return [
      series(family, labelsWithin(familyLabels, where), counted),
      series(whole.family, wholeLabels(meaning), all),
    ];
  }
  const distinct = Object.entries(where).find(([label]) => !(label in whole.where));
  const rest = distinct === undefined ? labels : { ...labels, [distinct[0]]: valueWithout(distinct[1]) };
  return [series(family, labels, counted), series(family, rest, others)];
}

function wholeLabels({ familyLabels, whole }: BurnMeaning): Readonly<Record<string, string>> {
  return labelsWithin([...new Set([...familyLabels, ...Object.keys(whole.where)])], whole.where);
}

function series(family: string, labels: Readonly<Record<string, string>>, sums: readonly number[]): RehearsedSeries {
  return { family, type: 'counter', labels, samples: sums.map((sum) => [sum]) };
}
