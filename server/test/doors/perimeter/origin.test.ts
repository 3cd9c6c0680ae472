import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { isOrigin, OriginRule, type Provenance } from '../../../src/doors/perimeter/origin.ts';

const PAGE = 'https://app.example.com';
const rule = new OriginRule({ allowed: [PAGE, 'http://localhost:5173'], requireOrigin: false });

function refusal(ask: () => void): CallError {
  try {
    ask();
  } catch (error) {
    if (CallError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function from(origin: string | undefined, changes: Partial<Provenance> = {}): Provenance {
  return { origin, host: '127.0.0.1:8081', secure: false, ...changes };
}

describe('the origin rule', () => {
  it('admits who names no origin, and the pages on the list', () => {
    for (const origin of [undefined, PAGE, 'http://localhost:5173']) rule.check(from(origin));
  });

  for (const [what, origin] of Object.entries({
    'the null origin': 'null',
    nothing: '',
    'a star': '*',
    'several values': `${PAGE}, https://evil.example`,
    'the same value twice': `${PAGE} ${PAGE}`,
    'the name as a prefix': 'https://app.example.com.evil.example',
    'the name as a suffix': 'https://evil-app.example.com',
    'a subdomain': 'https://x.app.example.com',
    'the parent domain': 'https://example.com',
    'another port': 'https://app.example.com:8443',
    'the default port written out': 'https://app.example.com:443',
    'another scheme': 'http://app.example.com',
    'an unknown scheme': 'wss://app.example.com',
    'a trailing dot': 'https://app.example.com.',
    'a trailing slash': 'https://app.example.com/',
    'a user name': 'https://app.example.com@evil.example',
    'a user name before the name': 'https://evil@app.example.com',
    'upper case': 'https://APP.example.com',
    'an upper case scheme': 'HTTPS://app.example.com',
    'a blank': ' https://app.example.com',
    'a zero byte': 'https://app.example.com\0',
    'letters that look alike': 'https://аpp.example.com',
    'a file': 'file://',
    'an address in hex': 'http://0x7f000001:8081',
    'a port that is none': 'http://127.0.0.1:99999',
  })) {
    it(`refuses ${what}`, () => {
      expect(refusal(() => rule.check(from(origin))).errorName).to.equal('ORIGIN_NOT_ALLOWED');
    });
  }

  it('says which origin was refused, shortened, and which setting admits it', () => {
    const { message } = refusal(() => rule.check(from('https://evil.example')));
    expect(message).to.include('"https://evil.example"').and.include('server.allowed_origins');
    expect(refusal(() => rule.check(from('x'.repeat(10_000)))).message).to.have.length.below(300);
  });

  it('admits pages of the host the request names, with the port as the scheme has it', () => {
    rule.check(from('http://127.0.0.1:8081'));
    rule.check(from('http://127.0.0.1', { host: '127.0.0.1' }));
    rule.check(from('http://127.0.0.1', { host: '127.0.0.1:80' }));
    rule.check(from('https://gate.example', { host: 'Gate.example:443', secure: true }));
    rule.check(from('https://[::1]:8443', { host: '[::1]:8443', secure: true }));
  });

  it('refuses pages of the same host on another port or scheme, or of a host nobody vouches for', () => {
    for (const provenance of [
      from('http://127.0.0.1:3000'),
      from('https://127.0.0.1:8081'),
      from('http://127.0.0.1:8081', { secure: true }),
      from('http://127.0.0.1:8081', { host: undefined }),
      from('http://evil.example', { host: 'good.example@evil.example' }),
      from('http://good.example', { host: 'good.example/@evil.example' }),
    ]) {
      expect(refusal(() => rule.check(provenance)).errorName).to.equal('ORIGIN_NOT_ALLOWED');
    }
  });

  it('refuses who names no origin when only pages may connect', () => {
    const strict = new OriginRule({ allowed: [PAGE], requireOrigin: true });
    strict.check(from(PAGE));
    expect(refusal(() => strict.check(from(undefined))).message).to.include('server.require_origin');
  });

  it('keeps a credential to the pages it is made for, also from its own', () => {
    rule.forKey(undefined, [PAGE]);
    rule.forKey('http://127.0.0.1:8081', undefined);
    rule.forKey(PAGE, [PAGE]);
    const { errorName, message } = refusal(() => rule.forKey('http://127.0.0.1:8081', [PAGE]));
    expect(errorName).to.equal('ORIGIN_NOT_ALLOWED');
    expect(message).to.include('"http://127.0.0.1:8081"').and.include('allowed_origins');
    expect(refusal(() => rule.forKey(PAGE, [])).errorName).to.equal('ORIGIN_NOT_ALLOWED');
  });

  for (const odd of [
    '*',
    'null',
    'app.example.com',
    'https://*.example.com',
    'https://a.example/',
    'https://A.example',
  ]) {
    it(`cannot be told to allow "${odd}"`, () => {
      expect(() => new OriginRule({ allowed: [odd], requireOrigin: false })).to.throw(`"${odd}"`);
    });
  }

  it('admits no origin but those listed and that of the host, whatever is sent', () => {
    const part = fc.constantFrom(
      'https://',
      'http://',
      'app',
      '.',
      'example',
      '.com',
      ':',
      '443',
      '@',
      '/',
      'evil',
      'null',
      ',',
      ' ',
      PAGE,
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
      fc.webUrl(),
    );
    const host = fc.oneof(fc.constant('app.example.com'), fc.domain(), fc.string());
    fc.assert(
      fc.property(text, host, fc.boolean(), (origin, named, secure) => {
        const listed = origin === PAGE || origin === 'http://localhost:5173';
        const own = `${secure ? 'https' : 'http'}://${named.toLowerCase()}`;
        const same = isOrigin(origin) && URL.canParse(own) && new URL(own).origin === origin;
        try {
          rule.check({ origin, host: named, secure });
          expect(listed || same, origin).to.equal(true);
        } catch (error) {
          if (!CallError.is(error)) throw error;
          expect(error.errorName).to.equal('ORIGIN_NOT_ALLOWED');
          expect(listed).to.equal(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
