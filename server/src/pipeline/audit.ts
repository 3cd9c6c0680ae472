import { CallError } from '@callsheet/protocol';
import type { Recorder } from '../audit/recorder.ts';
import type { Layer } from './layer.ts';

/**
 * Writes to the audit trail what was refused and what changed something. Outermost, so that it sees every refusal. A call
 * of a tool that only reads goes its way unchanged: one more promise for each would cost more than the whole policy, and
 * the method that waits for the answer anyway tells the trail when it is refused. A retry is told by its method, too, in
 * the name of whoever asked for it.
 */
export function audit(recorder: Recorder): Layer {
  return (next) => (call) => {
    const reads = call.tool.readOnly === true;
    if (call.mode === 'retry' || (reads && call.mode === 'call' && !call.nested)) return next(call);
    const answer = next(call);
    const failed = (error: unknown): void => recorder.failed(call, CallError.from(error));
    if (reads || call.nested) {
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
