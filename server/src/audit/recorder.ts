import { randomBytes } from 'node:crypto';
import { type AuditTrail, resultDigest } from '@callsheet/monitoring';
import { type AnswerSecurity, type CallError, ERRORS, type ErrorName } from '@callsheet/protocol';
import type { ConnectionFacts } from '../auth/connection-facts.ts';
import type { Identity } from '../auth/identity.ts';
import type { LoginEvent } from '../auth/login/login-service.ts';
import type { Clock } from '../clock.ts';
import type { Outcome } from '../idempotency/kept-calls.ts';
import type { ToolCall } from '../pipeline/layer.ts';

/** Where a call came from, as its session knows. */
export interface CallOrigin {
  readonly identity: Identity | undefined;
  readonly connection: ConnectionFacts;
}

export interface RecorderParts {
  readonly trail: AuditTrail;
  readonly clock: Pick<Clock, 'now'>;
  /** Of the policy in force. */
  readonly policyVersion: () => string;
  readonly random?: (bytes: number) => Buffer;
}

/** Refusals by somebody's decision, as opposed to mistakes: they are written down whatever the tool. */
const REFUSALS: ReadonlySet<ErrorName> = new Set([
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'FORBIDDEN',
  'PATH_NOT_ALLOWED',
  'TOOL_DENIED',
  'ORIGIN_NOT_ALLOWED',
  'REQUEST_TOO_LARGE',
  'ARRAY_TOO_LARGE',
  'URL_NOT_ALLOWED',
  'CONTENT_REFUSED',
  'RATE_LIMITED',
  'QUOTA_EXCEEDED',
]);

/** Calls that never began because they were written wrongly, or came at a bad time. */
const SLIPS: ReadonlySet<ErrorName> = new Set([
  'INVALID_PARAMS',
  'IDEMPOTENCY_IN_PROGRESS',
  'IDEMPOTENCY_MISMATCH',
  'TOO_MANY_IN_FLIGHT',
  'OVERLOADED',
  'DRAINING',
]);

const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['tools/call', 'jobs/submit', 'session/open']);

const REFUSED_LOGINS: ReadonlySet<LoginEvent['what']> = new Set([
  'login refused',
  'refresh refused',
  'refresh token used twice',
]);

/** Says in the words of the audit trail what the gateway decided. */
export class Recorder {
  readonly #trail: AuditTrail;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #policyVersion: () => string;
  readonly #random: (bytes: number) => Buffer;

  constructor({ trail, clock, policyVersion, random = randomBytes }: RecorderParts) {
    this.#trail = trail;
    this.#clock = clock;
    this.#policyVersion = policyVersion;
    this.#random = random;
  }

  /** A call that changed something; answers what ties its answer to the line written here. */
  changed(call: ToolCall, result: unknown): AnswerSecurity {
    const { principal, tool } = call;
    const serverTs = new Date(this.#clock.now()).toISOString();
    const nonce = this.#random(16).toString('base64url');
    const digest = resultDigest(JSON.stringify(result) ?? 'null');
    const auditSig = this.#trail.sign({ serverTs, nonce, principal: principal.id, tool: tool.name, digest });
    // In one text: members of these names are secrets elsewhere, and the redactor would hide them.
    this.#call(call, 'allowed', undefined, { answer: `${serverTs} ${nonce} ${auditSig}`, result: digest });
    return { auditSig, serverTs, nonce };
  }

  /** How a call ended whose caller was told that its connection is lost. */
  unheard(call: ToolCall, outcome: Outcome): void {
    if (call.tool.readOnly === true) return;
    if ('error' in outcome) this.failed(call, outcome.error);
    else this.changed(call, outcome.result);
  }

  /** A call that was refused, or that would have changed something and failed. Others are of no interest here. */
  failed(call: ToolCall, error: CallError): void {
    const refused = REFUSALS.has(error.errorName);
    const slip = SLIPS.has(error.errorName);
    if (refused || (call.tool.readOnly !== true && !slip)) this.#call(call, refused ? 'refused' : 'allowed', error, {});
  }

  /** A method somebody may not use, or not like this. Calls of tools are told by their layer, credentials by their check. */
  methodRefused(from: CallOrigin, method: string, error: CallError): void {
    if (!REFUSALS.has(error.errorName) || TOLD_ELSEWHERE.has(method)) return;
    this.#trail.record({ kind: 'method', ...originOf(from), action: method, decision: 'refused', code: error.code });
  }

  /** A connection nobody would be let in with: wrong host, foreign page, a credential in its URL, too many. */
  connectionRefused(address: string, error: CallError): void {
    if (!REFUSALS.has(error.errorName)) return;
    this.#trail.record({ kind: 'connection', action: 'connect', decision: 'refused', code: error.code, address });
  }

  /** A credential that was wrong, came from the wrong page, or after too many wrong ones. */
  credentialRefused({ address, path }: ConnectionFacts, means: string, { code }: CallError): void {
    this.#trail.record({
      kind: 'session',
      action: 'authenticate',
      decision: 'refused',
      code,
      address,
      details: { means, path },
    });
  }

  /** What happened at the login. Who could not be known is not written down: people type passwords where names belong. */
  login({ what, user, address }: LoginEvent): void {
    const decision = REFUSED_LOGINS.has(what) ? 'refused' : 'allowed';
    const code = decision === 'refused' ? ERRORS.UNAUTHENTICATED.code : undefined;
    const principal = user === undefined ? undefined : `user:${user}`;
    this.#trail.record({ kind: 'login', principal, action: what, decision, code, address });
  }

  /** Something an operator or the gateway itself did, such as a key that was made or a policy that changed. */
  did(
    kind: string,
    action: string,
    facts: { readonly by?: CallOrigin; readonly resource?: string; readonly details?: unknown },
  ): void {
    const { by, resource, details } = facts;
    this.#trail.record({ kind, action, resource, decision: 'allowed', details, ...originOf(by) });
  }

  #call(call: ToolCall, decision: 'allowed' | 'refused', error: CallError | undefined, facts: object): void {
    const { principal, tool, requestId, mode, args, meta, from } = call;
    this.#trail.record({
      kind: 'call',
      ...originOf(from),
      principal: principal.id,
      action: mode === 'submit' ? 'jobs/submit' : 'tools/call',
      resource: tool.name,
      decision,
      code: error?.code,
      requestId,
      details: {
        ...facts,
        role: principal.role,
        policy: this.#policyVersion().slice(0, 16),
        // What was asked for can be compared with a copy of the arguments, and cannot be read here.
        arguments: resultDigest(JSON.stringify(args)),
        ...(meta.dryRun === true && { dryRun: true }),
        // Answered with the outcome of another request under the same key: nothing was done for this one.
        ...(call.receipt?.replayed === true && { replayed: true }),
      },
    });
  }
}

function originOf(from: CallOrigin | undefined): { principal?: string; credential?: string; address?: string } {
  if (from === undefined) return {};
  const { identity, connection } = from;
  return {
    ...(identity !== undefined && { principal: identity.principal.id, credential: identity.credential }),
    address: connection.address,
  };
}
