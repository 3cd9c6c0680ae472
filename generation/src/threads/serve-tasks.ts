import type { MessagePort } from 'node:worker_threads';
import type { FromThread, ToThread } from './messages.ts';
import { ownedBuffers } from './owned-buffers.ts';
import { packError } from './packed-error.ts';
import type { Task, TaskTable } from './task.ts';

/** The thread's side: runs the tasks it is told to, one at a time, and answers each with its output or its error. */
export function serveTasks(port: MessagePort, tasks: TaskTable): void {
  let running: { readonly id: number; readonly control: AbortController } | undefined;
  port.on('message', (message: ToThread) => {
    if (message.kind === 'abort') {
      if (running?.id === message.id) running.control.abort();
      return;
    }
    const { id, name, input } = message;
    const control = new AbortController();
    running = { id, control };
    const answer = (reply: FromThread): void => {
      port.postMessage(reply, reply.kind === 'done' ? ownedBuffers(reply.output) : []);
    };
    const run = {
      signal: control.signal,
      report: (progress: unknown) => answer({ kind: 'report', id, progress }),
    };
    perform(tasks, name, input, run)
      .then((output) => answer({ kind: 'done', id, output }))
      // An output that cannot be cloned arrives here too, and is told as an error.
      .catch((error: unknown) => answer({ kind: 'failed', id, error: packError(error) }));
  });
}

async function perform(
  tasks: TaskTable,
  name: string,
  input: unknown,
  run: { signal: AbortSignal; report(progress: unknown): void },
): Promise<unknown> {
  const task: TaskTable[string] | undefined = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (task === undefined) throw new RangeError(`Cannot run the task "${name}": this thread does not know it`);
  // The pool's types have paired name and input; across the thread border only the name is left of that.
  return await (task as unknown as Task<unknown, unknown, unknown>)(input, run);
}
