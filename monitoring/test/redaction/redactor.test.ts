import { expect } from 'chai';
import { Redactor } from '../../src/index.ts';

const KEY = `csk_live_7Gq2ZpTa_${'a1B2c3D4'.repeat(6)}x`;
const redactor = new Redactor({ secrets: ['correct horse "battery"', 'short'] });

describe('Redacted text', () => {
  const cases: [string, string, string][] = [
    ['API keys', `key ${KEY}!`, 'key [REDACTED]!'],
    ['mistyped API keys', `key ${KEY.slice(0, -3)}!`, 'key [REDACTED]!'],
    ['bearer tokens', 'Authorization: Bearer abc123def456', 'Authorization: Bearer [REDACTED]'],
    ['basic credentials', 'Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [REDACTED]'],
    [
      'our signatures',
      'CALLSHEET-HMAC-SHA256 id=render, ts=1795000000, nonce=AAAAAAAAAAAAAAAAAAAAAA, sig=qqqqqqqqqqqq',
      'CALLSHEET-HMAC-SHA256 id=render, ts=1795000000, nonce=[REDACTED], sig=[REDACTED]',
    ],
    ['keys of providers in headers', 'xi-api-key: 0123456789abcdef0123456789abcdef', 'xi-api-key: [REDACTED]'],
    ['signed tokens', 'got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln', 'got [REDACTED]'],
    ['encrypted tokens', 'got eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn', 'got [REDACTED]'],
    ['private keys', 'a -----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY----- b', 'a [REDACTED] b'],
    ['private keys cut short', 'a -----BEGIN PRIVATE KEY-----\nMHcCAQEE', 'a [REDACTED]'],
    ['passwords in URLs', 'redis://me:pa@ss@host:6379/0', 'redis://[REDACTED]@host:6379/0'],
    ['queries', 'https://a.b/c?x=1&access_token=abc&y=2', 'https://a.b/c?x=1&access_token=[REDACTED]&y=2'],
    ['queries in queries', 'https://a.b/?u=http://c?key=abc', 'https://a.b/?u=http://c?key=[REDACTED]'],
    ['fragments', 'https://a.b/#token=abc', 'https://a.b/#token=[REDACTED]'],
    ['JSON in texts', 'bad body {"user":"me","password":"a\\"b"}', 'bad body {"user":"me","password":"[REDACTED]"}'],
    ['known secrets', 'it was correct horse "battery".', 'it was [REDACTED].'],
    ['known secrets in JSON', '{"a":"correct horse \\"battery\\""}', '{"a":"[REDACTED]"}'],
    ['known secrets in URLs', 'a?b=correct%20horse%20%22battery%22', 'a?b=[REDACTED]'],
    ['known secrets in forms', 'b=correct+horse+%22battery%22', 'b=[REDACTED]'],
    ['known secrets in hexadecimal', Buffer.from('correct horse "battery"').toString('hex'), '[REDACTED]'],
    ['two secrets side by side', `${KEY}${'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln'}`, '[REDACTED]'],
  ];
  for (const [what, text, told] of cases) it(`hides ${what}`, () => expect(redactor.text(text)).to.equal(told));

  it('hides known secrets in base64, whatever stands in front of them', () => {
    for (const user of ['', 'u', 'us', 'use', 'user:']) {
      for (const form of ['base64', 'base64url'] as const) {
        const text = Buffer.from(`${user}correct horse "battery"`).toString(form);
        expect(redactor.text(`got ${text}`)).to.match(/^got .{0,8}\[REDACTED\].{0,3}$/);
      }
    }
  });

  const innocent = [
    'Basic authentication is not enough; Bearer authentication is. Basic internationalization matters.',
    'The bearer certificates of task-force-assessment-committee and risk-assessment-framework-2026',
    'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'https://example.org/a/b.mp4?width=1080&t=12#chapter=2 and a@b.example',
    '{"keyword":"cat","max_tokens":4096,"idempotencyKey":"order-42"}',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    'eyJvZmZzZXQiOjEwfQ is a cursor; sk-SK is a language; x-api-key: required',
    'short C:\\Users\\name\\new 100 % sure %zz \\u12 \\x',
  ];
  for (const text of innocent)
    it(`leaves «${text.slice(0, 40)}» alone`, () => expect(redactor.text(text)).to.equal(text));

  it('cuts what is too long for a log, and says so', () => {
    expect(redactor.text('x'.repeat(40_000))).to.equal(`${'x'.repeat(32_768)}… [40000 characters]`);
  });
});

describe('A redacted value', () => {
  it('is JSON, with secrets hidden by the names of their members', () => {
    const told = redactor.value({
      user: 'me',
      apiKey: 'x',
      nested: { Cookie: ['a', 'b'], credentials: { a: 1 } },
      tokens: 12,
    });
    expect(told).to.deep.equal({
      user: 'me',
      apiKey: '[REDACTED]',
      nested: { Cookie: '[REDACTED]', credentials: '[REDACTED]' },
      tokens: 12,
    });
  });

  it('keeps what cannot be a secret, and hides counted names that hold texts', () => {
    expect(
      redactor.value({ password: true, secret: null, token: undefined, maxTokens: 'x', pin: 1, key: 7 }),
    ).to.deep.equal({
      password: true,
      secret: null,
      maxTokens: '[REDACTED]',
      pin: 1,
      key: '[REDACTED]',
    });
  });

  it('tells errors with message, stack, cause and own members', () => {
    const error = Object.assign(new Error(`no ${KEY}`, { cause: new RangeError('inner') }), { code: 'E', token: 'x' });
    const told = redactor.value(error) as Record<string, unknown>;
    expect(told).to.include({ name: 'Error', message: 'no [REDACTED]', code: 'E', token: '[REDACTED]' });
    expect(told.stack).to.match(/^Error: no \[REDACTED\]\n {4}at /);
    expect(told.cause).to.include({ name: 'RangeError', message: 'inner' });
    expect(told).not.to.have.property('errors');
  });

  it('takes whatever a program may hold, and never throws', () => {
    const circle: Record<string, unknown> = { a: 1 };
    circle.self = circle;
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const throwing = {
      get a(): string {
        throw new Error('no');
      },
      get name(): string {
        throw new Error('no');
      },
      value: 2,
    };
    const odd = [
      10n,
      Symbol('s'),
      () => 1,
      Number.NaN,
      new Date(0),
      new Date(Number.NaN),
      /x/,
      new URL('http://u:p@h/'),
    ];
    expect(redactor.value(odd)).to.deep.equal([
      ...[
        '10',
        'Symbol(s)',
        '[function]',
        'NaN',
        '1970-01-01T00:00:00.000Z',
        'Invalid Date',
        '/x/',
        'http://[REDACTED]@h/',
      ],
    ]);
    expect(redactor.value(circle)).to.deep.equal({ a: 1, self: '[circular]' });
    expect(redactor.value([Buffer.alloc(5), new Float64Array(2), new ArrayBuffer(3)])).to.deep.equal([
      '[5 bytes]',
      '[16 bytes]',
      '[3 bytes]',
    ]);
    expect(redactor.value([proxy, throwing])).to.deep.equal([
      '[unreadable]',
      { a: '[unreadable]', name: '[unreadable]', value: 2 },
    ]);
    expect(redactor.value([Object(3), Object(true), undefined])).to.deep.equal([3, true, null]);
    expect(redactor.value(undefined)).to.equal(null);
    expect(
      redactor.value(
        new Map<unknown, unknown>([
          [{}, 1],
          [2, 3],
        ]),
      ),
    ).to.deep.equal({ '[object]': 1, 2: 3 });
  });

  it('keeps members called __proto__ as members', () => {
    const told = redactor.value(JSON.parse('{"__proto__":{"admin":true}}'));
    expect(JSON.stringify(told)).to.equal('{"__proto__":{"admin":true}}');
    expect(({} as { admin?: boolean }).admin).to.equal(undefined);
  });

  it('keeps hidden names apart', () => {
    expect(Object.keys(redactor.value({ [KEY]: 1, [`${KEY}2`]: 2 }) as object)).to.deep.equal([
      '[REDACTED]',
      '[REDACTED] 1',
    ]);
  });

  it('stops where it gets too deep, too wide or too long', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 100_000; level++) deep = { deep };
    expect(JSON.stringify(redactor.value(deep))).to.match(/^(\{"deep":){16}"\[too deep\]"\}{16}$/);
    expect(redactor.value(Array.from({ length: 6_000 }, () => 1)))
      .to.have.lengthOf(5_001)
      .and.include('[1000 more]');
    const wide = Object.fromEntries(Array.from({ length: 6_000 }, (_, at) => [`m${at}`, 1]));
    expect(redactor.value(wide)).to.have.property('…', '[1000 more]');
    const long = Array.from({ length: 100 }, () => 'x'.repeat(30_000));
    expect(JSON.stringify(redactor.value(long)).length).to.be.below(1_100_000);
  });
});

describe('A redacted payload', () => {
  it('is the same object when nothing had to change', () => {
    const payload = {
      password: 'is a member of a tool',
      list: [{ key: 'C minor' }],
      when: new Date(),
      bytes: Buffer.alloc(3),
    };
    expect(redactor.shapes(payload)).to.equal(payload);
  });

  it('is copied only where it had to change', () => {
    const payload = { same: { a: [1] }, changed: ['x', KEY, 'y'], [KEY]: true };
    const told = redactor.shapes(payload);
    expect(told).to.deep.equal({ same: { a: [1] }, changed: ['x', '[REDACTED]', 'y'], '[REDACTED]': true });
    expect(told.same).to.equal(payload.same);
    expect(payload.changed[1]).to.equal(KEY);
  });

  it('keeps signed links for those who are to follow them, but never a password', () => {
    const link = 'https://host/assets/a.mp4?exp=1795000000&sig=abcdef';
    expect(redactor.shapes({ link })).to.deep.equal({ link: link.replace('abcdef', '[REDACTED]') });
    const payload = { link };
    expect(redactor.shapes(payload, { links: 'keep' })).to.equal(payload);
    expect(redactor.shapes('http://u:p@host/?sig=a', { links: 'keep' })).to.equal('http://[REDACTED]@host/?sig=a');
  });

  it('shows what cannot be sent as a mark', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(redactor.shapes<unknown>(circle)).to.deep.equal({ self: '[circular]' });
    const throwing = {
      get a(): string {
        throw new Error('no');
      },
    };
    expect(redactor.shapes<unknown>([throwing])).to.deep.equal(['[unreadable]']);
    let deep: unknown = 'x';
    for (let level = 0; level < 1_000; level++) deep = [deep];
    expect(JSON.stringify(redactor.shapes(deep))).to.contain('[too deep]');
  });

  it('is never cut', () => {
    const text = `${'x'.repeat(100_000)} ${KEY}`;
    expect(redactor.shapes(text)).to.equal(`${'x'.repeat(100_000)} [REDACTED]`);
  });
});
