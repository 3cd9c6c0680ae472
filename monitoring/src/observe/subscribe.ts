import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { CHANNELS } from '@callsheet/protocol';
import type { Handlers, Messages } from './handlers.ts';

/** Told of a handler that threw. */
export type FaultReport = (error: unknown) => void;

/**
 * Listens to the channels of the handlers; what it answers ends that, once. A handler that throws is reported and goes on
 * with the next message: thrown out of a channel, its fault would end the process of whoever published.
 */
export function listen(handlers: Handlers, report: FaultReport): () => void {
  const ends = (Object.keys(handlers) as (keyof Messages)[]).map((name) => attach(name, handlers, report));
  return () => {
    for (const end of ends.splice(0)) end();
  };
}

function attach<Name extends keyof Messages>(name: Name, handlers: Handlers, report: FaultReport): () => void {
  const handler = handlers[name];
  if (handler === undefined) return () => undefined;
  // Publishers are held to the shape by ObservationChannel; there is nothing to parse inside one process.
  const guarded = (message: unknown): void => {
    try {
      handler(message as Messages[Name]);
    } catch (error) {
      report(error);
    }
  };
  subscribe(CHANNELS[name], guarded);
  return () => void unsubscribe(CHANNELS[name], guarded);
}
