import type { Recorder } from '../audit/recorder.ts';
import { createKey, type KeyView, listKeys, revokeKey, rotateKey } from '../auth/key-admin.ts';
import { refuseMore } from '../auth/key-reach.ts';
import type { KeyStore } from '../auth/key-store.ts';
import type { KeyWish } from '../auth/key-wish.ts';
import type { Session } from '../session/session.ts';
import type { Method } from './method.ts';

export interface KeyMethodsOptions {
  readonly store: KeyStore;
  readonly now: () => number;
  readonly roles: () => readonly string[];
  /** Resolves when what was stored counts. */
  readonly refresh: () => Promise<void>;
  readonly recorder: Recorder | undefined;
}

type KeyMethods = 'keys/create' | 'keys/list' | 'keys/rotate' | 'keys/revoke';

/** `keys/*`. Whoever may use them can make a key for any role: they belong to administrators. */
export function keyMethods({ store, now, roles, refresh, recorder }: KeyMethodsOptions): Record<KeyMethods, Method> {
  /** What was stored counts before it is answered: the caller may use a new key, or rely on the end of an old one, at once. */
  const done = async <T>(session: Session, action: KeyMethods, kid: string, answer: T): Promise<T> => {
    await refresh();
    recorder?.did('key', action, { by: session, resource: kid });
    return answer;
  };
  return {
    'keys/create': async (params, { session }) => {
      const wish = params as unknown as KeyWish;
      refuseMore(session, wish, now());
      const made = await createKey(store, wish, { now, roles: roles() });
      return done(session, 'keys/create', made.record.kid, made);
    },
    'keys/list': async () => ({ keys: await listKeys(store, now) }),
    'keys/rotate': async ({ kid, graceMs }, { session }) => {
      const wish = { kid: String(kid), graceMs: typeof graceMs === 'number' ? graceMs : undefined };
      const mayHandle = (key: KeyView): void => refuseMore(session, key, now());
      const rotated = await rotateKey(store, wish, { now, mayHandle });
      return done(session, 'keys/rotate', rotated.replaced.kid, rotated);
    },
    'keys/revoke': async ({ kid }, { session }) => {
      const mayHandle = (key: KeyView): void => refuseMore(session, key, now());
      const record = await revokeKey(store, String(kid), now, { mayHandle });
      return done(session, 'keys/revoke', record.kid, { record });
    },
  };
}
