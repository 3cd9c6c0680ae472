import { expect } from 'chai';
import { ended, start } from './process.ts';

describe('examples/node-client', () => {
  it('calls with types, keeps answers, calls many at once, and takes up the job of a process that is gone', async () => {
    const { code, stdout, stderr } = await ended(start('examples/node-client/story.ts', []));
    expect(code, stderr).to.equal(0);
    expect(stdout.trim().split('\n')).to.deep.equal([
      'a script, extractive, 1 attempt',
      'an empty subject: INVALID_PARAMS',
      'the voices, miss and hit',
      'a batch: 5 words for 5 voices',
      'music of 20 s from a process that is gone, every event once',
      'downloaded, checked against its hash',
    ]);
  });
});
