import type { ToolContext } from '@callsheet/protocol';
import { MOODS, type Mood } from '../picture/palette.ts';
import { seededRandom } from '../picture/seeded-random.ts';
import { LEAD_IN_SECONDS, type NarrationFacts } from './narration.ts';
import { composeStage, type MixFacts, type MusicFacts, mixStage } from './soundtrack.ts';
import type { StageFile } from './stage-file.ts';
import type { StageProgress } from './stage-progress.ts';
import type { Studio } from './studio.ts';
import type { VideoClock } from './video-clock.ts';
import type { VideoRequest } from './video-request.ts';

/** What every stage of one video works with. */
export interface Production {
  readonly ctx: ToolContext;
  readonly studio: Studio;
  readonly progress: StageProgress;
  readonly request: VideoRequest;
  readonly seed: number;
}

/** Composes the video's music, or none when none is wanted. */
export async function videoMusic(
  { ctx, studio, progress, request, seed }: Production,
  durationSeconds: number,
  pictureMood: Mood,
): Promise<StageFile<MusicFacts> | undefined> {
  if (request.music.type === 'none' || request.music.volume === 0) {
    progress.skip('music');
    return undefined;
  }
  const mood = musicMood(request.music, pictureMood, seed);
  return progress.during('music', () => composeStage({ ctx, studio, durationSeconds, mood, seed }));
}

/** The music's own mood when it has one, else that of the pictures; by chance when that was asked for. */
function musicMood({ mood, type }: VideoRequest['music'], pictureMood: Mood, seed: number): Mood {
  if (mood !== undefined) return mood;
  return type === 'random' ? (MOODS[seededRandom(seed).whole(0, MOODS.length - 1)] ?? pictureMood) : pictureMood;
}

/** Mixes what is heard; nothing when nobody speaks and nothing plays. */
export async function videoSound(
  { ctx, studio, progress, request }: Production,
  clock: VideoClock,
  narration: StageFile<NarrationFacts> | undefined,
  music: StageFile<MusicFacts> | undefined,
): Promise<StageFile<MixFacts> | undefined> {
  if (narration === undefined && music === undefined) {
    progress.skip('mix');
    return undefined;
  }
  const { durationSeconds, words } = clock;
  const { volume, duckingDb } = request.music;
  return progress.during('mix', () =>
    mixStage({
      ...{ ctx, studio, durationSeconds, words, loudnessLufs: request.loudnessLufs },
      ...(narration !== undefined && { voice: { file: narration, at: LEAD_IN_SECONDS, volume: request.voice.volume } }),
      ...(music !== undefined && { music: { file: music, volume, duckingDb } }),
    }),
  );
}
