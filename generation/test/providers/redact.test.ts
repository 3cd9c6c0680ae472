import { expect } from 'chai';
import fc from 'fast-check';
import { redact } from '../../src/providers/redact.ts';

describe('redacting', () => {
  it('masks what looks like a credential even when nobody named it', () => {
    const text = redact('Authorization: Bearer abcdef123456, sk-proj-abcdefgh, https://x/?q=1&key=AIzaSy_x-9&z=2', []);
    expect(text).not.to.match(/abcdef|AIza/u);
    expect(text).to.contain('&z=2').and.contain('&key=[redacted]');
  });

  it('leaves ordinary words alone', () => {
    expect(redact('The model "tiny" is not loaded', [''])).to.equal('The model "tiny" is not loaded');
  });

  it('leaves no trace of a named secret', () => {
    const secret = fc.string({ minLength: 4, maxLength: 40 }).filter((text) => !'[redacted]'.includes(text));
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (key, before, after) => {
        expect(redact(`${before}${key}${after}`, [key])).not.to.contain(key);
      }),
    );
  });
});
