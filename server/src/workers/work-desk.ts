import { type Asset, CallError, type Json, type JsonObject } from '@callsheet/protocol';
import type { Session } from '../session/session.ts';
import type { Registrations } from './registrations.ts';
import type { WorkerCall } from './worker-call.ts';

/** Requests one call may have under way at once. */
const MOST_AT_ONCE = 64;
/** Calls it may make and stages it may remember in all: each may cost money or stay on the disk. */
const MOST_IN_ALL = 10_000;

/** What an earlier attempt remembered, if it did. */
export type Recalled = { readonly found: true; readonly value: Json } | { readonly found: false };

/**
 * Serves what a worker asks for a call it works on, from the context of that call: it can do nothing its caller may not. A
 * call is looked up among those of the session's own registration; the id of another worker's is NOT_FOUND, like one that
 * never was.
 */
export class WorkDesk {
  readonly #registrations: Pick<Registrations, 'of'>;

  constructor(registrations: Pick<Registrations, 'of'>) {
    this.#registrations = registrations;
  }

  /** Calls another tool, as the same caller. Rejects with what the tool or the road to it says. */
  call(session: Session, work: string, tool: string, args: JsonObject): Promise<Json> {
    return this.#serve(session, work, ({ context }) => context.call(tool, args), 1);
  }

  /** What an earlier attempt of the job remembered. Stores nothing. */
  recall(session: Session, work: string, key: string): Promise<Recalled> {
    return this.#serve(session, work, async ({ context }): Promise<Recalled> => {
      checkKey(key);
      try {
        return { found: true, value: await context.memo<Json>(key, nothing) };
      } catch (error) {
        if (error === NOTHING) return { found: false };
        throw error;
      }
    });
  }

  /**
   * Remembers a value durably, unless something is remembered under the key already; answers what is. Rejects with CONFLICT
   * when the attempt is over. Outside a job nothing is kept.
   */
  remember(session: Session, work: string, key: string, value: Json): Promise<Json> {
    return this.#serve(
      session,
      work,
      async ({ context }) => {
        checkKey(key);
        for (;;) {
          try {
            return await context.memo<Json>(key, async () => value);
          } catch (error) {
            // Somebody was looking the key up in this moment, and this waited for the same answer.
            if (error !== NOTHING) throw error;
          }
        }
      },
      1,
    );
  }

  /** A stored file the caller may read, and where to fetch it. Rejects with NOT_FOUND. */
  link(session: Session, work: string, ref: string): Promise<{ readonly url: string; readonly asset: Asset }> {
    return this.#serve(session, work, async ({ context }) => {
      // The stream is not begun, and so no file is open.
      const { asset } = await context.assets.open(ref);
      return { url: asset.url, asset };
    });
  }

  async #serve<T>(
    session: Session,
    work: string,
    serve: (call: WorkerCall['call']) => Promise<T>,
    leavesSomething: 0 | 1 = 0,
  ): Promise<T> {
    const held = this.#registrations.of(session).facts.link.find(work);
    if (held === undefined) throw noSuchWork(work);
    if (held.nested >= MOST_AT_ONCE) {
      throw new CallError(
        'TOO_MANY_IN_FLIGHT',
        `Cannot do more than ${MOST_AT_ONCE} things at once for one call; wait for an answer`,
        { retryAfterMs: 50 },
      );
    }
    if (held.inAll + leavesSomething > MOST_IN_ALL) {
      throw new CallError(
        'QUOTA_EXCEEDED',
        `Cannot make more than ${MOST_IN_ALL} calls and remembered stages for one call; do less in one call`,
        { retryable: false },
      );
    }
    held.inAll += leavesSomething;
    held.nested += 1;
    try {
      return await serve(held.call);
    } catch (error) {
      held.refuse(CallError.from(error).errorName);
      throw error;
    } finally {
      held.nested -= 1;
    }
  }
}

/** Thrown to leave a memo without storing anything. */
const NOTHING = new CallError('NOT_FOUND', 'Nothing is remembered under this key');

function nothing(): Promise<never> {
  return Promise.reject(NOTHING);
}

/** @throws CallError INVALID_PARAMS for a key the ledger would not take */
function checkKey(key: string): void {
  if (!key.includes('\0')) return;
  throw new CallError('INVALID_PARAMS', 'Cannot remember under a key with a NUL character; use 1 to 512 others');
}

function noSuchWork(work: string): CallError {
  return new CallError(
    'NOT_FOUND',
    `Cannot do anything for "${work.slice(0, 64)}": no such call is in flight on this connection`,
  );
}
