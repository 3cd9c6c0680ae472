import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeApiKey } from '../../src/auth/api-key.ts';
import { useBystander } from './bystander.ts';
import { Caller } from './caller.ts';
import { freshAddress, hostOf } from './doors.ts';
import { makeKey, operator } from './operator.ts';
import { exchange, RawConnection } from './raw-connection.ts';
import { ADMIN, BOB, HMAC_SECRET, type Target, TOKEN_SECRET, useTarget, writtenBy } from './target.ts';
import { tokenWith } from './wrong-credentials.ts';

const chance = (bytes: number, as: 'hex' | 'base64url' = 'base64url'): string => randomBytes(bytes).toString(as);

/** What people and programs keep secret, in the shapes it has. */
const SHAPES: Readonly<Record<string, () => string>> = {
  'an API key': () => makeApiKey('live').text,
  'a token': () => tokenWith({ jti: chance(16) }),
  'a ticket': () => `tkt_${chance(32)}`,
  'a resume token': () => `rsm_${chance(32)}`,
  'a refresh token': () => `rft_${chance(32)}`,
  'a secret for signatures': () => chance(32, 'hex'),
  'a key of a provider': () => `sk-proj-${chance(30)}`,
  'a password': () => `Pa55-${chance(12)}`,
};

type Plant = (target: Target, text: string) => Promise<unknown>;

/** A request of HTTP with the secret somewhere in it. */
const http =
  (
    line: (text: string) => string,
    headers: (text: string) => Record<string, string>,
    body = (_text: string) => '',
  ): Plant =>
  (target, text) => {
    const content = body(text);
    const all = {
      ...{ Host: hostOf(target), Connection: 'close', 'X-Forwarded-For': freshAddress() },
      ...(content !== '' && { 'Content-Type': 'application/json', 'Content-Length': `${Buffer.byteLength(content)}` }),
      ...headers(text),
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    return exchange(target, `${line(text)} HTTP/1.1\r\n${lines.join('')}\r\n${content}`);
  };

/** A header of an upgrade. */
const upgrade =
  (headers: (text: string) => Record<string, string>, path = (_text: string) => '/rpc'): Plant =>
  async (target, text) => {
    const connection = new RawConnection(target);
    await connection.upgrade({ 'X-Forwarded-For': freshAddress(), ...headers(text) }, path(text));
    connection.destroy();
  };

/** One message of a stranger, whatever becomes of it. */
const opening =
  (params: (text: string) => object): Plant =>
  async (target, text) => {
    const caller = await Caller.open(target, { address: freshAddress() });
    await caller.ask('session/open', params(text));
    caller.cut();
  };

/** One message of somebody who is known. */
const saying =
  (method: (text: string) => string, params: (text: string) => object = () => ({})): Plant =>
  async (target, text) => {
    const caller = await Caller.open(target, { key: BOB });
    await caller.ask(method(text), params(text));
    caller.cut();
  };
const calling = (name: (text: string) => string, args: (text: string) => object): Plant =>
  saying(
    () => 'tools/call',
    (text) => ({ name: name(text), arguments: args(text) }),
  );
const always = (word: string) => (): string => word;
const nothing = (): Record<string, string> => ({});

/** Right and wrong places, at every way in. */
const PLACES: Readonly<Record<string, Plant>> = {
  'a bearer at the upgrade': upgrade((text) => ({ Authorization: `Bearer ${text}` })),
  'basic credentials': upgrade((text) => ({
    Authorization: `Basic ${Buffer.from(`admin:${text}`).toString('base64')}`,
  })),
  'an unknown scheme': upgrade((text) => ({ Authorization: text })),
  'a signature': upgrade((text) => ({ Authorization: `CALLSHEET-HMAC-SHA256 id=studio, ts=1, nonce=x, sig=${text}` })),
  'the X-API-Key header': upgrade((text) => ({ 'X-API-Key': text })),
  'a cookie': upgrade((text) => ({ Cookie: `session=${text}` })),
  'a subprotocol': upgrade((text) => ({ 'Sec-WebSocket-Protocol': `bearer.${text}` })),
  'the query of a socket': upgrade(nothing, (text) => `/rpc?token=${text}`),
  'an unknown member of the query': upgrade(nothing, (text) => `/rpc?x=${text}`),
  'the path of a socket': upgrade(nothing, (text) => `/${text}`),
  'the Host header': upgrade((text) => ({ Host: text })),
  'the Origin header': upgrade((text) => ({ Origin: `https://${text}` })),
  'a forwarded address': upgrade((text) => ({ 'X-Forwarded-For': text })),
  'a user agent': upgrade((text) => ({ 'User-Agent': text })),
  'a bearer for a ticket': http(always('POST /v1/session/ticket'), (text) => ({ Authorization: `Bearer ${text}` })),
  'the body of a request for a ticket': http(always('POST /v1/session/ticket'), nothing, (text) =>
    JSON.stringify({ text }),
  ),
  'a bearer for a file': http(always('GET /assets/a/b/c.mp4'), (text) => ({ Authorization: `Bearer ${text}` })),
  'the signature of a link': http((text) => `GET /assets/a/audio/ast_0.wav?exp=1&sig=${text}`, nothing),
  'a path that is not there': http((text) => `GET /${text}`, nothing),
  'a user name in a URL': http((text) => `GET http://admin:${text}@localhost/`, nothing),
  'a broken request line': http((text) => `${text} / x`, nothing),
  'a password at the login': http(always('POST /api/auth/login'), nothing, (password) =>
    JSON.stringify({ username: 'ann', password }),
  ),
  'a user name at the login': http(always('POST /api/auth/login'), nothing, (username) =>
    JSON.stringify({ username, password: 'x' }),
  ),
  'a login that is no JSON': http(always('POST /api/auth/login'), nothing, (text) => `{"password":"${text}`),
  'a token to refresh with': http(always('POST /api/auth/refresh'), nothing, (refresh_token) =>
    JSON.stringify({ refresh_token }),
  ),
  'a token to log out with': http(always('POST /api/auth/logout'), nothing, (refresh_token) =>
    JSON.stringify({ refresh_token }),
  ),
  'a key in session/open': opening((apiKey) => ({ auth: { type: 'apiKey', apiKey } })),
  'a token in session/open': opening((token) => ({ auth: { type: 'jwt', token } })),
  'a ticket in session/open': opening((ticket) => ({ auth: { type: 'ticket', ticket } })),
  'a signature in session/open': opening((signature) => ({
    auth: { type: 'hmac', clientId: 'studio', timestamp: 1, nonce: 'x', signature },
  })),
  'a client id': opening((clientId) => ({
    auth: { type: 'hmac', clientId, timestamp: 1, nonce: 'x', signature: 'x' },
  })),
  'the name of a client': opening((text) => ({
    auth: { type: 'apiKey', apiKey: BOB },
    client: { name: text.slice(-60), version: '1' },
  })),
  'a token to resume with': opening((resumeToken) => ({
    auth: { type: 'apiKey', apiKey: BOB },
    resume: { sessionId: 'ses_x', resumeToken: resumeToken.slice(-60), lastSeq: 0 },
  })),
  'a member nobody knows': opening((password) => ({ password })),
  'a refresh of the session': saying(always('session/refresh'), (apiKey) => ({ auth: { type: 'apiKey', apiKey } })),
  'the name of a method': saying((text) => text),
  'a job id': saying(always('jobs/get'), (text) => ({ jobId: text.slice(-60) })),
  'the reason of a cancellation': saying(always('jobs/cancel'), (reason) => ({ jobId: 'x', reason })),
  'a topic': saying(always('events/subscribe'), (text) => ({ topic: text.slice(-100) })),
  'the name of a tool': calling(
    (text) => text.slice(-60),
    () => ({}),
  ),
  'an argument': calling(always('diagnostics_echo'), (text) => ({ value: text })),
  'an argument that does not fit': calling(always('diagnostics_sleep'), (text) => ({ ms: text })),
  'an argument nobody knows': calling(always('get_current_time'), (text) => ({ [text]: 1 })),
  'a path argument': calling(always('diagnostics_echo'), (text) => ({ value: { path: `../${text}` } })),
  'an argument of a tool that changes something': calling(always('generate_music'), (text) => ({ mood: text })),
  'a URL to import': calling(always('import_media'), (text) => ({
    url: `https://user:${text.slice(-60)}@10.0.0.1/x?sig=${text.slice(-60)}`,
    wait_for_completion: true,
  })),
  'a key for idempotency': saying(always('tools/call'), (text) => ({
    ...{ name: 'diagnostics_echo', arguments: {} },
    _meta: { idempotencyKey: text.slice(-100) },
  })),
  'a trace': saying(always('tools/call'), (text) => ({
    ...{ name: 'diagnostics_echo', arguments: {} },
    _meta: { traceparent: text.slice(-100), trace: { user: text.slice(-100) } },
  })),
  'the name of a project': saying(always('tools/call'), (text) => ({
    ...{ name: 'diagnostics_echo', arguments: {} },
    _meta: { project: `p/${text}` },
  })),
  'text that is no message': async (target, text) => {
    const caller = await Caller.open(target, { key: BOB });
    caller.send(`{"password":"${text}"`);
    await caller.stray();
    caller.cut();
  },
};

describe('attacks on what the gateway writes down', () => {
  const target = useTarget({ log: { level: 'trace' } });
  useBystander(target);
  const planted: { readonly where: string; readonly text: string }[] = [];
  const own: { readonly where: string; readonly text: string }[] = [];

  before('secrets are planted in every input', async () => {
    for (const [place, plant] of Object.entries(PLACES)) {
      for (const [shape, make] of Object.entries(SHAPES)) {
        const text = make();
        planted.push({ where: `${shape} as ${place}`, text });
        await plant(target(), text);
      }
    }
    own.push({ where: 'a key just made', text: (await makeKey(target())).key });
    const token = /eyJ\S+/.exec(await operator(target(), 'tokens', 'issue', 'ann'))?.[0] ?? '';
    own.push({ where: 'a token just issued', text: token });
    for (const text of [ADMIN, BOB, TOKEN_SECRET, HMAC_SECRET]) own.push({ where: 'a secret of the settings', text });
    // Asked to check itself, the audit trail first writes down all that it still holds.
    const admin = await Caller.open(target(), { key: ADMIN });
    await admin.ask('audit/verify');
    admin.cut();
  });

  /** Those of which a whole secret, or its last twenty characters, stand in a text. */
  const survivors = (written: string): string[] =>
    [...planted, ...own].filter(({ text }) => written.includes(text.slice(-20))).map(({ where }) => where);

  it('find the traps set: hundreds of secrets, and a log that was written meanwhile', () => {
    expect(planted.length).to.be.greaterThan(300);
    expect(new Set(planted.map(({ text }) => text.slice(-20))).size).to.equal(planted.length);
    expect(writtenBy(target())).to.contain('refused a credential');
  });

  it('read none of them in the log, not even at its most talkative', () => {
    expect(survivors(writtenBy(target()))).to.deep.equal([]);
  });

  it('read none of them in the audit trail', () => {
    const folder = join(target().folder, 'data', 'audit');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).to.be.greaterThan(0);
    const text = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\n');
    expect(text).to.contain('diagnostics_');
    expect(survivors(text)).to.deep.equal([]);
  });

  it('read none of them in what anybody may ask for', async () => {
    const texts = await Promise.all(
      ['/', '/health', '/health/ready', '/metrics', '/nowhere'].map(async (path) =>
        (await fetch(`${target().httpUrl}${path}`)).text(),
      ),
    );
    expect(survivors(texts.join('\n'))).to.deep.equal([]);
  });

  it('read no key, pepper or password in any file but those only the owner may read', () => {
    const folder = join(target().folder, 'data', 'auth');
    for (const entry of readdirSync(folder, { withFileTypes: true }).filter((one) => one.isFile())) {
      expect(survivors(readFileSync(join(folder, entry.name), 'utf8')), entry.name).to.deep.equal([]);
    }
  });
});
