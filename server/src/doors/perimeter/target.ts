import { CallError } from '@callsheet/protocol';

/** Query members that carry credentials elsewhere. Links to assets use `exp` and `sig`, which open one file for a while. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'access_token',
  'api_key',
  'apikey',
  'authorization',
  'jwt',
  'key',
  'ticket',
  'token',
  'x_api_key',
]);

/**
 * Refuses a request target with a credential in it: URLs end up in logs, histories and Referer headers (RFC 6750 §5.3).
 * The target may be anything a stranger can send; what is no URL carries no query and is left to the router.
 *
 * @throws CallError UNAUTHENTICATED, whether the credential is good or not
 */
export function refuseCredentialInTarget(target: string | undefined): void {
  if (target === undefined) return;
  const at = target.indexOf('?');
  const query = at < 0 ? '' : target.slice(at + 1);
  const path = at < 0 ? target : target.slice(0, at);
  // The absolute form may carry user name and password before the host.
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/]*@/i.test(path)) refuse('a user name');
  if (query === '') return;
  for (const name of new URLSearchParams(query).keys()) {
    const plain = name.trim().toLowerCase().replaceAll('-', '_');
    if (CREDENTIALS.has(plain)) refuse(`"${plain}"`);
  }
}

function refuse(what: string): never {
  throw new CallError(
    'UNAUTHENTICATED',
    `Cannot take ${what} from the URL: credentials never belong in a URL, where logs and histories keep them; send the Authorization header, or open the session by message, and replace this credential`,
  );
}
