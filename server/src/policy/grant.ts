import type { AccessOf } from './access.ts';
import { isOfMethods, isPattern, matches } from './pattern.ts';
import { grantsOthers } from './role.ts';

/**
 * What one scope of a credential grants. A call needs one scope that grants both its method and its tool: were they put
 * together from two scopes, `tools:read` beside `tools/call` would grant more than either says.
 */
export interface Grant {
  readonly method: (action: string) => boolean;
  readonly tool: (tool: string) => boolean;
  readonly others: (action: string) => boolean;
}

/** Scopes that stand for what most clients want; they are what OAuth clients ask for. */
export const READ_SCOPE = 'tools:read';
export const CALL_SCOPE = 'tools:call';

// Both read assets: what a call made is no use to whoever may not fetch it.
const READING = ['tools/list', 'server/health', 'jobs/get', 'jobs/list', 'events/*', 'assets/read'];
const CALLING = ['tools/*', 'jobs/*', 'events/*', 'assets/*'];
const always = (): boolean => true;
const never = (): boolean => false;

/** Reads a scope. A text that is none grants nothing: tokens carry scopes that mean something elsewhere. */
export function grantOf(scope: string, accessOf: AccessOf): Grant {
  if (scope === READ_SCOPE) return { method: isRead, tool: always, others: never };
  if (scope === CALL_SCOPE) return { method: anyOf(CALLING), tool: always, others: never };
  if (!isPattern(scope)) return { method: never, tool: never, others: never };
  if (isOfMethods(scope)) {
    return { method: anyOf([scope]), tool: never, others: (action) => grantsOthers([scope], action) };
  }
  return { method: (action) => accessOf(action) === 'everyone', tool: anyOf([scope]), others: never };
}

/** The scope to ask for when a credential lacks the action. */
export function scopeFor(action: string): string {
  if (isRead(action)) return READ_SCOPE;
  return isCall(action) ? CALL_SCOPE : action;
}

const isRead = anyOf(READING);
const isCall = anyOf(CALLING);

function anyOf(patterns: readonly string[]): (name: string) => boolean {
  return (name) => patterns.some((pattern) => matches(pattern, name));
}
