import { expect } from 'chai';
import { ended, start } from './process.ts';

describe('examples/dial-in-worker', () => {
  it('loses no call when a worker is killed, and says so when nobody is left', async () => {
    const { code, stdout, stderr } = await ended(start('examples/dial-in-worker/story.ts', []));
    expect(code, stderr).to.equal(0);
    expect(stdout.trim().split('\n')).to.deep.equal([
      '20 calls, answered by 2 processes',
      '200 calls while one of them is killed, 0 failed',
      'and with nobody left: UNAVAILABLE, retryable: true',
    ]);
  });
});
