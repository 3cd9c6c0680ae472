import type { CaptionGroup } from './group.ts';
import { cueTime, groupText } from './group-text.ts';

/** Captions as SubRip. `-->` in the text would look like the times of a cue and is written as an arrow. */
export function toSrt(groups: readonly CaptionGroup[]): string {
  const cues = groups.map((group, index) => {
    const text = groupText(group).replaceAll('-->', '→');
    return `${index + 1}\n${cueTime(group.start, ',')} --> ${cueTime(group.end, ',')}\n${text}\n`;
  });
  return cues.join('\n');
}
