import { CallError, type Json, type JsonObject } from '@callsheet/protocol';
import { requestEnd, requestStart } from '../channels.ts';
import type { Clock } from '../clock.ts';
import type { Catalogue } from '../pipeline/catalogue.ts';
import type { Handler } from '../pipeline/layer.ts';
import { Cancellation } from '../session/cancellation.ts';
import { isObserved, ObservedRequest } from '../session/observed-request.ts';
import type { CallFrame, NestedCall } from './context.ts';

export interface NestedCallsParts {
  readonly catalogue: Pick<Catalogue, 'entry'>;
  /** The whole pipeline; put together later than this. */
  readonly pipeline: () => Handler;
  readonly nextRequestId: () => string;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** A tool that calls a tool takes the whole road again, as the same caller: it can do nothing its caller may not. */
export function nestedCalls({ catalogue, pipeline, nextRequestId, clock }: NestedCallsParts): NestedCall {
  return async (name, args, frame) => {
    const { principal, project, trace, dryRun, signal } = frame;
    const cancellation = Cancellation.following(signal);
    const requestId = nextRequestId();
    const now = clock.monotonic();
    const observation = isObserved() ? observe(name, args, frame, requestId, now) : undefined;
    const ended = (error: unknown): void => {
      if (observation === undefined) return;
      observation.endedAt = clock.monotonic();
      observation.error = error === undefined ? undefined : CallError.from(error);
      requestEnd.publish(observation);
    };
    try {
      const { tool, checkInput } = catalogue.entry(name);
      const answer = await pipeline()({
        tool,
        checkInput,
        args,
        meta: { project, ...trace, dryRun },
        principal,
        cancellation,
        requestId,
        now,
        observation,
        mode: 'call',
        retries: undefined,
        nested: true,
        from: undefined,
        receipt: undefined,
        progress: undefined,
      });
      ended(undefined);
      return answer as Json;
    } catch (error) {
      ended(error);
      throw error;
    } finally {
      cancellation.unfollow();
    }
  };
}

function observe(
  name: string,
  args: JsonObject,
  { principal, trace }: CallFrame,
  requestId: string,
  now: number,
): ObservedRequest {
  const params = { name, arguments: args, _meta: { ...trace } };
  const asking = { transport: 'internal', sessionId: '', principal } as const;
  const observation = new ObservedRequest({ method: 'tools/call', params }, asking, requestId, now, undefined);
  requestStart.publish(observation);
  return observation;
}
