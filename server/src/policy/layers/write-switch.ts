import { CallError } from '@callsheet/protocol';
import type { Layer } from '../../pipeline/layer.ts';
import type { Policy } from '../policy.ts';

/**
 * Holds tools that change something to the two switches of the policy: with `allow_write: false` they may only say what
 * they would do, else TOOL_DENIED; with `dry_run: true` that is all they do, asked or not. Tools that only read pass.
 */
export function writeSwitch(policy: Policy): Layer {
  return (next) => (call) => {
    if (call.tool.readOnly === true) return next(call);
    const { rules } = policy;
    if (call.meta.dryRun === true || rules.dryRun) {
      // Whoever switched it on may not be who reads the answer.
      if (call.receipt !== undefined) call.receipt.dryRun = true;
      return next(call.meta.dryRun === true ? call : { ...call, meta: { ...call.meta, dryRun: true } });
    }
    return rules.allowWrite ? next(call) : Promise.reject(noChange(call.tool.name));
  };
}

function noChange(tool: string): CallError {
  const sentence = `Cannot call "${tool}": this gateway changes nothing now (allow_write is off); call it with _meta {"dryRun":true}`;
  return new CallError('TOOL_DENIED', sentence);
}
