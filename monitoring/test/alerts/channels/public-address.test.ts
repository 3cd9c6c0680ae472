import { isIPv6 } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { isPublicAddress as acceptedAsSource } from '../../../../generation/src/intake/public-address.ts';
import { isPublicAddress } from '../../../src/alerts/channels/public-address.ts';

describe('an address alerts may be posted to', () => {
  it('is none of this machine, of a network inside, or of nobody', () => {
    const inside = ['127.0.0.1', '10.1.2.3', '192.168.0.1', '172.31.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'];
    const inside6 = [
      '::1',
      '::',
      'fe80::1',
      'fe80::1%eth0',
      'fd00:ec2::254',
      'ff02::1',
      '2002:7f00:1::',
      '2001:db8::1',
    ];
    const disguised = ['::ffff:127.0.0.1', '64:ff9b::7f00:1', '2606:4700::5efe:a00:1', '2606:4700::200:5efe:7f00:1'];
    for (const address of [...inside, ...inside6, ...disguised, '168.63.129.16', '', 'example.com', '0x7f.1']) {
      expect(isPublicAddress(address), address).to.equal(false);
    }
  });

  it('is one that anybody can reach', () => {
    for (const address of ['1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001:81b::200e']) {
      expect(isPublicAddress(address), address).to.equal(true);
    }
  });

  it('is one that files would be fetched from as well', () => {
    const edges = fc.constantFrom('2001:1ff::', '2001:200::', '2002::', '2003::', '3ffe::', '3fff:fff::', '4000::');
    const v6 = fc.oneof(
      fc.ipV6(),
      edges,
      fc
        .ipV6()
        .map((address) => `2${address.slice(1)}`)
        .filter(isIPv6),
    );
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), v6), (address) => {
        // Both refuse IPv4 in disguise but for forms no resolver answers, which are read as IPv4 there and refused here.
        fc.pre(!/^(?:0*:)*:?(?:0*:)*ffff:|:.*\./i.test(address));
        expect(isPublicAddress(address), address).to.equal(acceptedAsSource(address));
      }),
      { numRuns: 5_000 },
    );
  });
});
