import type { Tool } from '@callsheet/protocol';
import { createVideo, type VideoPorts } from '../pipelines/create-video.ts';
import type { VideoArguments } from '../pipelines/video-request.ts';
import type { VideoResult } from '../pipelines/video-result.ts';
import { CREATE_VIDEO_INPUT, CREATE_VIDEO_OUTPUT } from './create-video-schema.ts';

/** Makes a whole video out of a subject, a text or a script. */
export function createVideoTool(ports: VideoPorts): Tool<VideoArguments, VideoResult> {
  return {
    name: 'create_video',
    title: 'Create a video',
    description:
      'Makes a complete short video: narration, captions timed to the word, music, painted pictures that fit the words, mixed and encoded as H.264 MP4. Give a subject, and best also video_script, source_text or scenes. Works offline; runs as a job with progress.',
    category: 'video',
    input: CREATE_VIDEO_INPUT,
    output: CREATE_VIDEO_OUTPUT,
    execution: 'job',
    idempotent: true,
    timeoutMs: 3_600_000,
    slots: 'cpu',
    run: (args, ctx) => createVideo(args, ctx, ports),
  };
}
