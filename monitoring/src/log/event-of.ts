import {
  type CallError,
  type ConnectionObservation,
  type CredentialObservation,
  type JobObservation,
  type OccurrenceObservation,
  parseTraceparent,
} from '@callsheet/protocol';

/** What happened, in the words of `events.jsonl`. */
export interface LogEvent {
  /** E.g. `dedup.hit`. */
  readonly event: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** Names that operators know from elsewhere; the others are made of the room and the type: `connection.opened`. */
const CONNECTION_NAMES: Readonly<Partial<Record<ConnectionObservation['type'], string>>> = {
  resumed: 'connection.resume',
};

/** What is worth a line of its own: the rest is counted, and a line for each would be all there is to see. */
const OCCURRENCE_NAMES: Readonly<Partial<Record<OccurrenceObservation['type'], string>>> = {
  replayed: 'dedup.hit',
  breaker: 'breaker.transition',
  retry_budget_exhausted: 'retry.budget_exhausted',
  fallback: 'fallback',
};

export function connectionEvent(observation: ConnectionObservation): LogEvent | undefined {
  const { type, ...members } = observation;
  if (type === 'pong') return undefined;
  const event = CONNECTION_NAMES[type] ?? `connection.${type}`;
  return { event, members: observation.type === 'refused' ? { ...members, ...told(observation.error) } : members };
}

export function credentialEvent(observation: CredentialObservation): LogEvent | undefined {
  return observation.outcome === 'ok' ? undefined : { event: 'credential.refused', members: { ...observation } };
}

export function jobEvent({ type, parent, principalId, ...members }: JobObservation): LogEvent {
  const traceId = parent === undefined ? undefined : parseTraceparent(parent)?.traceId;
  return { event: `job.${type}`, members: { ...members, principal: principalId, traceId } };
}

export function occurrenceEvent(observation: OccurrenceObservation): LogEvent | undefined {
  const { type, ...members } = observation;
  if (observation.type === 'health_check') {
    return observation.outcome === 'failed' ? { event: 'health_check.failed', members } : undefined;
  }
  const event = OCCURRENCE_NAMES[type];
  return event === undefined ? undefined : { event, members };
}

/** The name, the sentence and the call it belongs to; not the stack, and not what caused it: that is in the log. */
function told({ errorName, message, facts: { requestId } }: CallError): Record<string, unknown> {
  return { error: errorName, message, ...(requestId !== undefined && { requestId }) };
}
