import type { EndpointCall } from '@callsheet/discovery';
import type { CallError, Json, Params, WireError } from '@callsheet/protocol';
import type { RpcConnection } from './rpc-connection.ts';

/** One request made for a call. */
export interface Exchange {
  readonly method: string;
  readonly params: (id: string) => Params;
  /** What an error of the other side means to the caller. */
  readonly refusal: (error: WireError) => CallError;
  /** Sent, and not wanted any more. */
  readonly abandoned?: (id: string, reason: CallError) => void;
  /** Takes the result that came after that; without it nobody waits for one. */
  readonly late?: (result: Json) => void;
}

/**
 * Sends one request for a call and answers its result. When nobody wants the answer any more it settles at once: nothing here
 * is held by the other side's work, and what it still says is left out.
 */
export function exchange(rpc: RpcConnection, call: EndpointCall, request: Exchange): Promise<Json> {
  const { method, params, refusal, abandoned, late } = request;
  return new Promise((resolve, reject) => {
    if (call.reason !== undefined) {
      reject(call.reason);
      return;
    }
    const id = rpc.request(method, params, (outcome) => {
      if (call.reason !== undefined && outcome.kind === 'success') late?.(outcome.result);
      if (outcome.kind === 'success') resolve(outcome.result);
      else reject(outcome.kind === 'failure' ? refusal(outcome.error) : outcome.error);
    });
    call.onAbort((reason) => {
      if (late === undefined) rpc.forget(id);
      abandoned?.(id, reason);
      reject(reason);
    });
  });
}
