import { resolveFfmpeg } from '../src/ffmpeg/resolve-ffmpeg.ts';
import { createStudio, type Studio } from '../src/pipelines/studio.ts';
import { createGenerationThreads, type GenerationThreads } from '../src/threads/generation-threads.ts';
import { type TestHost, testHost } from './tool-context.ts';

/** A host with real threads and the ffmpeg of this machine. */
export interface StudioHost extends TestHost {
  readonly threads: GenerationThreads;
  readonly studio: Studio;
}

export async function studioHost(size: number): Promise<StudioHost> {
  const host = await testHost();
  const threads = createGenerationThreads({ size });
  return {
    ...host,
    threads,
    studio: createStudio(threads, () => resolveFfmpeg({ env: process.env })),
    async close() {
      await threads.close();
      await host.close();
    },
  };
}
