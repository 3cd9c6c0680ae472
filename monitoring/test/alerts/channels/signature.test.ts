import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { signWebhook, verifyWebhook } from '../../../src/alerts/channels/signature.ts';

const SECRET = 'whsec-0123456789abcdef';
const NOW = Date.UTC(2026, 10, 21, 13, 30);
const SECONDS = NOW / 1_000;

describe('the signature of a webhook', () => {
  it('is what any receiver can compute', () => {
    const v1 = createHmac('sha256', SECRET).update(`${SECONDS}.{"a":1}`).digest('hex');
    expect(signWebhook(SECRET, '{"a":1}', NOW + 999)).to.equal(`t=${SECONDS},v1=${v1}`);
  });

  it('is verified for the body as it was sent, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (body) => {
        const header = signWebhook(SECRET, body, NOW);
        expect(verifyWebhook({ header, body, secret: SECRET, now: NOW })).to.equal(true);
        expect(verifyWebhook({ header, body: Buffer.from(body), secret: SECRET, now: NOW })).to.equal(true);
        expect(verifyWebhook({ header, body: `${body} `, secret: SECRET, now: NOW })).to.equal(false);
        expect(verifyWebhook({ header, body, secret: `${SECRET}x`, now: NOW })).to.equal(false);
      }),
    );
  });

  it('is refused when it is old, when it is of tomorrow, and when its time was changed', () => {
    const header = signWebhook(SECRET, 'body', NOW);
    const verify = (more: object) => verifyWebhook({ header, body: 'body', secret: SECRET, now: NOW, ...more });
    expect(verify({ now: NOW + 300_000 })).to.equal(true);
    expect(verify({ now: NOW + 300_001 })).to.equal(false);
    expect(verify({ now: NOW - 300_001 })).to.equal(false);
    expect(verify({ now: NOW + 9_000, toleranceSeconds: 8 })).to.equal(false);
    expect(verify({ header: header.replace(String(SECONDS), String(SECONDS + 1)) })).to.equal(false);
  });

  it('is one of several while a secret is replaced', () => {
    const [time, good] = signWebhook(SECRET, 'body', NOW).split(',');
    const header = `${time}, v1=${'0'.repeat(64)}, ${good}`;
    expect(verifyWebhook({ header, body: 'body', secret: SECRET, now: NOW })).to.equal(true);
  });

  it('is refused when it is none', () => {
    const good = signWebhook(SECRET, 'body', NOW);
    const headers = [
      undefined,
      '',
      'v1=',
      't=,v1=',
      `t=${SECONDS}`,
      `t=${SECONDS},v1=zz`,
      good.slice(0, -1),
      `x,${good}`,
    ];
    for (const header of headers) {
      expect(verifyWebhook({ header, body: 'body', secret: SECRET, now: NOW }), String(header)).to.equal(false);
    }
  });
});
