import { join } from 'node:path';
import type { ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/settings.ts';
import { Guard } from '../limits/guard.ts';
import type { Storage } from '../storage.ts';
import { Authenticator, type AuthenticatorParts } from './authenticate.ts';
import { followFile } from './follow-file.ts';
import { keepKeysCurrent } from './follow-keys.ts';
import { HmacClients } from './hmac/hmac-clients.ts';
import { type HmacRequest, HmacVerifier } from './hmac/verify.ts';
import { authFolder } from './key-store.ts';
import { keepLastUsed } from './last-used.ts';
import { guardedLogin } from './login/guarded-login.ts';
import type { LoginEvent, LoginService } from './login/login-service.ts';
import { openLogin } from './login/open.ts';
import { observedCheck, observedLogin, type Refusal } from './observed-check.ts';
import { readIfThere } from './stored-file.ts';
import { Tickets } from './tickets.ts';
import { type JwksOptions, JwksVerifier } from './tokens/jwks.ts';
import { openTokens, type Tokens } from './tokens/open.ts';
import { REVOCATIONS_FILE } from './tokens/revocations.ts';

/** Everything that says who somebody is. */
export interface Identities {
  readonly authenticator: Authenticator;
  readonly tickets: Tickets;
  readonly tokens: Tokens;
  /** Logging in with a password. */
  readonly login: Pick<LoginService, 'login' | 'refresh' | 'logout'>;
  /** Reads the stored keys again; resolves when they count. */
  refreshKeys(): Promise<void>;
  /** Calls back when some credential may no longer be good: time to ask every session. */
  onChange(listener: () => void): void;
  /** Never rejects. */
  close(): Promise<void>;
}

export interface IdentitiesParts extends Pick<AuthenticatorParts, 'admitOrigin' | 'onRefused'> {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: ToolLog;
  readonly isRole: (role: string) => boolean;
  readonly onLogin: (event: LoginEvent) => void;
}

/** @throws Error for keys that are weak, damaged or cannot be read */
export async function openIdentities(config: Config, parts: IdentitiesParts): Promise<Identities> {
  const { auth, limits, server } = config;
  const { storage, clock, log, isRole, admitOrigin, onRefused, onLogin } = parts;
  const { ring, keys, engine } = storage;
  const listeners: (() => void)[] = [];
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const { dataDir } = server;
  const token: Refusal = { reason: 'bad' };
  const signature: Refusal = { reason: 'bad' };
  const onRefusedToken = (reason: string): void => {
    if (reason === 'expired') token.reason = reason;
    log.info({ reason }, 'refused a token');
  };
  const tokens = await openTokens(auth, { dataDir, clock, isRole, onRefused: onRefusedToken });
  const remote = await openRemote(config, parts, tokens, { onRefused: onRefusedToken, onWithdrawn: changed });
  const login = await openLogin({
    ...{ dataDir, engine, tokens, clock, log },
    refreshTtlSeconds: auth.refreshTtlS,
    onEvent: onLogin,
  });
  const clients = Object.entries(auth.hmacClients).map(([id, client]) => ({ id, ...client }));
  const hmac = new HmacVerifier({
    clients: new HmacClients(clients),
    clock,
    windowSeconds: auth.hmacWindowS,
    onRefused: (reason) => {
      signature.reason = reason;
    },
  });
  const tickets = new Tickets({ clock, ttlMs: auth.ticketTtlS * 1000 });
  const guard = new Guard({ clock, attempts: limits.maxWrongCredentials });
  const authenticator = new Authenticator({
    guard,
    checks: {
      key: observedCheck('api_key', clock, (key: string) => ring.identify(key)),
      token: observedCheck(
        'jwt',
        clock,
        (shown: string) => tokens.verifier.identify(shown) ?? remote?.identify(shown),
        token,
      ),
      signature: observedCheck('hmac', clock, (request: HmacRequest) => hmac.identify(request), signature),
      ticket: observedCheck('ticket', clock, (ticket: string, origin: string | undefined) =>
        tickets.redeem(ticket, origin),
      ),
    },
    admitOrigin,
    onRefused,
  });
  const followingKeys = keepKeysCurrent({ dataDir, ring, clock, log, changed });
  const revoked = join(authFolder(dataDir), REVOCATIONS_FILE);
  const followingRevocations = followFile(revoked, {
    ...{ clock, log, what: 'the revoked tokens' },
    read: async (): Promise<unknown> => JSON.parse((await readIfThere(revoked)) ?? 'null'),
    changed: (json) => {
      if (json !== null) tokens.revocations.adopt(json);
    },
  });
  const forget = tokens.revocations.onChange(changed);
  const writeLastUsed = keepLastUsed(ring, keys, { clock, log });
  return {
    authenticator,
    tickets,
    tokens,
    login: {
      login: observedLogin(clock, guardedLogin(login, guard)),
      refresh: (request) => login.refresh(request),
      logout: (request) => login.logout(request),
    },
    refreshKeys: () => followingKeys.refresh(),
    onChange: (listener) => void listeners.push(listener),
    close: async () => {
      forget();
      followingKeys.end();
      followingRevocations.end();
      await writeLastUsed();
    },
  };
}

function openRemote(
  { auth }: Config,
  { clock, log }: IdentitiesParts,
  { rules, revocations }: Tokens,
  hooks: Pick<JwksOptions, 'onRefused' | 'onWithdrawn'>,
): Promise<JwksVerifier> | undefined {
  const { jwksUrl: url, jwksIssuer: issuer, jwksAudience: audience = rules.audience } = auth;
  if (url === undefined || issuer === undefined) return undefined;
  return JwksVerifier.open({
    ...{ url, revocations, clock, ...hooks },
    rules: { ...rules, issuer, audience },
    // From this very machine nobody in between can exchange the keys.
    allowLoopbackHttp: true,
    onFault: (error) => log.warn({ fault: String(error) }, 'could not fetch the keys of the issuer'),
  });
}
