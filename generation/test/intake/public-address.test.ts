import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalAddress, isPublicAddress } from '../../src/intake/public-address.ts';

const PRIVATE = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '100.100.100.200',
  '127.0.0.1',
  '127.255.255.254',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
];
const PRIVATE_V6 = [
  '::',
  '::1',
  '::7f00:1',
  '::ffff:0:7f00:1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::a00:1',
  '100::1',
  '2001::1',
  '2001:2::1',
  '2001:db8::1',
  '2001:10::1',
  '2001:20::1',
  '2002:7f00:1::',
  '2606:4700::5efe:a00:1',
  '2606:4700::200:5efe:a00:1',
  '3fff::1',
  '4000::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
];
const PUBLIC = ['1.1.1.1', '8.8.8.8', '93.184.216.34', '100.63.255.255', '100.128.0.1', '172.15.255.255', '172.32.0.1'];
const PUBLIC_V6 = ['2606:4700:4700::1111', '2001:4860:4860::8888', '2a00:1450:4001:81b::200e', '::ffff:8.8.8.8'];

describe('a public address', () => {
  it('is none of those that lead into a network, to this machine or to nobody', () => {
    for (const address of [...PRIVATE, ...PRIVATE_V6]) expect(isPublicAddress(address), address).to.equal(false);
  });

  it('is one that anybody can reach', () => {
    for (const address of [...PUBLIC, ...PUBLIC_V6]) expect(isPublicAddress(address), address).to.equal(true);
  });

  it('is written as a resolver writes it', () => {
    for (const text of [
      '',
      '8.8.8',
      '0x8.8.8.8',
      '010.8.8.8',
      '134744072',
      '8.8.8.8 ',
      'example.com',
      '[::1]',
      '8.8.8.8/8',
    ])
      expect(isPublicAddress(text), text).to.equal(false);
  });

  it('is not made public by a tunnel or a translation around a private one', () => {
    const octet = fc.nat({ max: 255 });
    const inside = fc.oneof(
      fc.tuple(fc.constantFrom(10, 127, 0), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
      fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
    );
    fc.assert(
      fc.property(inside, ([a, b, c, d]) => {
        const dotted = [a, b, c, d].join('.');
        const high = (a * 256 + b).toString(16);
        const low = (c * 256 + d).toString(16);
        const disguises = [
          ...[dotted, `::ffff:${dotted}`, `::ffff:${high}:${low}`, `::${high}:${low}`, `::ffff:0:${high}:${low}`],
          ...[
            `64:ff9b::${high}:${low}`,
            `2002:${high}:${low}::1`,
            `2001:0:${high}:${low}::`,
            `2a00::5efe:${high}:${low}`,
          ],
        ];
        for (const address of disguises) expect(isPublicAddress(address), address).to.equal(false);
      }),
    );
  });

  it('is compared in one spelling', () => {
    expect(canonicalAddress('::FFFF:8.8.8.8')).to.equal('8.8.8.8');
    expect(canonicalAddress('2606:4700:0:0::1')).to.equal(canonicalAddress('2606:4700::1'));
    expect(canonicalAddress('fe80::1%eth0')).to.contain('fe80::1');
    expect(canonicalAddress('nonsense')).to.equal('nonsense');
  });
});
