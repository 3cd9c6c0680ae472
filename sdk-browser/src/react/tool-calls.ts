import type { Answer, Call, CallOptions, Client, In, Prog, RpcClientError } from '@callsheet/sdk-core';
import { createStore, type Store } from './store.ts';

/** Where the newest call of a hook stands. */
export interface ToolState<R, P> {
  /** The newest result. It stays while the next call runs. */
  readonly data: R | undefined;
  /** Why the newest call failed; undefined while one runs. */
  readonly error: RpcClientError | undefined;
  readonly pending: boolean;
  /** The newest report of the call that runs. */
  readonly progress: P | undefined;
}

/** The state and what changes it. The functions are the same at every render. */
export interface ToolHook<A, R, P> extends ToolState<R, P> {
  /** Starts a call; from now on its state is the one shown. Nobody has to catch its failure: that is `error`. */
  call(args: A, options?: CallOptions<P>): Call<R, P>;
  /** Gives up the calls that run; the newest fails with CANCELLED. */
  cancel(reason?: unknown): void;
  /** Gives up the calls that run and forgets everything. */
  reset(): void;
}

/** The calls of one component to one tool. */
export interface ToolCalls<A, R, P>
  extends Store<ToolState<R, P>>,
    Pick<ToolHook<A, R, P>, 'call' | 'cancel' | 'reset'> {
  /** The component is gone, perhaps to come back: StrictMode and `Activity` do that. What it knew stays. */
  leave(): void;
}

export function toolCalls<T, K extends keyof T & string>(
  client: Client<T>,
  tool: K,
): ToolCalls<In<T, K>, Answer<T, K>, Prog<T, K>> {
  type Change = Partial<ToolState<Answer<T, K>, Prog<T, K>>>;
  const idle = { pending: false, progress: undefined };
  const none = { ...idle, data: undefined, error: undefined };
  const { set, ...store } = createStore<ToolState<Answer<T, K>, Prog<T, K>>>(none);
  const open = new Set<Call<Answer<T, K>, Prog<T, K>>>();
  /** The newest call, whose state is shown. */
  let shown: Call<Answer<T, K>, Prog<T, K>> | undefined;
  const cancel = (reason?: unknown): void => {
    for (const call of open) call.cancel(reason);
  };
  const leave = (): void => {
    shown = undefined;
    cancel();
    set(idle);
  };
  return {
    ...store,
    cancel,
    leave,
    reset() {
      leave();
      set(none);
    },
    call(args, options = {}) {
      let call: Call<Answer<T, K>, Prog<T, K>>;
      const show = (change: Change): void => {
        if (shown === call) set(change);
      };
      call = client.call<K, boolean>(tool, args, {
        ...options,
        onProgress(progress) {
          show({ progress });
          options.onProgress?.(progress);
        },
      });
      open.add(call);
      shown = call;
      show({ ...idle, error: undefined, pending: true });
      const over = (change: Change): void => {
        open.delete(call);
        show({ ...idle, ...change });
      };
      call.then(
        (data) => over({ data }),
        (error: RpcClientError) => over({ error }),
      );
      return call;
    },
  };
}
