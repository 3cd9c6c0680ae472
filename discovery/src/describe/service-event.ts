import type { JsonObject } from '@callsheet/protocol';
import type { Worker } from '../catalogue/worker.ts';
import type { Change } from '../registry/change.ts';

/** The `data` of an event on the topic `services`: what changed, and nothing only the worker may know. */
export function serviceEvent(change: Change): JsonObject {
  const { type, revision } = change;
  if (type === 'source') return { type, revision, stale: change.stale, reason: change.reason };
  const worker = { ...identity(change.worker), ...condition(change.worker) };
  switch (type) {
    case 'registered': {
      const { worker: registered, resumed } = change;
      return { type, revision, worker, resumed, tools: registered.tools.map(({ name }) => name) };
    }
    case 'changed':
      return { type, revision, worker, from: condition(change.before), reason: change.reason };
    case 'left':
      return { type, revision, worker, reason: change.reason };
  }
}

function identity({ id, facts }: Worker): JsonObject {
  return { id, name: facts.name, version: facts.version, zone: facts.zone ?? null };
}

function condition({ state, health, connected, available }: Worker): JsonObject {
  return { state, health, connected, available };
}
