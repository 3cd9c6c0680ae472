import { expect } from 'chai';
import { readRetryAfter } from '../../../src/alerts/channels/retry-after.ts';

describe('a Retry-After header', () => {
  const now = Date.UTC(2026, 10, 21, 13, 30);

  it('says seconds or a date', () => {
    expect(readRetryAfter('30', now)).to.equal(30_000);
    expect(readRetryAfter(' 0 ', now)).to.equal(0);
    expect(readRetryAfter('Sat, 21 Nov 2026 13:31:00 GMT', now)).to.equal(60_000);
    expect(readRetryAfter('Sat, 21 Nov 2026 13:29:00 GMT', now)).to.equal(0);
  });

  it('says nothing when it is neither', () => {
    for (const header of [undefined, '', 'soon', '-', '99999999999999999999']) {
      expect(readRetryAfter(header, now), String(header)).to.equal(undefined);
    }
  });
});
