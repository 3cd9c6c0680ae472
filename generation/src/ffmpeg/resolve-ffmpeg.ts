import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CallError } from '@callsheet/protocol';
import { type FfmpegCapabilities, probeFfmpeg } from './capabilities.ts';
import type { Environment } from './environment.ts';
import { type IsExecutable, mayExecute, searchPath } from './search-path.ts';

/** An ffmpeg that can make our videos, and where it was found. Plain JSON. */
export interface Ffmpeg extends FfmpegCapabilities {
  readonly path: string;
  readonly origin: 'FFMPEG_PATH' | 'PATH' | 'package';
}

export interface ResolveOptions {
  readonly env: Environment;
  /** Asks a program what it can do; rejects when it is no ffmpeg. */
  readonly probe?: (path: string) => Promise<FfmpegCapabilities>;
  /** Where the optional package's binary would be, or undefined when it is not installed. */
  readonly packaged?: () => string | undefined;
  readonly isExecutable?: IsExecutable;
  readonly platform?: NodeJS.Platform;
}

const ENCODERS = ['libx264', 'aac'];
const FILTERS = ['subtitles'];
const PACKAGE = '@ffmpeg-installer/ffmpeg';

/**
 * Finds an ffmpeg with H.264, AAC and captions: `FFMPEG_PATH`, then PATH, then the optional npm package. One that was
 * named explicitly is used or refused, never silently replaced; the others are passed over when they lack something.
 *
 * @throws CallError UNAVAILABLE that tells what was found at each step and how to install one
 */
export async function resolveFfmpeg(options: ResolveOptions): Promise<Ffmpeg> {
  const { env, packaged = packagedFfmpeg, platform = process.platform } = options;
  const judge = (path: string) => judgeBinary(path, options);

  const chosen = env.FFMPEG_PATH;
  if (chosen !== undefined && chosen !== '') {
    const found = await judge(chosen);
    if (typeof found !== 'string') return { ...found, origin: 'FFMPEG_PATH' };
    throw refusal(`Cannot use the ffmpeg of FFMPEG_PATH: ${found}; correct the variable or remove it`);
  }

  const steps = ['FFMPEG_PATH is not set'];
  const inPath = await searchPath(env.PATH ?? '', platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg', options.isExecutable);
  const fromPath = inPath === undefined ? 'no "ffmpeg" in the folders of PATH' : await judge(inPath);
  if (typeof fromPath !== 'string') return { ...fromPath, origin: 'PATH' };
  steps.push(fromPath);

  const inPackage = packaged();
  const fromPackage =
    inPackage === undefined ? `the optional package "${PACKAGE}" is not installed` : await judge(inPackage);
  if (typeof fromPackage !== 'string') return { ...fromPackage, origin: 'package' };
  steps.push(fromPackage);

  throw refusal(
    `Cannot find an ffmpeg that can make videos: ${steps.join('; ')}. Install one ("apt install ffmpeg", ` +
      `"brew install ffmpeg" or "npm install ${PACKAGE}"), or set FFMPEG_PATH to its file`,
  );
}

/** Answers the binary with its capabilities, or the reason why it will not do. */
async function judgeBinary(path: string, options: ResolveOptions): Promise<Omit<Ffmpeg, 'origin'> | string> {
  const { isExecutable = mayExecute, probe = probeFfmpeg } = options;
  if (!(await isExecutable(path))) return `"${path}" does not exist or may not be executed`;
  let found: FfmpegCapabilities;
  try {
    found = await probe(path);
  } catch (error) {
    return `"${path}" does not run (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`;
  }
  const missing = [
    ...ENCODERS.filter((name) => !found.encoders.includes(name)).map((name) => `encoder ${name}`),
    ...FILTERS.filter((name) => !found.filters.includes(name)).map((name) => `filter ${name}`),
  ];
  if (missing.length > 0) return `"${path}" (version ${found.version}) lacks ${missing.join(', ')}`;
  return { ...found, path };
}

/**
 * Looks for the binary itself. The package's own entry is never loaded: it throws where its platform part is absent,
 * and it would change file modes.
 */
function packagedFfmpeg(): string | undefined {
  const binary = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  try {
    const wrapper = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    const part = `@ffmpeg-installer/${process.platform}-${process.arch}/package.json`;
    return join(dirname(createRequire(wrapper).resolve(part)), binary);
  } catch {
    return undefined;
  }
}

function refusal(sentence: string): CallError {
  return new CallError('UNAVAILABLE', sentence, { retryable: false });
}
