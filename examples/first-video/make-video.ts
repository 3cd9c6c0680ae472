import { readFile } from 'node:fs/promises';
import type { NodeClient } from '@callsheet/sdk-node';
import type { VideoWish } from './arguments.ts';
import type { StageBars } from './stage-bars.ts';

/** What this story needs of the result of `create_video`; `callsheet tools --json` shows all of it. */
export interface MadeVideo {
  readonly video: { readonly url: string; readonly sha256: string; readonly bytes: number };
  readonly duration: number;
  readonly script: { readonly method: string; readonly grounded: boolean };
  readonly notices: readonly string[];
}

/** Submits the job, shows its stages, waits for its result and fetches the MP4. */
export async function makeVideo(client: NodeClient, wish: VideoWish, bars: StageBars): Promise<MadeVideo> {
  const job = await client.submit('create_video', {
    video_subject: wish.subject,
    source_text: await readFile(wish.text, 'utf8'),
    video_aspect: wish.aspect,
    resolution: wish.resolution,
    quality: 'draft',
  });
  for await (const event of job) {
    if (event.type === 'progress')
      bars.show(event.data.stage, event.data.stageProgress ?? 0, event.data.estimatedRemaining);
  }
  const made = (await job.result()) as MadeVideo;
  await client.download(made.video, {
    to: wish.out,
    onProgress: ({ receivedBytes }) => bars.show('download', receivedBytes / made.video.bytes),
  });
  bars.end();
  return made;
}
