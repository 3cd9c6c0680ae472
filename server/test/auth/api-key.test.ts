import { expect } from 'chai';
import fc from 'fast-check';
import { makeApiKey, readApiKey } from '../../src/auth/api-key.ts';
import { crc32 } from '../../src/auth/crc32.ts';

describe('an API key', () => {
  it('has the documented form', () => {
    expect(makeApiKey('live').text).to.match(/^csk_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$/);
    expect(makeApiKey('test').text).to.match(/^csk_test_/);
  });

  it('is recognised, and no slip of the pen is', () => {
    const { text } = makeApiKey('live');
    expect(readApiKey(text)?.text).to.equal(text);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'019azAZ_-'), (at, letter) => {
        const slip = text.slice(0, at) + letter + text.slice(at + 1);
        expect(readApiKey(slip) === undefined).to.equal(slip !== text);
      }),
    );
  });
});

describe('crc32', () => {
  it('has the check value of ISO 3309', () => {
    expect(crc32(Buffer.from('123456789')).toString(16)).to.equal('cbf43926');
  });
});
