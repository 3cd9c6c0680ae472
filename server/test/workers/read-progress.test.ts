import { expect } from 'chai';
import { readProgress } from '../../src/workers/read-progress.ts';

describe('progress a worker tells', () => {
  it('is what a tool would have said', () => {
    const told = { progress: 0.5, stage: 'render', stageProgress: 0.1, message: 'half of it', more: 7 };
    expect(readProgress(told)).to.deep.equal({
      ...{ fraction: 0.5, stage: 'render', stageFraction: 0.1, message: 'half of it' },
    });
    expect(readProgress({ progress: 1, stage: 'x', stageProgress: 2, message: 7 })).to.deep.equal({
      ...{ fraction: 1, stage: 'x' },
    });
  });

  it('is none without a share and a stage', () => {
    for (const told of [{}, { progress: 0.5 }, { progress: 2, stage: 'x' }, { progress: 0.5, stage: '' }]) {
      expect(readProgress(told), JSON.stringify(told)).to.equal(undefined);
    }
  });

  it('is cut where it is long, in well-formed text', () => {
    const told = readProgress({
      progress: 0,
      stage: 's'.repeat(63).concat('😀', 's'.repeat(900)),
      message: 'm'.repeat(900),
    });
    expect(told?.stage).to.equal(`${'s'.repeat(63)}\ufffd`);
    expect(told?.message).to.equal('m'.repeat(500));
  });
});
