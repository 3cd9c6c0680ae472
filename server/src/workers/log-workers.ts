import type { Change, Registry } from '@callsheet/discovery';
import type { JsonObject, ToolLog } from '@callsheet/protocol';

/**
 * Writes a line for whatever an operator would look for after a bad night: who came, who fell silent, who left. `happened` is told
 * of who came and left, for those who read events instead of the log. Answers what ends it.
 */
export function logWorkers(
  registry: Pick<Registry, 'listen'>,
  log: Pick<ToolLog, 'info' | 'warn'>,
  happened: (event: string, members: JsonObject) => void,
): () => void {
  return registry.listen((change) => {
    switch (change.type) {
      case 'registered':
        happened('worker.registered', { ...nameOf(change), resumed: change.resumed });
        log.info(
          { ...nameOf(change), tools: change.worker.tools.length, slots: change.worker.facts.slots },
          change.resumed ? 'a worker came back' : 'a worker registered',
        );
        return;
      case 'changed': {
        const { before, worker, reason } = change;
        const fields = { ...nameOf(change), state: worker.state, was: before.state, health: worker.health, reason };
        // Who drains was asked to, and says goodbye: nobody has to look into that.
        if (worker.state === 'draining' && before.state !== 'draining') log.info(fields, 'a worker takes no new calls');
        else if (before.available && !worker.available) log.warn(fields, 'a worker gets no new calls');
        else if (worker.state === 'dead' && before.state !== 'dead') {
          happened('worker.lost', { ...nameOf(change), reason });
          log.warn(fields, 'a worker is given up');
        } else if (!before.available && worker.available) log.info(fields, 'a worker gets calls');
        else log.info(fields, 'a worker changed');
        return;
      }
      case 'left':
        happened('worker.left', { ...nameOf(change), reason: change.reason });
        log.info({ ...nameOf(change), reason: change.reason }, 'a worker left');
        return;
      case 'source':
        log.warn({ stale: change.stale, reason: change.reason }, 'what is known of workers');
    }
  });
}

function nameOf({ worker: { id, facts } }: Exclude<Change, { readonly type: 'source' }>): JsonObject {
  return { workerId: id, worker: facts.name, epoch: facts.epoch };
}
