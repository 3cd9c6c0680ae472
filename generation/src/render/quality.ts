/**
 * How much work goes into compression. Measured on 8 s of two painted plates at 1080×1920@30, encoder alone:
 * `draft` 2.0 Mb/s at SSIM 0.9940 for 0.23 CPU-s per second of video; `standard` 0.8 Mb/s at 0.9941 for 0.33; `high`
 * 1.3 Mb/s at 0.9950 for 0.60. Slower presets gain nothing on such pictures.
 */
export type Quality = 'draft' | 'standard' | 'high';

/**
 * x264's settings. `draft` is ultrafast with the five tools that pay for themselves on smooth moving pictures: a short
 * macroblock-tree look-ahead, arithmetic coding, 8×8 transforms, adaptive quantisation and deblocking. The look-ahead gets
 * a thread of its own (`sync-lookahead`), which changes no bit of the output and takes it off ffmpeg's main thread.
 */
const SETTINGS: { readonly [quality in Quality]: readonly string[] } = {
  draft: [
    ...['-preset', 'ultrafast', '-crf', '21'],
    ...[
      '-x264-params',
      'rc-lookahead=10:sync-lookahead=10:mbtree=1:cabac=1:8x8dct=1:aq-mode=1:no-deblock=0:deblock=0,0',
    ],
  ],
  standard: ['-preset', 'superfast', '-crf', '22', '-x264-params', 'rc-lookahead=10:mbtree=1'],
  high: ['-preset', 'veryfast', '-crf', '19'],
};

export const QUALITIES = Object.keys(SETTINGS) as readonly Quality[];

/** Arguments for the video encoder. */
export function qualityArguments(quality: Quality): readonly string[] {
  return SETTINGS[quality];
}
