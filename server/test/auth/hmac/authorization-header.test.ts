import { expect } from 'chai';
import fc from 'fast-check';
import { isHmacHeader, readAuthorization, writeAuthorization } from '../../../src/auth/hmac/authorization-header.ts';

const NONCE = 'AAECAwQFBgcICQoLDA0ODw';
const SIG = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';
const GOOD = `CALLSHEET-HMAC-SHA256 id=studio-7, ts=1795500000, nonce=${NONCE}, sig=${SIG}`;
const PROOF = { id: 'studio-7', ts: 1_795_500_000, nonce: NONCE, sig: SIG };

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array).toString('base64url'));
const proofs = fc.record({
  id: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/),
  ts: fc.integer({ min: 0, max: 99_999_999_999 }),
  nonce: bytes(16),
  sig: bytes(32),
});

describe('the Authorization header of a signed request', () => {
  it('is read as the protocol writes it', () => {
    expect(readAuthorization(GOOD)).to.deep.equal(PROOF);
    expect(writeAuthorization(PROOF)).to.equal(GOOD);
  });

  it('says the same after any journey: written, read, shuffled, spaced', () => {
    const blanks = fc.stringMatching(/^[ \t]{0,4}$/);
    fc.assert(
      fc.property(proofs, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), blanks, (proof, order, blank) => {
        const [scheme = '', rest = ''] = splitOnce(writeAuthorization(proof));
        const parts = rest.split(', ');
        const text = `${scheme.toLowerCase()} ${order.map((at) => blank + parts[at] + blank).join(',')}`;
        expect(readAuthorization(text)).to.deep.equal(proof);
      }),
    );
  });

  const bad: Record<string, string> = {
    'another scheme': GOOD.replace('SHA256', 'SHA1'),
    'no space after the scheme': GOOD.replace('SHA256 ', 'SHA256'),
    'a missing value': GOOD.replace(`, nonce=${NONCE}`, ''),
    'a value twice': `${GOOD}, ts=1795500000`,
    'a value twice in place of another': GOOD.replace(`nonce=${NONCE}`, 'ts=1795500000'),
    'an unknown name': GOOD.replace('ts=', 'time='),
    'a name in upper case': GOOD.replace('ts=', 'TS='),
    'quoted values': GOOD.replace('studio-7', '"studio-7"'),
    'an empty name of a client': GOOD.replace('studio-7', ''),
    'a name with a slash': GOOD.replace('studio-7', 'studio/7'),
    'too long a name': GOOD.replace('studio-7', 'x'.repeat(129)),
    'a time with a sign': GOOD.replace('ts=', 'ts=+'),
    'a time before all times': GOOD.replace('ts=', 'ts=-'),
    'a time with leading zeros': GOOD.replace('ts=', 'ts=0'),
    'a time with a fraction': GOOD.replace('1795500000', '1795500000.5'),
    'a time with an exponent': GOOD.replace('1795500000', '1e9'),
    'milliseconds for seconds': GOOD.replace('1795500000', '1795500000000'),
    'a short nonce': GOOD.replace(NONCE, NONCE.slice(1)),
    'a padded nonce': GOOD.replace(NONCE, `${NONCE}==`),
    'another spelling of the same nonce': GOOD.replace(NONCE, 'AAECAwQFBgcICQoLDA0ODx'),
    'another spelling of the same signature': GOOD.replace(SIG, `${SIG.slice(0, -1)}9`),
    'plain base64': GOOD.replace(NONCE, 'AAECAwQFBgcICQoLDA0O/w'),
    'a comma at the end': `${GOOD},`,
    'a line break between values': GOOD.replace(', ts', ',\n ts'),
    'a foreign blank': GOOD.replace(', ts', ',\u00a0ts'),
    'blanks beyond reason': GOOD.replace(', ts', `,${' '.repeat(500)}ts`),
    nothing: '',
  };
  for (const [what, text] of Object.entries(bad)) {
    it(`does not take ${what}`, () => {
      expect(text).not.to.equal(GOOD);
      expect(readAuthorization(text)).to.equal(undefined);
    });
  }

  it('never fails, and takes only what is as canonical as what it would write itself', () => {
    const nearly = fc
      .tuple(proofs, fc.nat(), fc.nat({ max: 6 }), fc.string({ maxLength: 6 }))
      .map(([proof, place, cut, text]) => {
        const good = writeAuthorization(proof);
        const at = place % good.length;
        return good.slice(0, at) + text + good.slice(at + cut);
      });
    fc.assert(
      fc.property(
        fc.oneof(
          nearly,
          fc.string(),
          fc.string().map((text) => `CALLSHEET-HMAC-SHA256 ${text}`),
        ),
        (text) => {
          const proof = readAuthorization(text);
          if (proof === undefined) return;
          const sorted = (header: string): string[] =>
            splitOnce(header)[1]
              ?.split(',')
              .map((part) => part.trim())
              .sort() ?? [];
          expect(sorted(text)).to.deep.equal(sorted(writeAuthorization(proof)));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is told from other schemes, whatever follows', () => {
    expect([GOOD, 'callsheet-hmac-sha256 rubbish'].map(isHmacHeader)).to.deep.equal([true, true]);
    expect(['', 'Bearer x', 'CALLSHEET-HMAC-SHA2567 x'].map(isHmacHeader)).to.deep.equal([false, false, false]);
  });
});

function splitOnce(header: string): [string, string] {
  const space = header.indexOf(' ');
  return [header.slice(0, space), header.slice(space + 1)];
}
