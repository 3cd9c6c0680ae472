import { expect } from 'chai';
import { evaluate, mayTakeRange } from '../../src/assets/conditions.ts';

const TAG = '"abc"';

describe('conditions of a request', () => {
  it('sends a file again only to a client that has another', () => {
    for (const known of [TAG, `W/${TAG}`, `"x", ${TAG}`, `"a,b",W/${TAG}`, '*', ' * ']) {
      expect(evaluate({ 'if-none-match': known }, TAG), known).to.equal('not-modified');
    }
    for (const other of ['"abd"', 'abc', '', '"abc', "'abc'", 'W/', '"x", "y"', '"\u0000"']) {
      expect(evaluate({ 'if-none-match': other }, TAG), other).to.equal('perform');
    }
  });

  it('refuses a client that insists on another file; a weak tag is not the same file', () => {
    for (const fits of [TAG, `"x", ${TAG}`, '*']) expect(evaluate({ 'if-match': fits }, TAG)).to.equal('perform');
    for (const other of ['"x"', `W/${TAG}`, 'abc', '']) expect(evaluate({ 'if-match': other }, TAG)).to.equal('failed');
  });

  it('looks at If-Match first', () => {
    expect(evaluate({ 'if-match': '"x"', 'if-none-match': TAG }, TAG)).to.equal('failed');
    expect(evaluate({ 'if-match': TAG, 'if-none-match': TAG }, TAG)).to.equal('not-modified');
  });

  it('continues a download only of exactly the same file', () => {
    expect(mayTakeRange({}, TAG)).to.equal(true);
    expect(mayTakeRange({ 'if-range': TAG }, TAG)).to.equal(true);
    for (const other of [`W/${TAG}`, '"x"', 'Sat, 21 Nov 2026 05:00:00 GMT', '*', '']) {
      expect(mayTakeRange({ 'if-range': other }, TAG), other).to.equal(false);
    }
  });
});
