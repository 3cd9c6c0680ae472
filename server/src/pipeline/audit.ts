import { CallError } from '@callsheet/protocol';
import type { Recorder } from '../audit/recorder.ts';
import type { Layer } from './layer.ts';

/**
 * Writes to the audit trail what was refused and what changed something. Outermost, so that it sees every refusal. A call
 * of a tool that only reads goes its way unchanged; the trail only hears of it when it fails. A retry is told by its method,
 * in the name of whoever asked for it.
 */
export function audit(recorder: Recorder): Layer {
  return (next) => (call) => {
    if (call.mode === 'retry') return next(call);
    const answer = next(call);
    const failed = (error: unknown): void => recorder.failed(call, CallError.from(error));
    if (call.tool.readOnly === true || call.nested) {
      answer.then(undefined, failed);
      return answer;
    }
    return answer.then(
      (result) => {
        const security = recorder.changed(call, result);
        if (call.receipt !== undefined) call.receipt.security = security;
        return result;
      },
      (error: unknown) => {
        failed(error);
        throw error;
      },
    );
  };
}
