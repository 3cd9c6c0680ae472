import type { JobHook } from '@callsheet/sdk-browser/react';
import type { SyntheticEvent } from 'react';
import type { CreateVideoOutput } from './tools.d.ts';

export interface VideoProps {
  readonly video: JobHook<CreateVideoOutput>;
  readonly isAway: boolean;
}

/** A video from the first stage of its job to the picture, also after a reload. */
export function Video({ video: { job, progress, result, error, cancel }, isAway }: VideoProps) {
  if (error) {
    return (
      <p className="failure" role="alert">
        {error.message}
      </p>
    );
  }
  if (result) {
    const { video, captions } = result;
    return (
      <>
        {/* It begins in black: a picture of it stands there until somebody plays it. */}
        <video src={`${video?.url}#t=2`} controls playsInline crossOrigin="anonymous" onPlay={fromTheBeginning}>
          <track kind="captions" label="Captions" src={captions?.vtt.url} />
        </video>
      </>
    );
  }
  const left = job?.estimatedRemaining;
  return (
    <div className="work">
      <span>
        {isAway ? 'Waiting for the gateway' : (job?.message ?? job?.stage ?? 'Looking for your video')}
        {!isAway && left !== undefined && `, about ${Math.ceil(left)} s left`}
      </span>
      <button
        type="button"
        className="quiet"
        disabled={isAway || job === undefined}
        title={isAway ? 'The gateway is away' : ''}
        onClick={() => void cancel()}
      >
        Cancel
      </button>
      <progress max={1} value={progress} aria-label="Progress of the video" />
    </div>
  );
}

function fromTheBeginning({ currentTarget: video }: SyntheticEvent<HTMLVideoElement>) {
  if (video.played.length === 0) video.currentTime = 0;
}
