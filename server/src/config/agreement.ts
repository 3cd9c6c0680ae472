import { identities, strangeRole, transport } from './agreement-trust.ts';
import { workersAgree } from './agreement-workers.ts';
import type { Given } from './found.ts';
import { ADMIN_KEY_NAME } from './keys.ts';
import { isLoopback } from './loopback.ts';
import type { Problem } from './problems.ts';
import type { Config } from './settings.ts';

/** Shorter keys can be guessed by a machine that has time. */
const STRONG_KEY_LENGTH = 16;

export interface Agreement {
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** Where settings, each right by itself, do not fit together. */
export function agree(config: Config, given: Given): Agreement {
  const keys = weakKeys(config, given);
  const workers = workersAgree(config, given);
  const problems = [
    ...windows(config, given),
    ...holders(config, given),
    ...keys.problems,
    ...identities(config, given),
    ...transport(config, given),
    ...workers.problems,
  ];
  return { problems, notes: [...keys.notes, ...workers.notes] };
}

function windows({ limits }: Config, given: Given): Problem[] {
  const found = given.get('limits.max_in_flight') ?? given.get('limits.max_in_flight_per_principal');
  if (found === undefined || limits.maxInFlight <= limits.maxInFlightPerPrincipal) return [];
  const says = `does not fit: ${limits.maxInFlight} calls in flight on one connection, but only ${limits.maxInFlightPerPrincipal} for its caller`;
  return [{ source: found.source, key: found.key, says }];
}

function holders({ auth, policy }: Config, given: Given): Problem[] {
  const found = given.get('auth.api_keys');
  if (found === undefined) return [];
  const problems: Problem[] = [];
  const names = new Map<string, string>(auth.adminKey === undefined ? [] : [[auth.adminKey, 'auth.admin_key']]);
  for (const [name, { key, role }] of Object.entries(auth.apiKeys)) {
    const at = `${found.key}.${JSON.stringify(name)}`;
    const report = (says: string): void => void problems.push({ source: found.source, key: at, says });
    const strange = strangeRole(role, policy);
    if (strange !== undefined) report(strange);
    const other = names.get(key);
    if (other !== undefined) report(`has the same key as ${other}; give each its own`);
    names.set(key, at);
    if (name === ADMIN_KEY_NAME && auth.adminKey !== undefined) {
      report('has the name under which auth.admin_key is known; call it something else');
    }
  }
  return problems;
}

/**
 * Keys taken over from MoneyPrinterTurbo may be as short as in its example, as long as only this machine can try them;
 * every other short key is refused.
 */
function weakKeys({ auth, server }: Config, given: Given): Agreement {
  const problems: Problem[] = [];
  const notes: string[] = [];
  const tolerated = isLoopback(server.host);
  const all = [
    { path: 'auth.admin_key', at: '', key: auth.adminKey ?? '' },
    ...Object.entries(auth.apiKeys).map(([name, { key }]) => ({
      path: 'auth.api_keys',
      at: `.${JSON.stringify(name)}`,
      key,
    })),
  ];
  for (const { path, at, key } of all) {
    const found = given.get(path);
    if (found === undefined || key.length >= STRONG_KEY_LENGTH) continue;
    const says = `has ${key.length} characters and can be guessed; expected ${STRONG_KEY_LENGTH} or more, such as "openssl rand -hex 32" makes`;
    if (found.key.startsWith('app.') && tolerated) {
      notes.push(`${found.source}: ${found.key}${at} ${says}`);
    } else problems.push({ source: found.source, key: found.key + at, says });
  }
  return { problems, notes };
}
