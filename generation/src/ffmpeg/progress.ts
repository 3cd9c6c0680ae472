/** One report of ffmpeg's `-progress`: how far the output is. */
export interface FfmpegProgress {
  /** Frames encoded; 0 for sound alone. */
  readonly frame: number;
  /** Seconds of output written. */
  readonly seconds: number;
  /** Bytes of output written, 0 while unknown. */
  readonly bytes: number;
  /** True in the last report. */
  readonly ended: boolean;
}

/** No line of a report comes near this; a longer one is not a report. */
const LONGEST_LINE = 4096;

/**
 * Reads `key=value` lines and calls back once per report, at its closing `progress=` line. Only fields that every
 * ffmpeg since 4.1 writes the same way are read: `out_time_ms`, for one, is in microseconds.
 */
export function progressReader(report: (progress: FfmpegProgress) => void): (text: string) => void {
  let rest = '';
  let fields = new Map<string, string>();
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(-LONGEST_LINE);
    for (const line of lines) {
      const at = line.indexOf('=');
      if (at < 0) continue;
      const key = line.slice(0, at).trim();
      fields.set(key, line.slice(at + 1).trim());
      if (key !== 'progress') continue;
      report(progressOf(fields));
      fields = new Map();
    }
  };
}

function progressOf(fields: ReadonlyMap<string, string>): FfmpegProgress {
  return {
    frame: count(fields.get('frame')),
    seconds: secondsOf(fields.get('out_time')),
    bytes: count(fields.get('total_size')),
    ended: fields.get('progress') === 'end',
  };
}

function count(text: string | undefined): number {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : 0;
}

/** `HH:MM:SS.ffffff`; before the first packet ffmpeg writes `N/A` or a time far below zero. */
function secondsOf(text: string | undefined): number {
  const match = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text ?? '');
  return match === null ? 0 : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}
