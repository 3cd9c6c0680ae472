import type { JsonObject } from '@callsheet/protocol';
import { RequestIds } from '../../src/workers/request-ids.ts';
import { SocketLink, type SocketLinkParts } from '../../src/workers/socket-link.ts';
import { FakeClock } from '../fake-clock.ts';

/** A message as it left for the worker. */
export interface Sent {
  readonly id?: string;
  readonly method: string;
  readonly params: JsonObject;
}

/** A link whose socket is an array, to a worker that knows it is registered. */
export function linkOnWire(changes: Partial<SocketLinkParts> = {}) {
  const wire = earlyLink(changes);
  wire.link.begin();
  return wire;
}

/** The same before the worker knows. */
export function earlyLink(changes: Partial<SocketLinkParts> = {}) {
  const sent: Sent[] = [];
  const clock = new FakeClock();
  const session = {
    state: 'open' as const,
    ask: (text: string) => void sent.push(JSON.parse(text)),
    notify: (method: string, params: object) => void sent.push({ method, params: params as JsonObject }),
  };
  const link = new SocketLink({ name: 'gpu-7', session, ids: new RequestIds('prefix-of-test'), clock, ...changes });
  return {
    link,
    sent,
    fake: clock,
    /** The worker answers well. */
    answer: (id: string, output: unknown) =>
      link.answered({ kind: 'success', id, result: { structuredContent: output as string } }),
    /** The worker answers with an error. */
    refuse: (id: string, code: number, message = 'no', data?: JsonObject) =>
      link.answered({ kind: 'failure', id, error: { code, message, ...(data && { data: data as never }) } }),
    /** The id of the newest request. */
    get newest(): string {
      return sent.filter(({ id }) => id !== undefined).at(-1)?.id ?? '';
    },
    told: (method: string) => sent.filter((message) => message.method === method).map(({ params }) => params),
  };
}
