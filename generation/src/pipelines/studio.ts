import type { Ffmpeg } from '../ffmpeg/resolve-ffmpeg.ts';
import type { GenerationThreads } from '../threads/generation-threads.ts';

/** The machinery that heavy work is done with. */
export interface Studio {
  readonly threads: GenerationThreads;
  /** Finds ffmpeg once. Rejects with UNAVAILABLE, and looks again the next time, when there is none. */
  ffmpeg(): Promise<Ffmpeg>;
}

/** @param find looks for ffmpeg; three short runs of it */
export function createStudio(threads: GenerationThreads, find: () => Promise<Ffmpeg>): Studio {
  let found: Promise<Ffmpeg> | undefined;
  return {
    threads,
    ffmpeg() {
      found ??= find().catch((error: unknown) => {
        found = undefined;
        throw error;
      });
      return found;
    },
  };
}
