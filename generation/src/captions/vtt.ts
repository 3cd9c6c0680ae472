import type { CaptionGroup } from './group.ts';
import { cueTime, groupText } from './group-text.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Captions as WebVTT (W3C), with the three characters that mean something in cue text escaped. */
export function toVtt(groups: readonly CaptionGroup[]): string {
  const cues = groups.map((group) => {
    const text = groupText(group).replace(/[&<>]/g, (mark) => ENTITIES[mark] ?? mark);
    return `${cueTime(group.start, '.')} --> ${cueTime(group.end, '.')}\n${text}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}
