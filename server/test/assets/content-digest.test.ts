import { expect } from 'chai';
import fc from 'fast-check';
import { announcedDigest } from '../../src/assets/content-digest.ts';

const DIGEST = 'X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=';
const HEX = '5f8f04f6a3a892aaabbddb6cf273894493773960d4a325b105fee46eef4304f1';

describe('an announced digest', () => {
  it('is the one of RFC 9530, alone or among others', () => {
    expect(announcedDigest(`sha-256=:${DIGEST}:`)).to.equal(HEX);
    expect(announcedDigest(`sha-512=:aaaa:, sha-256=:${DIGEST}: `)).to.equal(HEX);
  });

  it('is none when it is missing, twice there, or written otherwise', () => {
    for (const header of [
      undefined,
      '',
      `sha-256=${DIGEST}`,
      `sha-256=:${HEX}:`,
      `sha-256=:${DIGEST}`,
      `sha-256=:${DIGEST}:;x`,
      `sha-256=:${DIGEST}:, sha-256=:${DIGEST}:`,
      [`sha-256=:${DIGEST}:`],
    ]) {
      expect(announcedDigest(header), String(header)).to.equal(undefined);
    }
  });

  it('reads back whatever a hash may be, and takes no text for one that has another length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 40 }), (bytes) => {
        const header = `sha-256=:${Buffer.from(bytes).toString('base64')}:`;
        const expected = bytes.length === 32 ? Buffer.from(bytes).toString('hex') : undefined;
        expect(announcedDigest(header)).to.equal(expected);
      }),
    );
  });
});
