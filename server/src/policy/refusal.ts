import { CallError, type Principal } from '@callsheet/protocol';
import { CALL_SCOPE, scopeFor } from './grant.ts';
import type { Rights } from './rights.ts';

/** What an action is done to. */
export interface Resource {
  readonly tool?: string;
  /** The principal the thing belongs to. */
  readonly owner?: string;
  /** How the thing is called in NOT_FOUND, such as `the job "job_1"`: one that is missing must be refused in the same words. */
  readonly thing?: string;
}

/**
 * Why an action is refused: FORBIDDEN for a method, TOOL_DENIED for a tool, NOT_FOUND for what belongs to somebody else.
 * When the role would allow it and only the credential lacks the scope, `details.missingScope` names the one to ask for
 * (RFC 6750 §3.1 insufficient_scope).
 *
 * @param rights undefined for a role nobody described.
 */
export function refusal(
  rights: Rights | undefined,
  { role }: Principal,
  action: string,
  { tool, thing = 'it' }: Resource,
): CallError {
  if (rights === undefined) {
    return new CallError('FORBIDDEN', `Cannot use "${action}": no policy describes the role "${role}"`);
  }
  if (!rights.may(action)) {
    return rights.role.allowsMethod(action)
      ? lacking('FORBIDDEN', `use "${action}"`, scopeFor(action))
      : new CallError('FORBIDDEN', `Cannot use "${action}": the role "${role}" may not`);
  }
  if (tool !== undefined && !rights.may(action, tool)) {
    return rights.role.allowsTool(tool)
      ? lacking('TOOL_DENIED', `call "${tool}"`, CALL_SCOPE)
      : new CallError('TOOL_DENIED', `Cannot call "${tool}": the role "${role}" may not use it`);
  }
  return new CallError('NOT_FOUND', `Cannot find ${thing}: there is none with this id, or it is not yours`);
}

function lacking(name: 'FORBIDDEN' | 'TOOL_DENIED', what: string, missingScope: string): CallError {
  const sentence = `Cannot ${what}: the credential lacks the scope "${missingScope}"; use one that has it`;
  return new CallError(name, sentence, { details: { missingScope } });
}
