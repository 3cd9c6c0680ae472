/**
 * Where a client stands.
 * - `idle`: made, nothing dialled yet; the first call or `connect()` dials.
 * - `connecting`: the first dial is under way.
 * - `ready`: a session is open; calls go out.
 * - `reconnecting`: there is no session, and the client dials again, now or after a pause. Calls wait.
 * - `draining`: no new calls are taken; the open ones may finish, across reconnects if it must be.
 * - `closed`: over for good, by `close()` or because no further dial can help. Calls are refused.
 */
export type ConnectionState = 'idle' | 'connecting' | 'ready' | 'reconnecting' | 'draining' | 'closed';
