import type { Asset } from '@callsheet/protocol';
import type { Mood } from '../picture/palette.ts';
import type { Scene } from '../script/scenes.ts';
import type { TimedWord } from '../timed-word.ts';
import type { ShotPlan } from './shot-plan.ts';
import type { StageName } from './stage-progress.ts';
import type { VideoClock } from './video-clock.ts';
import type { Stop } from './video-request.ts';
import type { VideoScript } from './video-script.ts';

/** What `create_video` answers; field names are the catalogue's. What lies behind `stop_after` is absent. */
export type VideoResult = {
  readonly video?: Asset;
  readonly result_urls: readonly string[];
  /** Seconds. */
  readonly duration?: number;
  readonly script: VideoScriptResult;
  readonly terms?: readonly string[];
  readonly words?: readonly TimedWord[];
  readonly timing_quality?: 'exact' | 'estimated';
  readonly narration?: Asset;
  readonly captions?: { readonly srt: Asset; readonly vtt: Asset };
  readonly soundtrack?: Asset;
  readonly loudness?: { readonly integrated_lufs: number; readonly true_peak_dbtp: number };
  readonly mood?: Mood;
  readonly shots?: readonly ShotResult[];
  readonly seed: number;
  readonly notices: readonly string[];
  readonly stopped_after?: Stop;
  readonly plan?: { readonly stages: readonly StageName[]; readonly estimated_seconds: number };
};

interface VideoScriptResult {
  readonly text: string;
  readonly scenes: readonly Scene[];
  readonly method: VideoScript['method'];
  readonly grounded: boolean;
  readonly provider: string;
  readonly model?: string;
  readonly notice?: string;
}

interface ShotResult {
  readonly start: number;
  readonly end: number;
  readonly scene: number;
  readonly motif: string;
  readonly palette: string;
}

/** The script as the caller sees it. */
export function scriptResult(script: VideoScript): VideoScriptResult {
  return { text: script.scenes.map(({ text }) => text).join('\n\n'), ...script };
}

/** Which picture is seen when, and in which scene. */
export function shotResults({ timeline, plates }: ShotPlan, clock: VideoClock): ShotResult[] {
  return timeline.shots.map(({ plate, start, end }) => {
    const { motif = '', palette = '' } = plates[plate] ?? {};
    const scene = clock.scenes.findLastIndex((candidate) => candidate.start <= start);
    return { start: thousandths(start), end: thousandths(end), scene: Math.max(0, scene), motif, palette };
  });
}

function thousandths(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
