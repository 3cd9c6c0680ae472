import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The next message of a process this benchmark started; rejects when the process ends instead of sending one. */
export async function hear<T>(child: ChildProcess): Promise<T> {
  const done = new AbortController();
  const ended = once(child, 'exit', { signal: done.signal }).then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code}`);
  });
  ended.catch(() => {});
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal: done.signal }), ended])) as [T];
    return message;
  } finally {
    done.abort();
  }
}
