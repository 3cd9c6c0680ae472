import type { JobView } from '@callsheet/protocol';
import type { Client, JobHandle, JobProgress, JobState, RpcClientError } from '@callsheet/sdk-core';
import { createStore, type Store } from './store.ts';

/** What is known of a job. */
export interface JobHookState<R> {
  /** Undefined until the gateway told. */
  readonly state: JobState | undefined;
  /** How far the whole job is, 0 to 1. */
  readonly progress: number;
  /** The result of a completed job. */
  readonly result: R | undefined;
  /** Why the job failed or was canceled, or why nothing can be known of it. */
  readonly error: RpcClientError | undefined;
  /** Everything that is known: stage, message, time left, times, attempt. */
  readonly job: JobView | undefined;
}

export interface JobHook<R> extends JobHookState<R> {
  /** Stops the job. Rejects with code CONFLICT when it is final already. The same function at every render. */
  cancel(reason?: string): Promise<void>;
}

type Known<R> = Pick<JobHookState<R>, 'result' | 'error' | 'job'>;

export type WatchedJob<R> = Store<Known<R>> & Pick<JobHook<R>, 'cancel'>;

/** The job is followed as long as somebody watches. */
export function watchedJob<R>(client: Client<unknown>, id: string): WatchedJob<R> {
  // What is not there yet reads as undefined.
  const { set, ...store } = createStore({} as Known<R>);
  return {
    ...store,
    // A job without an id is refused there, in a sentence.
    cancel: async (reason) => client.job(id).cancel(reason),
    watch(watcher) {
      const leave = store.watch(watcher);
      let over = false;
      let handle: JobHandle<R, JobProgress> | undefined;
      const follow = async (): Promise<void> => {
        // Looking first spares the events of long ago.
        let { job } = await client.job(id).status();
        if (over) return;
        set({ job, error: undefined });
        handle = client.job(id, { fromSeq: job.lastSeq + 1 });
        if (!job.completedAt) {
          for await (const event of handle) {
            if (event.type === 'state') job = event.job;
            else job = { ...job, ...event.data, progress: event.progress, lastSeq: event.seq };
            set({ job, error: undefined });
          }
        }
        if (!over) set({ result: await handle.result() });
      };
      if (id) follow().catch((error) => over || set({ error }));
      return () => {
        leave();
        over = true;
        handle?.detach();
      };
    },
  };
}
