import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const ASPECTS = ['9:16', '16:9', '1:1', '4:5', '3:4'] as const;
export type Aspect = (typeof ASPECTS)[number];

export interface VideoWish {
  readonly subject: string;
  /** Path of the text the narration is taken from. */
  readonly text: string;
  /** Where the MP4 goes. */
  readonly out: string;
  readonly aspect: Aspect;
  readonly resolution: '480p' | '720p' | '1080p';
}

/** Reads `--subject --text --out --aspect --resolution`; everything has a default. Paths are the caller's. */
export function readArguments(args: readonly string[], cwd: string): VideoWish {
  const { values } = parseArgs({
    args: [...args],
    options: {
      subject: { type: 'string', default: 'Why coral reefs matter' },
      text: { type: 'string' },
      out: { type: 'string', default: 'first-video.mp4' },
      aspect: { type: 'string', default: '9:16' },
      resolution: { type: 'string', default: '1080p' },
    },
  });
  return {
    subject: values.subject,
    text: textFile(values.text ?? 'reef.txt', cwd),
    out: resolve(cwd, values.out),
    aspect: oneOf('aspect', values.aspect, ASPECTS),
    resolution: oneOf('resolution', values.resolution, ['480p', '720p', '1080p'] as const),
  };
}

/** The caller's own file, or the one of that name beside this example. */
function textFile(name: string, cwd: string): string {
  const own = resolve(cwd, name);
  const found = [own, fileURLToPath(new URL(name, import.meta.url))].find((path) => existsSync(path));
  if (found === undefined) throw new Error(`Cannot read --text "${own}": there is no such file`);
  return found;
}

function oneOf<T extends string>(option: string, value: string, known: readonly T[]): T {
  const found = known.find((name) => name === value);
  if (found === undefined) throw new Error(`Cannot use --${option} "${value}"; give one of ${known.join(', ')}`);
  return found;
}
