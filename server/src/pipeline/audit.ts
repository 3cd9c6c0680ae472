import { CallError } from '@callsheet/protocol';
import type { Recorder } from '../audit/recorder.ts';
import type { Layer } from './layer.ts';

/**
 * Writes to the audit trail what was refused and what changed something. Outermost, so that it sees every refusal; calls
 * of tools that only read pass without a look at their answer.
 */
export function audit(recorder: Recorder): Layer {
  return (next) => async (call) => {
    try {
      const result = await next(call);
      if (call.tool.readOnly !== true && call.nested !== true) {
        const security = recorder.changed(call, result);
        if (call.receipt !== undefined) call.receipt.security = security;
      }
      return result;
    } catch (error) {
      recorder.failed(call, CallError.from(error));
      throw error;
    }
  };
}
