import type { Interest } from '@callsheet/discovery';
import type { Json } from '@callsheet/protocol';
import type { MemoStore } from './memo-store.ts';

const MAX_KEY_LENGTH = 512;

export interface AttemptMemoParts {
  readonly store: MemoStore;
  readonly job: number;
  readonly attempt: number;
  readonly interest: Pick<Interest, 'reason'>;
  /** Of one stage's JSON. */
  readonly maxBytes: number;
}

/** `ToolContext.memo` of one attempt: each key is produced once per job, also when two stages ask for it at the same time. */
export function attemptMemo(
  parts: AttemptMemoParts,
): <T extends Json>(key: string, produce: () => Promise<T>) => Promise<T> {
  const { store, job, attempt, interest, maxBytes } = parts;
  const producing = new Map<string, Promise<Json>>();

  async function produceOnce(key: string, produce: () => Promise<Json>): Promise<Json> {
    const known = store.get(job, key);
    if (known !== undefined) return known;
    if (interest.reason !== undefined) throw interest.reason;
    const value = await produce();
    const json = JSON.stringify(value);
    if (json === undefined) throw new Error(`Cannot remember "${key}": the stage answered nothing JSON can carry`);
    if (Buffer.byteLength(json) > maxBytes) {
      throw new Error(
        `Cannot remember "${key}": the answer has more than ${maxBytes} bytes; store it as an asset and remember its id`,
      );
    }
    await store.put(job, attempt, key, json);
    return value;
  }

  return async <T extends Json>(key: string, produce: () => Promise<T>): Promise<T> => {
    if (key.length === 0 || key.length > MAX_KEY_LENGTH || key.includes('\0')) {
      throw new Error(`Cannot remember under the key "${key.slice(0, 64)}": use 1 to ${MAX_KEY_LENGTH} characters`);
    }
    let running = producing.get(key);
    if (running === undefined) {
      running = produceOnce(key, produce).finally(() => producing.delete(key));
      producing.set(key, running);
    }
    // The key names the type: whoever asks under the same key gets what was produced under it.
    return (await running) as T;
  };
}
