import { CallError, isJsonObject, type Json, type JsonObject, type ToolContext } from '@callsheet/protocol';

const LONGEST_KEY = 512;

/** Asks the gateway on behalf of the job; safe to ask twice. */
export type AskAgain = (method: string, params: JsonObject) => Promise<Json>;

/** `memo` of a job: the gateway remembers. Each key is produced once, also when two stages ask for it at the same time. */
export function jobMemo(ask: AskAgain): ToolContext['memo'] {
  const producing = new Map<string, Promise<Json>>();
  const produceOnce = async (key: string, produce: () => Promise<Json>): Promise<Json> => {
    const known = await ask('work/recall', { key });
    if (isJsonObject(known) && known.found === true) return known.value ?? null;
    const value = await produce();
    const told = await ask('work/remember', { key, value: rememberable(key, value) });
    // Of two attempts that produced it, the first one's is what everybody goes on with.
    return isJsonObject(told) && told.value !== undefined ? told.value : value;
  };
  return async <T extends Json>(key: string, produce: () => Promise<T>): Promise<T> => {
    if (typeof key !== 'string' || key === '' || key.length > LONGEST_KEY) {
      throw new TypeError(`Cannot remember under "${String(key).slice(0, 64)}"; use 1 to ${LONGEST_KEY} characters`);
    }
    const running = producing.get(key) ?? produceOnce(key, produce).finally(() => producing.delete(key));
    producing.set(key, running);
    // The key names the type: whoever asks under the same key gets what was produced under it.
    return (await running) as T;
  };
}

/** Outside a job there is nothing to resume, and so nothing to remember. */
export const forgetfulMemo: ToolContext['memo'] = (_key, produce) => produce();

function rememberable(key: string, value: unknown): Json {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw unwritable(key, cause);
  }
  if (text === undefined) throw unwritable(key);
  return value as Json;
}

function unwritable(key: string, cause?: unknown): CallError {
  return new CallError('TOOL_FAILED', `Cannot remember "${key}": the stage answered nothing JSON can carry`, {
    retryable: false,
    cause,
  });
}
