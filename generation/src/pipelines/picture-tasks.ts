import type { SubtitleStyle } from '../captions/style.ts';
import type { PictureChoice, PictureOptions, SceneWords } from '../picture/choose-motif.ts';
import type { PlateSpec } from '../picture/paint.ts';
import type { Plate } from '../picture/plate.ts';
import type { TimedWord } from '../timed-word.ts';

export interface CaptionRequest {
  readonly frame: { readonly width: number; readonly height: number };
  readonly words: readonly TimedWord[];
  readonly style: SubtitleStyle;
  /** Whether captions are drawn on the picture; the sidecar files are made either way. */
  readonly burnIn: boolean;
  readonly titles: readonly { readonly text: string; readonly start: number; readonly end: number }[];
}

export interface CaptionTexts {
  /** Everything that is drawn on the picture, and where its fonts lie; absent when nothing is. */
  readonly drawn?: { readonly ass: string; readonly fontsDir: string };
  readonly srt: string;
  readonly vtt: string;
}

/** Sets captions, titles and number callouts. Runs in a thread: text is measured with the fonts it is drawn with. */
async function setCaptions({ frame, words, style, burnIn, titles }: CaptionRequest): Promise<CaptionTexts> {
  const [{ assScript }, { findCallouts }, { captionGroups }, { toSrt }, { toVtt }, { FONTS_DIRECTORY }] =
    await Promise.all([
      import('../captions/ass.ts'),
      import('../captions/callouts.ts'),
      import('../captions/group.ts'),
      import('../captions/srt.ts'),
      import('../captions/vtt.ts'),
      import('../captions/fonts.ts'),
    ]);
  const groups = captionGroups(words, frame, { ...style, mode: 'phrase' });
  const callouts = burnIn ? findCallouts(words) : [];
  const texts = { srt: toSrt(groups), vtt: toVtt(groups) };
  if (!burnIn && titles.length === 0) return texts;
  const ass = assScript({ frame, words, style: { ...style, enabled: burnIn }, titles, callouts });
  return { ...texts, drawn: { ass, fontsDir: FONTS_DIRECTORY } };
}

export interface PictureRequest {
  readonly scenes: readonly SceneWords[];
  readonly options: PictureOptions;
}

/** Chooses what the shots of each scene show. */
async function pickPictures({ scenes, options }: PictureRequest): Promise<PictureChoice[][]> {
  const { choosePictures } = await import('../picture/choose-motif.ts');
  return choosePictures(scenes, options);
}

async function paint(spec: PlateSpec): Promise<Plate> {
  const { paintPlate } = await import('../picture/paint.ts');
  return paintPlate(spec);
}

/** These tasks by name, for the threads. */
export const PICTURE_TASKS = { 'captions.set': setCaptions, 'pictures.choose': pickPictures, 'plate.paint': paint };
