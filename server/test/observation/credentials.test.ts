import { type KeyObject, randomBytes } from 'node:crypto';
import { CallError, CHANNELS, type CredentialObservation } from '@callsheet/protocol';
import { expect } from 'chai';
import { signRequest } from '../../src/auth/hmac/sign.ts';
import type { Identity } from '../../src/auth/identity.ts';
import { observedCheck, observedLogin } from '../../src/auth/observed-check.ts';
import { type Identities, openIdentities } from '../../src/auth/open-identities.ts';
import { openStorage, type Storage } from '../../src/storage.ts';
import { forge, goodClaims, NOW } from '../auth/tokens/forge.ts';
import { type KeyPublisher, keyPublisher } from '../auth/tokens/key-publisher.ts';
import { ec } from '../auth/tokens/keys-of-test.ts';
import { load } from '../config/loaded.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { ALICE, HERE, identityOf, settled } from '../session/talk.ts';
import { useTempDir } from '../temp-dir.ts';
import { hear } from './heard.ts';

const KEY = 'a-key-with-enough-characters';
const FARM = { id: 'farm', secret: 'a-secret-of-the-render-farm-000000' };
const ISSUER = 'https://issuer.example';

describe('what is told of credentials', () => {
  const shown = hear<CredentialObservation>(CHANNELS.credential);
  const outcomes = (): string[] => shown.splice(0).map(({ scheme, outcome }) => `${scheme} ${outcome}`);

  describe('by the checks of a gateway', () => {
    let storage: Storage | undefined;
    let identities: Identities | undefined;
    let publisher: KeyPublisher | undefined;
    let clock: FakeClock;
    // Before the folder goes.
    afterEach(async () => {
      await identities?.close();
      storage?.events.close();
      storage?.engine.close();
      await publisher?.close();
      [identities, storage, publisher] = [undefined, undefined, undefined];
    });
    const folder = useTempDir();

    async function open(toml = ''): Promise<Identities> {
      // Not on a full second: what was signed in the one of the start cannot be told from what was signed before.
      clock = new FakeClock(NOW * 1000 + 500);
      const text = `[server]\ndata_dir = ${JSON.stringify(folder())}\n${toml}`;
      const { config } = load(text);
      const log = keptLog();
      storage = await openStorage(config, { clock, log, baseUrl: () => 'http://gate.test', mayTouch: () => true });
      identities = await openIdentities(config, {
        ...{ storage, clock, log, isRole: () => true, admitOrigin: () => {} },
        onRefused: () => {},
        onLogin: () => {},
      });
      return identities;
    }
    const show = async (look: () => unknown): Promise<string[]> => {
      await Promise.resolve()
        .then(look)
        .catch((error: unknown) => {
          if (!CallError.is(error)) throw error;
        });
      await settled();
      return outcomes();
    };

    it('is a key, good or not, whatever header or message it came in', async () => {
      const { authenticator } = await open(`[auth.api_keys]\nalice = { key = "${KEY}", role = "admin" }\n`);
      const withHeader = (name: string, value: string) =>
        show(() => authenticator.fromHeaders({ [name]: value }, HERE));
      expect(await withHeader('authorization', `Bearer ${KEY}`)).to.deep.equal(['api_key ok']);
      expect(await withHeader('x-api-key', KEY)).to.deep.equal(['api_key ok']);
      expect(await withHeader('x-api-key', 'wrong')).to.deep.equal(['api_key bad']);
      expect(await show(() => authenticator.fromCredential({ type: 'apiKey', apiKey: KEY }, HERE))).to.deep.equal([
        'api_key ok',
      ]);
      expect(await withHeader('authorization', 'Basic abc'), 'no scheme of ours').to.deep.equal([]);
      expect(await show(() => authenticator.fromHeaders({}, HERE)), 'nothing shown').to.deep.equal([]);
    });

    it('is a token that is good, has run out, or never was', async () => {
      const { authenticator, tokens } = await open();
      const { token } = tokens.issuer.issue({ sub: 'ada', role: 'user' });
      const bear = (text: string) => show(() => authenticator.fromCredential({ type: 'jwt', token: text }, HERE));
      expect(await bear(token)).to.deep.equal(['jwt ok']);
      expect(await bear(token), 'out of the memory').to.deep.equal(['jwt ok']);
      expect(await bear(`${token.slice(0, -4)}AAAA`)).to.deep.equal(['jwt bad']);
      clock.advance(3_600_000);
      expect(await bear(token)).to.deep.equal(['jwt expired']);
      expect(await bear('eyJ.x.y'), 'after one that had run out').to.deep.equal(['jwt bad']);
    });

    it('is a token of another issuer, once its keys have come', async () => {
      publisher = await keyPublisher();
      const jwk = { ...ec.publicKey.export({ format: 'jwk' }), use: 'sig', kid: 'e' };
      publisher.answer({ keys: [jwk] });
      const { authenticator } = await open(`[auth]\njwks_url = "${publisher.url}"\njwks_issuer = "${ISSUER}"\n`);
      const of = (claims: object, key: KeyObject = ec.privateKey): string =>
        forge({ alg: 'ES256', kid: 'e', typ: 'JWT' }, { ...goodClaims, iss: ISSUER, ...claims }, key);
      const bear = (token: string) => show(() => authenticator.fromHeaders({ authorization: `Bearer ${token}` }, HERE));
      expect(await bear(of({}))).to.deep.equal(['jwt ok']);
      expect(await bear(of({ iat: NOW - 7_200, exp: NOW - 3_600 }))).to.deep.equal(['jwt expired']);
      expect(await bear(of({ aud: 'another' }))).to.deep.equal(['jwt bad']);
    });

    it('is a signature that is good, a copy, late, or wrong', async () => {
      const { authenticator } = await open(
        `[auth.hmac_clients]\n${FARM.id} = { secret = "${FARM.secret}", role = "user" }\n`,
      );
      const sign = (signer = FARM) => {
        const { authorization } = signRequest(signer, { url: 'ws://localhost/rpc' }, { now: () => clock.now() });
        return () => authenticator.fromHeaders({ authorization }, HERE);
      };
      expect(await show(sign()), 'in the second of the start').to.deep.equal(['hmac limited']);
      clock.advance(5_000);
      const first = sign();
      expect(await show(first)).to.deep.equal(['hmac ok']);
      expect(await show(first)).to.deep.equal(['hmac replay']);
      expect(await show(sign({ ...FARM, secret: 'another-secret-of-the-same-length-00' }))).to.deep.equal(['hmac bad']);
      const late = sign();
      clock.advance(3_600_000);
      expect(await show(late)).to.deep.equal(['hmac expired']);
    });

    it('is a ticket, which is good once', async () => {
      const { authenticator, tickets } = await open();
      const { ticket } = tickets.issue(identityOf(ALICE), 'https://app.example');
      const at = { ...HERE, origin: 'https://app.example' };
      const redeem = () => show(() => authenticator.fromCredential({ type: 'ticket', ticket }, at));
      expect(await redeem()).to.deep.equal(['ticket ok']);
      expect(await redeem()).to.deep.equal(['ticket bad']);
    });

    it('is a client certificate that stands for somebody, unless another credential is shown', async () => {
      const { authenticator } = await open(`[auth.api_keys]\nalice = { key = "${KEY}", role = "admin" }\n`);
      const certificate = identityOf(ALICE, { means: 'certificate', credential: 'farm' });
      const at = { ...HERE, certificate };
      expect(await show(() => authenticator.fromHeaders({}, at))).to.deep.equal(['certificate ok']);
      expect(await show(() => authenticator.fromHeaders({ 'x-api-key': KEY }, at))).to.deep.equal(['api_key ok']);
    });

    it('is a password, and how often it may be tried', async () => {
      const { login } = await open('[limits]\nmax_wrong_credentials = 1\n');
      const wrong = () => login.login({ username: 'nobody', password: 'correct horse', address: '192.0.2.7' });
      expect(await show(wrong)).to.deep.equal(['password bad']);
      expect(await show(wrong)).to.deep.equal(['password limited']);
    });
  });

  describe('by one check', () => {
    const clock = new FakeClock();
    const good = identityOf(ALICE);

    it('is how long it took, also when it had to wait', async () => {
      let answer: (identity: Identity | undefined) => void = () => {};
      const check = observedCheck(
        'jwt',
        clock,
        () =>
          new Promise<Identity | undefined>((resolve) => {
            answer = resolve;
          }),
      );
      const checked = check();
      expect(shown).to.deep.equal([]);
      clock.advance(40);
      answer(good);
      expect(await checked).to.equal(good);
      expect(shown).to.deep.equal([{ scheme: 'jwt', outcome: 'ok', durationMs: 40 }]);
    });

    it('is that it was not looked at, when the check throws or rejects; whoever waits hears why', async () => {
      const full = new CallError('TOO_MANY_IN_FLIGHT', 'no room');
      const throwing = observedCheck('hmac', clock, () => {
        throw full;
      });
      expect(throwing).to.throw(full.message);
      const rejecting = observedCheck('jwt', clock, () => Promise.reject<Identity | undefined>(full));
      const unhandled: unknown[] = [];
      const note = (reason: unknown): void => void unhandled.push(reason);
      process.on('unhandledRejection', note);
      try {
        expect(await rejecting().catch((error: unknown) => error)).to.equal(full);
        await settled();
      } finally {
        process.off('unhandledRejection', note);
      }
      expect(unhandled).to.deep.equal([]);
      expect(outcomes()).to.deep.equal(['hmac limited', 'jwt limited']);
    });

    it('is a login by its end: let in, refused, or not tried', async () => {
      const ends: (CallError | undefined)[] = [
        undefined,
        new CallError('UNAUTHENTICATED', 'wrong'),
        new CallError('RATE_LIMITED', 'too often', { retryAfterMs: 1 }),
        new CallError('TOO_MANY_IN_FLIGHT', 'too many at once', { retryAfterMs: 1 }),
      ];
      const login = observedLogin(clock, async (end: CallError | undefined) => {
        clock.advance(3);
        if (end !== undefined) throw end;
        return randomBytes(4);
      });
      for (const end of ends) await login(end).catch((error: unknown) => expect(error).to.equal(end));
      expect(shown.every(({ durationMs }) => durationMs === 3)).to.equal(true);
      expect(outcomes()).to.deep.equal(['password ok', 'password bad', 'password limited', 'password limited']);
    });
  });
});
