import { CallError } from '@callsheet/protocol';
import type { SubtitleStyle } from '../captions/style.ts';
import type { Mood } from '../picture/palette.ts';
import type { Quality } from '../render/quality.ts';
import type { Aspect, Resolution } from './picture-size.ts';

export const BGM_TYPES = ['none', 'generated', 'random'] as const;
export const TRANSITIONS = ['none', 'fade'] as const;
/** Where a caller may stop; the names are the requirements'. */
export const STOPS = ['script', 'terms', 'voice', 'subtitles', 'media', 'render'] as const;
export type Stop = (typeof STOPS)[number];

/** The arguments of `create_video` as they come: checked against the schema, defaults not filled in. */
export type VideoArguments = {
  readonly video_subject: string;
  readonly video_script?: string;
  readonly source_text?: string;
  readonly scenes?: readonly { readonly text: string; readonly title?: string }[];
  readonly language?: string;
  readonly paragraph_number?: number;
  readonly target_duration_s?: number;
  readonly video_aspect?: Aspect;
  readonly resolution?: Resolution;
  readonly fps?: number;
  readonly quality?: Quality;
  readonly mood?: Mood;
  readonly max_clip_duration?: number;
  readonly transition?: (typeof TRANSITIONS)[number];
  readonly voice_name?: string;
  readonly voice_rate?: number;
  readonly voice_volume?: number;
  readonly bgm_type?: (typeof BGM_TYPES)[number];
  readonly bgm_mood?: Mood;
  readonly bgm_volume?: number;
  readonly ducking_db?: number;
  readonly loudness_lufs?: number;
  readonly subtitle_enabled?: boolean;
  readonly subtitle?: SubtitleStyle;
  readonly title_cards?: boolean;
  readonly seed?: number;
  readonly stop_after?: Stop;
};

/** Where the words come from. */
export type VideoSource =
  | { readonly kind: 'scenes'; readonly scenes: readonly { readonly text: string; readonly title?: string }[] }
  | { readonly kind: 'script'; readonly text: string }
  | {
      readonly kind: 'write';
      readonly paragraphs: number;
      readonly targetSeconds: number;
      readonly sourceText: string | undefined;
    };

/** A video as it was asked for, every choice made. */
export interface VideoRequest {
  readonly subject: string;
  readonly source: VideoSource;
  readonly language: string | undefined;
  readonly aspect: Aspect;
  readonly resolution: Resolution;
  readonly fps: number;
  readonly quality: Quality;
  readonly mood: Mood | undefined;
  readonly longestShotSeconds: number;
  readonly transition: (typeof TRANSITIONS)[number];
  readonly voice: { readonly name: string; readonly rate: number; readonly volume: number };
  readonly music: {
    readonly type: (typeof BGM_TYPES)[number];
    readonly mood: Mood | undefined;
    readonly volume: number;
    readonly duckingDb: number;
  };
  readonly loudnessLufs: number;
  /** Whether captions are drawn; they are always stored beside the video. */
  readonly captions: boolean;
  readonly subtitle: SubtitleStyle;
  readonly titleCards: boolean;
  readonly stopAfter: Stop;
}

/** What `create_video` does when nobody says otherwise; the schema tells the same numbers. */
export const VIDEO_DEFAULTS = {
  paragraphs: 3,
  targetSeconds: 35,
  aspect: '9:16',
  resolution: '1080p',
  fps: 30,
  quality: 'standard',
  longestShotSeconds: 4,
  transition: 'fade',
  voiceName: 'auto',
  musicType: 'generated',
  musicVolume: 0.2,
  duckingDb: 10,
  loudnessLufs: -14,
} as const;

/** Fills in the defaults. Throws INVALID_PARAMS when the words come from two places at once. */
export function videoRequest(args: VideoArguments): VideoRequest {
  const defaults = VIDEO_DEFAULTS;
  return {
    subject: args.video_subject,
    source: sourceOf(args),
    language: args.language,
    aspect: args.video_aspect ?? defaults.aspect,
    resolution: args.resolution ?? defaults.resolution,
    fps: args.fps ?? defaults.fps,
    quality: args.quality ?? defaults.quality,
    mood: args.mood,
    longestShotSeconds: args.max_clip_duration ?? defaults.longestShotSeconds,
    transition: args.transition ?? defaults.transition,
    voice: {
      name: args.voice_name ?? defaults.voiceName,
      rate: args.voice_rate ?? 1,
      volume: args.voice_volume ?? 1,
    },
    music: {
      type: args.bgm_type ?? defaults.musicType,
      mood: args.bgm_mood,
      volume: args.bgm_volume ?? defaults.musicVolume,
      duckingDb: args.ducking_db ?? defaults.duckingDb,
    },
    loudnessLufs: args.loudness_lufs ?? defaults.loudnessLufs,
    captions: (args.subtitle_enabled ?? true) && (args.subtitle?.enabled ?? true),
    subtitle: args.subtitle ?? {},
    titleCards: args.title_cards ?? true,
    stopAfter: args.stop_after ?? 'render',
  };
}

const WORDS = ['scenes', 'video_script', 'source_text'] as const;
const WRITING = ['paragraph_number', 'target_duration_s'] as const;

function sourceOf(args: VideoArguments): VideoSource {
  const given = WORDS.filter((name) => args[name] !== undefined);
  if (given.length > 1) {
    throw refusal(`"${given.join('" and "')}" each say what is told; give one of them`, given[1] ?? 'scenes');
  }
  const { scenes, video_script: text, source_text: sourceText } = args;
  if (scenes === undefined && text === undefined) {
    const paragraphs = args.paragraph_number ?? VIDEO_DEFAULTS.paragraphs;
    return {
      kind: 'write',
      paragraphs,
      targetSeconds: args.target_duration_s ?? VIDEO_DEFAULTS.targetSeconds,
      sourceText,
    };
  }
  const idle = WRITING.find((name) => args[name] !== undefined);
  if (idle !== undefined)
    throw refusal(`"${idle}" says how to write a script, and "${given[0]}" is one; leave it out`, idle);
  return scenes !== undefined ? { kind: 'scenes', scenes } : { kind: 'script', text: text ?? '' };
}

function refusal(reason: string, name: string): CallError {
  return new CallError('INVALID_PARAMS', `Cannot make the video: ${reason}`, {
    issues: [{ path: `/${name}`, keyword: 'exclusive', message: reason }],
  });
}
