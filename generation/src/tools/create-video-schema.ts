import { MOODS } from '../picture/palette.ts';
import { ASPECT_NAMES, RESOLUTION_NAMES } from '../pipelines/picture-size.ts';
import { STAGES } from '../pipelines/stage-progress.ts';
import { BGM_TYPES, STOPS, TRANSITIONS, VIDEO_DEFAULTS } from '../pipelines/video-request.ts';
import { QUALITIES } from '../render/quality.ts';
import { ASSET, COLOUR, JOB_ARGUMENTS, LANGUAGE, SEED, TIMING_QUALITY, WORD } from '../schemas/definitions.ts';
import { array, boolean, integer, number, object, oneOf, string } from '../schemas/keywords.ts';

const SUBTITLE = object(
  {
    enabled: boolean({ default: true }),
    position: oneOf(['bottom', 'center', 'top', 'custom'], { default: 'bottom' }),
    custom_position: number({ minimum: 0, maximum: 100, description: 'Percent from the top, for position "custom".' }),
    mode: oneOf(['word_highlight', 'word', 'phrase', 'sentence'], { default: 'word_highlight' }),
    font: oneOf(['Inter', 'Inter ExtraBold', 'Inter SemiBold', 'Noto Sans SC'], { default: 'Inter' }),
    font_size: integer({ minimum: 12, maximum: 240, description: 'Pixels when the shorter side has 1080.' }),
    color: COLOUR,
    highlight_color: COLOUR,
    stroke_color: COLOUR,
    stroke_width: number({ minimum: 0, maximum: 20 }),
    background: oneOf(['none', 'box', 'pill'], { default: 'none' }),
    background_color: string({ pattern: '^#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?$', maxLength: 9 }),
  },
  [],
  { description: 'How captions look.' },
);

const SCENE = object(
  {
    text: string({ minLength: 1, maxLength: 5000, description: 'What is said.' }),
    title: string({ minLength: 1, maxLength: 120, description: 'Default: drawn from the text.' }),
  },
  ['text'],
);

/** Arguments of `create_video`. What this version cannot do is not in it, so that asking for it is an error. */
export const CREATE_VIDEO_INPUT = object(
  {
    video_subject: string({ minLength: 1, maxLength: 500, description: 'What the video is about.' }),
    video_script: string({
      minLength: 1,
      maxLength: 200_000,
      description: 'The narration, word for word; blank lines part paragraphs. Instead of source_text and scenes.',
    }),
    source_text: string({
      minLength: 1,
      maxLength: 200_000,
      description: 'Text to draw the narration from. Instead of video_script and scenes.',
    }),
    scenes: array(SCENE, {
      minItems: 1,
      maxItems: 100,
      description: 'The narration scene by scene. Instead of video_script and source_text.',
    }),
    language: LANGUAGE,
    paragraph_number: integer({
      minimum: 1,
      maximum: 10,
      default: VIDEO_DEFAULTS.paragraphs,
      description: 'How many paragraphs to write, when the narration is written here.',
    }),
    target_duration_s: number({
      minimum: 5,
      maximum: 600,
      default: VIDEO_DEFAULTS.targetSeconds,
      description: 'How long the narration should last, when it is written here. Seconds.',
    }),
    video_aspect: oneOf(ASPECT_NAMES, {
      default: VIDEO_DEFAULTS.aspect,
      description: 'Shape of the picture: 9:16 for phones, 16:9 for screens, 1:1, 4:5 and 3:4 for feeds.',
    }),
    resolution: oneOf(RESOLUTION_NAMES, {
      default: VIDEO_DEFAULTS.resolution,
      description: 'Pixels of the shorter side.',
    }),
    fps: { type: 'integer', enum: [24, 25, 30, 60], default: VIDEO_DEFAULTS.fps, description: 'Frames per second.' },
    quality: oneOf(QUALITIES, {
      default: VIDEO_DEFAULTS.quality,
      description: 'draft is fastest and makes the largest file, high the finest picture.',
    }),
    mood: oneOf(MOODS, { description: 'Mood of pictures and music. Default: chosen from the words.' }),
    max_clip_duration: number({
      minimum: 1,
      maximum: 60,
      default: VIDEO_DEFAULTS.longestShotSeconds,
      description: 'The picture changes at least this often, in seconds, at ends of sentences or words.',
    }),
    transition: oneOf(TRANSITIONS, {
      default: VIDEO_DEFAULTS.transition,
      description: 'How one picture gives way to the next.',
    }),
    voice_name: string({
      maxLength: 64,
      default: VIDEO_DEFAULTS.voiceName,
      description: 'A voice of list_voices; "auto"; or "none" for captions and music only.',
    }),
    voice_rate: number({ minimum: 0.5, maximum: 2, default: 1, description: 'Speed of the voice; 1 is normal.' }),
    voice_volume: number({
      minimum: 0,
      maximum: 1,
      default: 1,
      description: 'Loudness of the voice against the music; the whole is brought to loudness_lufs.',
    }),
    bgm_type: oneOf(BGM_TYPES, {
      default: VIDEO_DEFAULTS.musicType,
      description: 'Background music: none, composed to fit the mood, or composed in a mood drawn by chance.',
    }),
    bgm_mood: oneOf(MOODS, { description: 'Mood of the music alone. Default: as "mood".' }),
    bgm_volume: number({ minimum: 0, maximum: 1, default: VIDEO_DEFAULTS.musicVolume }),
    ducking_db: number({
      minimum: 0,
      maximum: 30,
      default: VIDEO_DEFAULTS.duckingDb,
      description: 'How far the music goes down while someone speaks.',
    }),
    loudness_lufs: number({
      minimum: -31,
      maximum: -9,
      default: VIDEO_DEFAULTS.loudnessLufs,
      description: 'Loudness of the whole by ITU-R BS.1770; platforms play −14.',
    }),
    subtitle_enabled: boolean({ default: true, description: 'Draw captions on the picture.' }),
    subtitle: SUBTITLE,
    title_cards: boolean({ default: true, description: 'Show the title of each scene when it begins.' }),
    seed: SEED,
    stop_after: oneOf(STOPS, {
      default: 'render',
      description:
        'Stop early and answer what there is by then: script, terms, voice, subtitles, media (soundtrack) or render (all).',
    }),
    ...JOB_ARGUMENTS,
  },
  ['video_subject'],
);

const SCRIPT = object(
  {
    text: string(),
    scenes: array(object({ title: string(), text: string() }, ['title', 'text'])),
    method: oneOf(['given', 'llm', 'extractive', 'outline'], { description: 'How the narration came about.' }),
    grounded: boolean({ description: 'true only when every sentence is the caller’s own.' }),
    provider: string(),
    model: string(),
    notice: string(),
  },
  ['text', 'scenes', 'method', 'grounded', 'provider'],
);

const SHOT = object(
  {
    start: number({ description: 'Seconds.' }),
    end: number({ description: 'Seconds.' }),
    scene: integer({ minimum: 0, description: 'Index of its scene.' }),
    motif: string({ description: 'What the picture shows.' }),
    palette: string(),
  },
  ['start', 'end', 'scene', 'motif', 'palette'],
);

/** Result of `create_video`. What lies behind `stop_after` is absent. */
export const CREATE_VIDEO_OUTPUT = object(
  {
    video: ASSET,
    result_urls: array(string(), { description: 'URL of the video.' }),
    duration: number({ description: 'Seconds.' }),
    script: SCRIPT,
    terms: array(string(), { description: 'What the video is about, for search and tags.' }),
    words: array(WORD, { description: 'Every word on the clock of the video.' }),
    timing_quality: TIMING_QUALITY,
    narration: ASSET,
    captions: object({ srt: ASSET, vtt: ASSET }, ['srt', 'vtt']),
    soundtrack: ASSET,
    loudness: object({ integrated_lufs: number(), true_peak_dbtp: number() }, ['integrated_lufs', 'true_peak_dbtp']),
    mood: oneOf(MOODS),
    shots: array(SHOT),
    seed: integer({ description: 'Give it again to get the same video.' }),
    notices: array(string(), { description: 'What to know about how it was made.' }),
    stopped_after: oneOf(STOPS),
    plan: object(
      { stages: array(oneOf(STAGES)), estimated_seconds: number({ description: 'Length of the video.' }) },
      ['stages', 'estimated_seconds'],
      { description: 'Only in a dry run: what would be done.' },
    ),
  },
  ['result_urls', 'script', 'seed', 'notices'],
);
