import type { JsonObject, ProgressReport } from '@callsheet/protocol';

const LONGEST_STAGE = 64;
const LONGEST_MESSAGE = 500;

/** A worker's `notifications/progress` as a tool would have said it; undefined when it is none. Who shows it thins it out. */
export function readProgress({ progress, stage, stageProgress, message }: JsonObject): ProgressReport | undefined {
  if (!isShare(progress) || typeof stage !== 'string' || stage === '') return undefined;
  return {
    stage: beginningOf(stage, LONGEST_STAGE),
    fraction: progress,
    ...(isShare(stageProgress) && { stageFraction: stageProgress }),
    ...(typeof message === 'string' && { message: beginningOf(message, LONGEST_MESSAGE) }),
  };
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

/** A copy, because a part of a text keeps the whole of it in memory, e.g. a frame of megabytes. */
function beginningOf(text: string, longest: number): string {
  return text.length <= longest ? text : Buffer.from(text.slice(0, longest)).toString();
}
