import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { TokenIssuer } from '../../../src/auth/tokens/issuer.ts';
import { openTokens, type TokenSettings } from '../../../src/auth/tokens/open.ts';
import { useTempDir } from '../../temp-dir.ts';
import { clock as clockOfTest } from './forge.ts';
import { partnerRsa } from './keys-of-test.ts';

const settings: TokenSettings = {
  ...{ jwtIssuer: 'callsheet', jwtAudience: 'callsheet', jwtKeys: {} },
  ...{ jwtMaxLifetimeS: 86_400, jwtToleranceS: 5, accessTtlS: 900 },
};

describe('token issuer', () => {
  const directory = useTempDir();

  async function house(more: Partial<TokenSettings> = {}) {
    const clock = clockOfTest();
    clock.advance(123);
    const isRole = (role: string): boolean => role === 'user';
    const tokens = await openTokens({ ...settings, ...more }, { dataDir: directory(), clock, isRole });
    return { clock, ...tokens };
  }

  it('issues what the verifier takes, for fifteen minutes', async () => {
    const { issuer, verifier, clock } = await house();
    const { token, expiresIn, expiresAt, jti } = issuer.issue({ sub: 'ada', role: 'user' });
    expect(expiresIn).to.equal(900);
    const identity = verifier.identify(token);
    expect(identity).to.deep.include({ credential: jti, expiresAt, means: 'jwt' });
    expect(identity?.principal).to.deep.equal({ id: 'user:ada', role: 'user', scopes: [] });
    clock.advance(906_000);
    expect(verifier.identify(token)).to.equal(undefined);
  });

  it('narrows a token to scopes, and refuses to issue one for nothing', async () => {
    const { issuer, verifier } = await house();
    const { token } = issuer.issue({ sub: 'ada', role: 'user', scopes: ['tools:read', 'keys/*'] });
    expect(verifier.identify(token)?.principal.scopes).to.deep.equal(['tools:read', 'keys/*']);
    expect(() => issuer.issue({ sub: 'ada', role: 'user', scopes: [] })).to.throw('no scopes');
  });

  it('issues a token that outlives the revocation of all older ones in the same millisecond', async () => {
    const { issuer, verifier, revocations } = await house();
    const before = issuer.issue({ sub: 'ada', role: 'user' });
    await revocations.revokeSubject('ada');
    const after = issuer.issue({ sub: 'ada', role: 'user', at: revocations.firstGoodMoment('ada') });
    expect(verifier.identify(before.token)).to.equal(undefined);
    expect(verifier.identify(after.token)).to.not.equal(undefined);
  });

  it('gives every token another id', async () => {
    const { issuer } = await house();
    const ids = new Set(Array.from({ length: 100 }, () => issuer.issue({ sub: 'ada', role: 'user' }).jti));
    expect(ids.size).to.equal(100);
  });

  it('signs with the key of the data directory, so that tokens outlive a restart', async () => {
    const { token } = (await house()).issuer.issue({ sub: 'ada', role: 'user' });
    expect((await house()).verifier.identify(token)).to.not.equal(undefined);
    expect(statSync(join(directory(), 'auth', 'token-key')).size).to.be.greaterThan(0);
  });

  it('refuses a weak secret, a life longer than any may be, and a key it cannot sign with', async () => {
    const fault = (more: Partial<TokenSettings>): Promise<string> =>
      house(more).then(
        () => expect.fail('it started'),
        (error: Error) => error.message,
      );
    expect(await fault({ jwtSecret: 'x'.repeat(31) })).to.contain('31 bytes');
    expect(await fault({ accessTtlS: 86_401 })).to.contain('auth.access_ttl_s');
    const parts = { issuer: 'callsheet', audience: 'callsheet', now: () => 0 };
    expect(() => new TokenIssuer({ ...parts, key: partnerRsa })).to.throw('it is there to verify');
  });
});
