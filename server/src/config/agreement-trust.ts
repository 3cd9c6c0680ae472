import type { Given } from './found.ts';
import type { Problem } from './problems.ts';
import type { Config } from './settings.ts';

/** Says what is wrong with a role nobody describes. With a policy file it may be described there, and is looked for later. */
export function strangeRole(role: string, { file, roles }: Config['policy']): string | undefined {
  if (file !== undefined || Object.hasOwn(roles, role)) return undefined;
  const known = Object.keys(roles).join(', ');
  return `has the role "${role}"; expected one of ${known}, or a description of it in [policy.roles.${role}]`;
}

/** Signing clients, certificates and token keys that cannot be what they say. */
export function identities({ auth, policy }: Config, given: Given): Problem[] {
  const problems: Problem[] = [];
  const report = (path: string, name: string, says: string): void => {
    const found = given.get(path);
    if (found !== undefined) {
      problems.push({ source: found.source, key: `${found.key}.${JSON.stringify(name)}`, says });
    }
  };
  for (const [path, entries] of [
    ['auth.hmac_clients', auth.hmacClients],
    ['auth.certificates', auth.certificates],
  ] as const) {
    for (const [name, { role }] of Object.entries(entries)) {
      const strange = strangeRole(role, policy);
      if (strange !== undefined) report(path, name, strange);
    }
  }
  for (const [kid, { alg, keyFile, secret }] of Object.entries(auth.jwtKeys)) {
    const fits = alg === 'HS256' ? secret !== undefined && keyFile === undefined : keyFile !== undefined;
    const wanted = alg === 'HS256' ? 'a secret and no key_file' : 'a key_file with the public key';
    if (!fits || (alg !== 'HS256' && secret !== undefined))
      report('auth.jwt_keys', kid, `is for ${alg}; give it ${wanted}`);
  }
  return problems;
}

/** Settings of the connection that need each other. */
export function transport({ server, auth, limits }: Config, given: Given): Problem[] {
  const problems: Problem[] = [];
  const need = (path: string, fits: boolean, says: string): void => {
    const found = given.get(path);
    if (found !== undefined && !fits) problems.push({ source: found.source, key: found.key, says });
  };
  need('server.tls_cert', server.tlsKey !== undefined, 'needs server.tls_key beside it');
  need('server.tls_key', server.tlsCert !== undefined, 'needs server.tls_cert beside it');
  const certificates = server.tlsClientCertificates !== 'off';
  need(
    'server.tls_client_certificates',
    !certificates || server.tlsCa !== undefined,
    'needs server.tls_ca to check them',
  );
  need('auth.certificates', certificates, 'needs server.tls_client_certificates to be "accept" or "require"');
  need('auth.jwks_url', auth.jwksIssuer !== undefined, 'needs auth.jwks_issuer: whose keys are there');
  const paused = limits.pauseReadingBytes <= limits.giveUpBytes;
  const says = `does not fit: reading pauses at ${limits.pauseReadingBytes} unread bytes, and the connection ends at ${limits.giveUpBytes}`;
  need(given.has('limits.give_up_bytes') ? 'limits.give_up_bytes' : 'limits.pause_reading_bytes', paused, says);
  const shed = limits.shedMemoryPercent <= limits.dropMemoryPercent;
  const order = 'does not fit: connections are refused before others are ended';
  need(
    given.has('limits.drop_memory_percent') ? 'limits.drop_memory_percent' : 'limits.shed_memory_percent',
    shed,
    order,
  );
  return problems;
}
