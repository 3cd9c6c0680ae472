import { isIP } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { addressKey, readAddress } from '../../src/limits/address-key.ts';

describe('address key', () => {
  for (const [address, key] of Object.entries({
    '203.0.113.7': '203.0.113.7',
    '::ffff:203.0.113.7': '203.0.113.7',
    '::ffff:cb00:7107': '203.0.113.7',
    '2001:db8:0:1:aaaa::7': '2001:db8:0:1::/64',
    '2001:DB8:0000:0001::': '2001:db8:0:1::/64',
    'fe80::1%eth0': 'fe80::/64',
    '::1': '::/64',
  })) {
    it(`counts "${address}" under ${key}`, () => {
      expect(addressKey(address)).to.equal(key);
    });
  }

  it('counts everything that is no address under one key', () => {
    for (const text of ['', 'unknown', '10', '0x7f.1', '010.0.0.1', '1.2.3.4:80', '[::1]', 'localhost']) {
      expect(addressKey(text), text).to.equal('::');
    }
  });

  it('reads every address that Node takes for one, to the same address again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const read = readAddress(text)?.toString() ?? '';
        expect(isIP(read)).to.not.equal(0);
        expect(readAddress(read)?.toString()).to.equal(read);
        expect(addressKey(read)).to.equal(addressKey(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives two addresses one key exactly when their first 64 bits are the same', () => {
    const half = fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(half, half, half, half, (one, other, tail, otherTail) => {
        const text = (...parts: number[][]) =>
          parts
            .flat()
            .map((part) => part.toString(16))
            .join(':');
        fc.pre(one.some((part) => part !== 0) && other.some((part) => part !== 0));
        expect(addressKey(text(one, tail))).to.equal(addressKey(text(one, otherTail)));
        expect(addressKey(text(one, tail)) === addressKey(text(other, tail))).to.equal(text(one) === text(other));
      }),
      { numRuns: 1_000 },
    );
  });
});
