import { expect } from 'chai';
import fc from 'fast-check';
import { checkCost, printPasswordHash, readPasswordHash } from '../../../src/auth/login/password-hash.ts';

const GOOD = '$scrypt$ln=17,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g';

describe('a stored password', () => {
  it('is read and written in the PHC string format', () => {
    const read = readPasswordHash(GOOD);
    expect(read.cost).to.deep.equal({ ln: 17, r: 8, p: 1 });
    expect(Buffer.from(read.salt).toString()).to.equal('saltsaltsaltsalt');
    expect(printPasswordHash(read)).to.equal(GOOD);
  });

  it('survives being written and read, whatever its bytes', () => {
    const bytes = (minLength: number) => fc.uint8Array({ minLength, maxLength: 64 });
    const cost = fc.record({
      ln: fc.integer({ min: 10, max: 18 }),
      r: fc.integer({ min: 1, max: 8 }),
      p: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(cost, bytes(9), bytes(17), (cost, salt, hash) => {
        const read = readPasswordHash(printPasswordHash({ cost, salt, hash }));
        expect(read.cost).to.deep.equal(cost);
        expect(Buffer.from(read.salt).equals(salt) && Buffer.from(read.hash).equals(hash)).to.equal(true);
      }),
    );
  });

  const damaged: Readonly<Record<string, string>> = {
    nothing: '',
    'another algorithm': GOOD.replace('scrypt', 'argon2id'),
    'text in front': ` ${GOOD}`,
    'a line behind': `${GOOD}\n`,
    'a missing part': GOOD.replace(/\$[^$]*$/, ''),
    'members in another order': GOOD.replace('ln=17,r=8', 'r=8,ln=17'),
    'a leading zero': GOOD.replace('r=8', 'r=08'),
    'a negative cost': GOOD.replace('ln=17', 'ln=-17'),
    'a cost of nothing': GOOD.replace('ln=17', 'ln=1'),
    'a cost no machine bears': GOOD.replace('ln=17', 'ln=63'),
    'a memory no machine bears': GOOD.replace('ln=17,r=8', 'ln=20,r=32'),
    'a salt of nothing': GOOD.replace('c2FsdHNhbHRzYWx0c2FsdA', ''),
    padding: GOOD.replace('c2FsdA$', 'c2FsdA==$'),
    'bits behind the last byte': GOOD.replace('c2FsdA$', 'c2FsdB$'),
    'the other base64 alphabet': GOOD.replace('aGFzaG', 'aGFz_G'),
  };
  for (const [what, text] of Object.entries(damaged)) {
    it(`is refused with ${what}, and not shown`, () => {
      expect(() => readPasswordHash(text))
        .to.throw(/^Cannot (read a stored password|use scrypt)/)
        .with.property('message')
        .that.does.not.contain('aGFz');
    });
  }

  it('takes no cost outside the bounds, nor a part of a number', () => {
    for (const cost of [
      { ln: 9, r: 8, p: 1 },
      { ln: 17, r: 0, p: 1 },
      { ln: 17, r: 8, p: 9 },
      { ln: 16.5, r: 8, p: 1 },
    ]) {
      expect(() => checkCost(cost), JSON.stringify(cost)).to.throw('Cannot use scrypt');
    }
  });
});
