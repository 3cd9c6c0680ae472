import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { forge } from '../../server/test/auth/tokens/forge.ts';
import { type Backend, startBackend } from './backend.ts';
import { useChromium } from './chromium.ts';
import type { PageGateway } from './page-gateway.ts';

const CLIENT = new URL('./pages/client.ts', import.meta.url);
const ADMIN = 'admin-key-of-the-browser-tests';
const TOKEN_SECRET = 'a-secret-others-sign-tokens-with-000';
const FARM_SECRET = 'a-secret-of-the-render-farm-000000';

/** A token of somebody the gateway trusts, good for so many seconds. */
function tokenFor(seconds: number): string {
  const now = Date.now() / 1000;
  const claims = { iss: 'callsheet', aud: 'callsheet', sub: 'ada', jti: randomUUID(), role: 'user' };
  return forge({ typ: 'JWT', alg: 'HS256', kid: 'others' }, { ...claims, iat: now, exp: now + seconds }, TOKEN_SECRET);
}

describe('a page that says who it is', () => {
  const chromium = useChromium();
  let gateway: PageGateway;
  let backend: Backend;
  before(async () => {
    gateway = await chromium.gateway({
      auth: {
        admin_key: ADMIN,
        hmac_clients: { farm: { secret: FARM_SECRET, role: 'user' } },
        jwt_keys: { others: { alg: 'HS256', secret: TOKEN_SECRET } },
      },
    });
    backend = await startBackend(chromium.origin, () => gateway.ticket());
  });
  after(() => backend?.close());

  it('gets tickets from its own server, a new one for every connection', async () => {
    const page = await chromium.open(CLIENT);
    const results = await page.evaluate(
      async ({ url, login, ticket }) => {
        await fetch(login, { method: 'POST', credentials: 'include' });
        const client = sdk.createClient({ url, auth: { type: 'ticket', ticket: sdk.ticketFrom(ticket) } });
        const first = await client.call('diagnostics_echo', { value: 1 });
        const second = await sdk.connect({ url, auth: { type: 'ticket', ticket: sdk.ticketFrom(ticket) } });
        const answer = await second.call('diagnostics_echo', { value: 2 });
        await Promise.all([client.close(), second.close()]);
        return [first, answer];
      },
      { url: gateway.url, login: backend.login, ticket: backend.ticket },
    );
    expect(results).to.deep.equal([{ value: 1 }, { value: 2 }]);
  });

  it('hears in one sentence that nobody is logged in', async () => {
    chromium.allow(/401/);
    const page = await chromium.open(CLIENT);
    const refusal = await page.evaluate(
      async ({ url, ticket }) => {
        const client = sdk.createClient({ url, auth: { type: 'ticket', ticket: sdk.ticketFrom(ticket) } });
        const error = await client.connect().catch((thrown) => thrown);
        await client.close();
        return { isAuth: sdk.AuthError.is(error), message: error.message };
      },
      { url: gateway.url, ticket: backend.ticket },
    );
    expect(refusal).to.deep.equal({
      isAuth: true,
      message: `Cannot get a ticket from "${backend.ticket}": HTTP 401; log in again`,
    });
  });

  it('swaps its token inside the session, while calls go on', async () => {
    const page = await chromium.open(CLIENT);
    await page.exposeFunction('tokenFor', tokenFor);
    const seen = await page.evaluate(async (url) => {
      const { tokenFor } = window as unknown as { tokenFor: (seconds: number) => Promise<string> };
      const reasons: string[] = [];
      const token = ({ reason }: { reason: string }): Promise<string> => {
        reasons.push(reason);
        return tokenFor(3);
      };
      const client = sdk.createClient({ url, auth: { type: 'jwt', token } });
      let disconnects = 0;
      client.on('disconnect', () => disconnects++);
      const { id } = await client.connect();
      let dropped = 0;
      // Until the second token is replaced as well, one call after the other.
      while (reasons.length < 3) {
        await client.call('diagnostics_echo', { value: 1 }).then(undefined, () => dropped++);
      }
      const same = (await client.connect()).id === id;
      await client.close();
      return { reasons, disconnects, dropped, same };
    }, gateway.url);
    expect(seen).to.deep.include({ disconnects: 0, dropped: 0, same: true });
    expect(seen.reasons).to.deep.equal(['connect', 'expiring', 'expiring']);
  });

  it('signs with a key that cannot be read, and finds it again after a reload', async () => {
    const page = await chromium.open(CLIENT);
    await page.evaluate(async (secret) => {
      const key = await sdk.importSecret(secret);
      const request = indexedDB.open('keys', 1);
      request.onupgradeneeded = () => request.result.createObjectStore('keys');
      await new Promise((resolve) => {
        request.onsuccess = resolve;
      });
      const writing = request.result.transaction('keys', 'readwrite');
      writing.objectStore('keys').put(key, 'farm');
      await new Promise((resolve) => {
        writing.oncomplete = resolve;
      });
      request.result.close();
    }, FARM_SECRET);
    await page.reload();
    const seen = await page.evaluate(async (url) => {
      const request = indexedDB.open('keys', 1);
      await new Promise((resolve) => {
        request.onsuccess = resolve;
      });
      const reading = request.result.transaction('keys').objectStore('keys').get('farm');
      await new Promise((resolve) => {
        reading.onsuccess = resolve;
      });
      const secret: CryptoKey = reading.result;
      const exported = await crypto.subtle.exportKey('raw', secret).catch((error) => error.name);
      const client = sdk.createClient({ url, auth: { type: 'hmac', clientId: 'farm', secret } });
      const answer = await client.call('diagnostics_echo', { value: 7 });
      const { principal } = await client.connect();
      await client.close();
      return { exported, answer, id: principal.id };
    }, gateway.url);
    expect(seen).to.deep.equal({ exported: 'InvalidAccessError', answer: { value: 7 }, id: 'client:farm' });
  });

  it('reads why it was refused, and why its session ended', async () => {
    const page = await chromium.open(CLIENT);
    await page.exposeFunction('tokenFor', tokenFor);
    const seen = await page.evaluate(async (url) => {
      const { tokenFor } = window as unknown as { tokenFor: (seconds: number) => Promise<string> };
      const refused = sdk.createClient({ url, auth: { type: 'jwt', token: 'eyJ.wrong.token' } });
      const error = await refused.connect().catch((thrown) => thrown);
      const client = sdk.createClient({ url, auth: { type: 'jwt', token: await tokenFor(1) } });
      const ended = new Promise<{ code: number; reason: string }>((resolve) => {
        client.on('disconnect', ({ code, reason }) => resolve({ code, reason }));
      });
      await client.connect();
      return { isAuth: sdk.AuthError.is(error), name: error.wireName, ...(await ended), state: client.state };
    }, gateway.url);
    expect(seen).to.deep.include({ isAuth: true, name: 'UNAUTHENTICATED', code: 4401, state: 'closed' });
    expect(seen.reason).to.match(/expired|token|credential/i);
  });
});
