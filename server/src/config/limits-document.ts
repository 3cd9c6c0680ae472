import { ALL } from './directory.ts';
import type { Setting } from './setting.ts';

/** What a caller meets beyond each bound, by setting. A test sees to it that none is left out. */
export const BEYOND: Readonly<Record<string, string>> = {
  'server.max_connections': '503 OVERLOADED before the upgrade, `Retry-After`',
  'limits.max_payload_bytes': 'REQUEST_TOO_LARGE; above four times that the connection ends with 1009',
  'limits.max_batch': 'one INVALID_REQUEST for the whole frame',
  'limits.max_depth': 'INVALID_REQUEST, found before anything is parsed',
  'limits.max_array_items': 'INVALID_REQUEST, found before anything is parsed',
  'limits.max_id_length': 'INVALID_REQUEST; the id is not sent back',
  'limits.max_method_length': 'INVALID_REQUEST',
  'limits.max_opening_bytes': 'REQUEST_TOO_LARGE, then 4400',
  'limits.max_unreadable': 'the connection ends with 1008',
  'limits.max_in_flight': 'TOO_MANY_IN_FLIGHT; the socket stays',
  'limits.max_in_flight_per_principal': 'TOO_MANY_IN_FLIGHT; the socket stays. A policy file says otherwise by role',
  'limits.opening_timeout_ms': 'the connection ends with 4408',
  'limits.heartbeat_ms': 'a ping',
  'limits.heartbeat_timeout_ms': 'the connection ends with 4408',
  'limits.max_connections_per_principal': '429 TOO_MANY_IN_FLIGHT at the upgrade; 1013 when it came by message',
  'limits.max_opening_per_address': '429 TOO_MANY_IN_FLIGHT at the upgrade',
  'limits.max_wrong_credentials': 'RATE_LIMITED with `retryAfterMs`; 4429 when it came by message',
  'limits.handshake_timeout_ms': '408, and the connection ends',
  'limits.pause_reading_bytes': 'nothing more is read from that peer until it has read',
  'limits.give_up_bytes': 'the connection ends with 1013',
  'limits.give_up_ms': 'the connection ends with 1013',
  'limits.resume_window_ms': 'the session ends; coming back opens a new one, `resumed: false`',
  'limits.max_resume_messages': 'the oldest are forgotten; whoever missed them gets `resumed: false`',
  'limits.max_resume_bytes': 'the oldest are forgotten; whoever missed them gets `resumed: false`',
  'limits.shed_memory_percent': '503 OVERLOADED before the upgrade',
  'limits.drop_memory_percent': 'the connections that hold most end with 1013',
  'rate.calls': 'RATE_LIMITED with the exact `retryAfterMs`. A policy file says otherwise by role',
  'rate.window_s': 'see rate.calls',
  'rate.burst': 'see rate.calls',
  'rate.global': 'RATE_LIMITED with the exact `retryAfterMs`',
  'rate.connection': 'RATE_LIMITED; after 1,000 refusals in a minute the connection ends with 4429',
  'rate.tools': 'RATE_LIMITED with the exact `retryAfterMs`',
  'idempotency.keep_ms': 'the same call under the same key runs again',
  'idempotency.max_keys': 'the keys of the calls that ended first are forgotten; OVERLOADED when all of them run',
  'idempotency.max_keys_per_principal': 'the same for the keys of that caller; TOO_MANY_IN_FLIGHT when all of them run',
  'idempotency.max_bytes': 'the oldest outcomes are forgotten with their keys',
  'idempotency.max_bytes_per_principal': 'the oldest outcomes of that caller are forgotten with their keys',
  'idempotency.max_result_bytes': 'it is answered and not kept: CONFLICT for the same call again, which does not run',
  'intake.max_bytes': 'REQUEST_TOO_LARGE for the job that fetches it',
  'workers.heartbeat_ms': 'see workers.suspect_after_ms',
  'workers.suspect_after_ms': 'no new calls until it is heard again; those in flight go on',
  'workers.dead_after_ms': 'it counts as gone; its calls end when its connection does',
  'workers.grace_ms': 'UPSTREAM_ERROR for its calls, `maybeExecuted`; jobs are queued again',
  'workers.forget_after_ms': 'it is no longer listed',
  'workers.keep_jobs_ms': 'the job is queued again',
  'workers.probe_timeout_ms': 'the check failed; after three in a row the worker is unhealthy',
  'workers.failures_in_row': 'no calls for workers.ejection_ms, unless half of all workers are out',
  'workers.queue': 'OVERLOADED with `retryAfterMs`; the call has not run',
  'workers.queue_wait_ms': 'OVERLOADED with `retryAfterMs`; the call has not run',
  'workers.retry_percent': 'the error of the first attempt',
  'workers.max_workers': 'the one dead for longest is forgotten; OVERLOADED for a new one when all are alive',
  'workers.max_asset_bytes': 'REQUEST_TOO_LARGE for the worker that stores it',
  'jobs.max_queued': 'OVERLOADED with `retryAfterMs`',
  'jobs.retention_days': 'the job is forgotten: NOT_FOUND',
  'assets.max_bytes': 'REQUEST_TOO_LARGE for the tool that stores it',
  'assets.max_upload_bytes': '413 REQUEST_TOO_LARGE, as soon as there is a byte too many',
  'assets.max_uploads': '429 TOO_MANY_IN_FLIGHT, `Retry-After`',
  'assets.upload_mib_per_day': '429 QUOTA_EXCEEDED, with the time until there is room in `Retry-After`',
  'assets.link_ttl_s': '401; ask for a new link',
  'auth.hmac_window_s': '401',
  'auth.jwt_max_lifetime_s': '401',
  'auth.jwt_tolerance_s': '401',
  'auth.access_ttl_s': 'TOKEN_EXPIRED, then 4401; `session/refresh` before that keeps the session',
  'auth.refresh_ttl_s': '401; log in again',
  'auth.ticket_ttl_s': 'UNAUTHENTICATED; ask for a new ticket',
};

/** docs/limits.md: the whole page, so that a test can hold it against the settings. */
export function limitsDocument(): string {
  const rows = ALL.filter(({ path }) => Object.hasOwn(BEYOND, path)).map(
    ({ path, setting }) => `| \`${path}\` | ${defaultOf(setting)} | ${setting.help} | ${BEYOND[path]} |`,
  );
  return `# Limits

Every bound there is, its default, and what a caller meets beyond it. All of them are settings
([settings.md](settings.md)); roles and tools get rates, windows and bounds of their arguments in a policy file. Overload is
answered, not suffered: an error that may be tried again says when, in \`retryAfterMs\` and \`Retry-After\`.

This page is written by \`npm run docs\` from the declaration the gateway checks against.

| setting | default | what it bounds | beyond it |
|---|---|---|---|
${rows.join('\n')}

Rates are counted by the generic cell rate algorithm: \`100/60s+20\` is one call each 600 ms for ever, and 21 at once after a
quiet time. In any t milliseconds at most burst + 1 + t · rate calls pass, a refused call costs nothing, and
\`retryAfterMs\` is the shortest wait after which the same call passes. Only verified callers are counted; before that it
is the address, an IPv6 network of 64 bits for one.

Not settings: a password may be tried five times and then once each three minutes for one user from one address, and
twenty times and then once each three minutes for one user from anywhere, right or wrong; a login may be refreshed 60 times
and then once each 30 s. Two passwords are checked at once, 32 wait, two
logins of one address at once. An HTTP answer nobody reads is given up after three to six times \`limits.give_up_ms\`. The answers of one batch have \`limits.give_up_bytes\`
together; members beyond are answered with OVERLOADED. A caller may have 32 sessions waiting to be resumed, and all of them
together 64 MiB of messages; beyond, the oldest or the heaviest ends.
`;
}

function defaultOf(setting: Setting): string {
  if (setting.kind === 'table') return 'none';
  if (setting.kind === 'integer' && typeof setting.default !== 'number') return setting.default.text;
  return String(setting.default);
}
