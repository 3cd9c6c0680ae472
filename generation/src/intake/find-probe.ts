import { dirname, join } from 'node:path';
import { CallError } from '@callsheet/protocol';
import type { Environment } from '../ffmpeg/environment.ts';
import type { Ffmpeg } from '../ffmpeg/resolve-ffmpeg.ts';
import { type IsExecutable, mayExecute, searchPath } from '../ffmpeg/search-path.ts';

/** The programs that look into foreign files. */
export interface ProbePrograms {
  readonly ffprobe: string;
  readonly ffmpeg: string;
  /** Sets limits of the system; absent where there is none. */
  readonly prlimit: string | undefined;
}

export interface FindProbe {
  readonly env: Environment;
  readonly platform?: NodeJS.Platform;
  readonly isExecutable?: IsExecutable;
}

/**
 * Finds ffprobe, beside the ffmpeg in use or in PATH, and `prlimit`.
 * @throws CallError UNAVAILABLE that says where it was looked for: without it nothing from strangers is let in
 */
export async function findProbe({ path }: Pick<Ffmpeg, 'path'>, options: FindProbe): Promise<ProbePrograms> {
  const { env, platform = process.platform, isExecutable = mayExecute } = options;
  const folders = env.PATH ?? '';
  const name = platform === 'win32' ? 'ffprobe.exe' : 'ffprobe';
  const beside = join(dirname(path), name);
  const ffprobe = (await isExecutable(beside)) ? beside : await searchPath(folders, name, isExecutable);
  if (ffprobe === undefined) {
    throw new CallError(
      'UNAVAILABLE',
      `Cannot import media: no "${name}" beside "${path}" or in the folders of PATH, and files from other servers are looked into before they are stored; install a full ffmpeg ("apt install ffmpeg", "brew install ffmpeg")`,
      { retryable: false, details: { reason: 'engine_missing' } },
    );
  }
  const prlimit = platform === 'linux' ? await searchPath(folders, 'prlimit', isExecutable) : undefined;
  return { ffprobe, ffmpeg: path, prlimit };
}
