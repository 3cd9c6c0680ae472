import { useStore } from './store.ts';
import { type JobHook, watchedJob } from './watched-job.ts';

/** Follows a job from wherever it stands to its end. Without an id it waits for one. Going away never stops the job. */
export function useJob<R = unknown>(id = ''): JobHook<R> {
  const [{ cancel }, known] = useStore(watchedJob<R>, id);
  const { job } = known;
  return { ...known, state: job?.status, progress: job?.progress ?? 0, cancel };
}
