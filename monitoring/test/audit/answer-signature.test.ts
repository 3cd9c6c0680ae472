import { createHash, createHmac, createSecretKey } from 'node:crypto';
import { expect } from 'chai';
import { useTempDir } from '../../../server/test/temp-dir.ts';
import { answerSignature, resultDigest } from '../../src/index.ts';
import { KEY, openTrail } from './open-trail.ts';

const facts = {
  serverTs: 1_795_000_000,
  nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  principal: 'anna',
  tool: 'create_video',
  digest: resultDigest('{"job_id":"job_1"}'),
};

describe('The signature of an answer', () => {
  const temp = useTempDir();

  it('is what anybody with the key computes from the answer', async () => {
    const digest = createHash('sha256').update('{"job_id":"job_1"}').digest('hex');
    const text = `CALLSHEET-AUDIT-V1\n1795000000\nAAAAAAAAAAAAAAAAAAAAAA\nanna\ncreate_video\n${digest}`;
    const expected = createHmac('sha256', KEY).update(text).digest('base64url');
    expect(answerSignature(KEY, facts)).to.equal(expected);
    const { trail } = await openTrail(temp());
    expect(trail.sign(facts)).to.equal(expected);
    await trail.close();
  });

  it('is another for every other fact and key', () => {
    const others = Object.keys(facts).map((name) => answerSignature(KEY, { ...facts, [name]: 'other' }));
    others.push(answerSignature(createSecretKey(Buffer.alloc(32, 8)), facts), answerSignature(KEY, facts));
    expect(new Set(others)).to.have.lengthOf(7);
  });

  it('is not made of facts that could be read in two ways', () => {
    expect(() => answerSignature(KEY, { ...facts, principal: 'a\nb' })).to.throw(
      RangeError,
      'Cannot sign an answer: "a\\nb" holds a line feed; leave it out',
    );
  });
});
