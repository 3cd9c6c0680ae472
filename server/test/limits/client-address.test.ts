import { isIP } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { clientAddress } from '../../src/limits/client-address.ts';
import { TrustedProxies } from '../../src/limits/trusted-proxies.ts';

const PROXIES = new TrustedProxies(['10.0.0.0/8', '192.0.2.80', '2001:db8:ffff::/48']);

const from = (remoteAddress: string | undefined, forwarded?: string | string[]): string =>
  clientAddress(
    // Node joins repeated headers; types and other doors allow a list.
    { remoteAddress, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } },
    PROXIES,
  );

describe('client address', () => {
  it('believes nobody who is not a trusted proxy', () => {
    expect(from('203.0.113.7', '198.51.100.1')).to.equal('203.0.113.7');
    expect(
      clientAddress(
        { remoteAddress: '10.0.0.1', headers: { 'x-forwarded-for': '198.51.100.1' } },
        new TrustedProxies([]),
      ),
    ).to.equal('10.0.0.1');
  });

  for (const [what, remote, forwarded, caller] of [
    ['one proxy', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['a chain of proxies', '10.0.0.1', '198.51.100.1, 192.0.2.80 ,10.9.9.9', '198.51.100.1'],
    ['a caller who made the left part up', '10.0.0.1', '1.1.1.1, 2.2.2.2, 198.51.100.1', '198.51.100.1'],
    ['a caller who names a proxy', '10.0.0.1', '10.0.0.7, 198.51.100.1', '198.51.100.1'],
    ['a proxy that calls itself', '10.0.0.1', '10.0.0.7, 10.0.0.8', '10.0.0.7'],
    ['a proxy without the header', '10.0.0.1', undefined, '10.0.0.1'],
    ['an empty header', '10.0.0.1', '', '10.0.0.1'],
    ['a mapped proxy and a mapped caller', '::ffff:10.0.0.1', '::ffff:198.51.100.1', '198.51.100.1'],
    ['an IPv6 caller', '2001:db8:ffff::1', '2001:DB8:0::7', '2001:db8::7'],
    ['a caller on the same link', 'fe80::1%eth0', '198.51.100.1', 'fe80::1'],
    ['a port behind IPv4', '10.0.0.1', '198.51.100.1:52814', '198.51.100.1'],
    ['a port behind IPv6', '10.0.0.1', '[2001:db8::7]:52814', '2001:db8::7'],
    ['brackets only', '10.0.0.1', '[2001:db8::7]', '2001:db8::7'],
    ['a list of headers', '10.0.0.1', ['1.1.1.1', '198.51.100.1, 10.0.0.2'], '198.51.100.1'],
  ] as const) {
    it(`finds the caller behind ${what}`, () => {
      expect(from(remote, forwarded as string | string[] | undefined)).to.equal(caller);
    });
  }

  for (const garbage of [
    'unknown',
    '_hidden',
    '0x7f.1',
    '198.51.100.1.',
    '198.51.100.256',
    '<script>',
    '1',
    '::1]',
    '1.2.3.4:port',
  ]) {
    it(`stops at "${garbage}" and believes nothing left of it`, () => {
      expect(from('10.0.0.1', `198.51.100.1, ${garbage}`)).to.equal('10.0.0.1');
      expect(from('10.0.0.1', `198.51.100.1, ${garbage}, 10.0.0.2`)).to.equal('10.0.0.2');
    });
  }

  it('knows nothing of a socket that is gone', () => {
    expect([from(undefined, '198.51.100.1'), from('', '198.51.100.1')]).to.deep.equal(['::', '::']);
  });

  it('answers with an address for any text, and one that a stranger sent only when a proxy passed it on', () => {
    const hop = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('10.0.0.2', '192.0.2.80', 'unknown', '', ' ', '[', '10.1.1.1:80'),
    );
    const remote = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string(),
      fc.constantFrom(undefined, '10.0.0.1', '::ffff:10.2.3.4'),
    );
    fc.assert(
      fc.property(remote, fc.array(hop, { maxLength: 12 }), (socket, hops) => {
        const caller = from(socket, hops.join(','));
        expect(isIP(caller)).to.not.equal(0);
        const alone = from(socket);
        if (!/^10\.|^192\.0\.2\.80$|^2001:db8:ffff:/.test(alone)) expect(caller).to.equal(alone);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is not slowed down by a long header', () => {
    expect(from('10.0.0.1', `198.51.100.1${', 10.0.0.2'.repeat(1_600)}`)).to.equal('198.51.100.1');
    expect(from('10.0.0.1', `[${'['.repeat(16_000)}`)).to.equal('10.0.0.1');
  });
});

describe('trusted proxies', () => {
  it('reads addresses and networks of both families, mapped ones as IPv4', () => {
    const mapped = new TrustedProxies(['::ffff:10.0.0.0/104', '::ffff:192.0.2.80']);
    const behind = (remoteAddress: string) =>
      clientAddress({ remoteAddress, headers: { 'x-forwarded-for': '198.51.100.1' } }, mapped);
    expect(['10.255.0.1', '11.0.0.1', '192.0.2.80', '192.0.2.81', '2001:db8::1'].map(behind)).to.deep.equal([
      '198.51.100.1',
      '11.0.0.1',
      '198.51.100.1',
      '192.0.2.81',
      '2001:db8::1',
    ]);
  });

  for (const wrong of [
    '',
    'proxy.local',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10/8',
    '::/129',
    '10.0.0.0/255.0.0.0',
    '0x7f.1/8',
    '10.0.0.0/-1',
    '::ffff:10.0.0.0/90',
    '10.0.0.0/8/8',
  ]) {
    it(`refuses "${wrong}"`, () => {
      expect(() => new TrustedProxies(['127.0.0.1', wrong])).to.throw(
        `Cannot trust the proxy "${wrong}"; write an address such as "10.0.0.7" or a network such as "10.0.0.0/8"`,
      );
    });
  }

  for (const everybody of ['0.0.0.0/0', '::/0', '::ffff:0.0.0.0/96']) {
    it(`refuses to trust everybody: "${everybody}"`, () => {
      expect(() => new TrustedProxies([everybody])).to.throw('every caller could say who it is');
    });
  }
});
