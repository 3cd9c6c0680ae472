import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { alertNotice, fingerprintOf } from '../../../src/alerts/notify/notice.ts';
import { BEGAN, itsEnd, someNotice } from './some-notice.ts';

describe('a notice of an alert', () => {
  it('has the keys that handlers know', () => {
    const { fingerprint, ...known } = someNotice();
    expect(known).to.deep.equal({
      rule_name: 'high_error_rate',
      metric: 'mcp.operations.error',
      value: 12,
      condition: '> 10',
      severity: 'warning',
      status: 'triggered',
      labels: { tool: 'create_video', alertname: 'high_error_rate', severity: 'warning' },
      annotations: { summary: '12 errors in 300 s' },
      startsAt: BEGAN,
      timestamp: BEGAN + 1_000,
    });
    expect(fingerprint).to.match(/^[0-9a-f]{40}$/);
  });

  it('is known again by its labels, from its beginning to its end', () => {
    expect(itsEnd().fingerprint).to.equal(someNotice().fingerprint);
    expect(someNotice({ rule_name: 'other' }).fingerprint).to.not.equal(someNotice().fingerprint);
    expect(someNotice({ labels: { tool: 'mix' } }).fingerprint).to.not.equal(someNotice().fingerprint);
  });

  it('cannot be called otherwise by its own labels', () => {
    const { labels } = alertNotice({ ...someNotice(), labels: { alertname: 'x', severity: 'y' } });
    expect(labels).to.deep.equal({ alertname: 'high_error_rate', severity: 'warning' });
  });
});

describe('a fingerprint', () => {
  it('is the SHA-1 of the sorted labels as JSON', () => {
    const text = '[["alertname","a"],["tool","t"]]';
    expect(fingerprintOf({ tool: 't', alertname: 'a' })).to.equal(createHash('sha1').update(text).digest('hex'));
  });

  it('does not depend on the order of the labels, and differs for any others', () => {
    const labels = fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }), { maxKeys: 4 });
    const sorted = (some: Record<string, string>) => Object.entries(some).sort();
    fc.assert(
      fc.property(labels, labels, (one, other) => {
        const turned = Object.fromEntries(Object.entries(one).reverse());
        expect(fingerprintOf(turned)).to.equal(fingerprintOf(one));
        const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(fingerprintOf(one) === fingerprintOf(other)).to.equal(same);
      }),
    );
  });
});
