import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { UploadAllowance } from '../../src/limits/upload-allowance.ts';
import { FakeClock } from '../fake-clock.ts';

const MEBIBYTE = 1_048_576;
const DAY_MS = 86_400_000;

function refusal(act: () => unknown): CallError {
  try {
    act();
  } catch (error) {
    return CallError.from(error);
  }
  throw new Error('it was not refused');
}

describe('an allowance for uploads', () => {
  it('lets so many begin at once, each caller for itself', () => {
    const allowance = new UploadAllowance({ clock: new FakeClock(), atOnce: 2, mebibytesPerDay: 100 });
    const done = allowance.begin('ann', 0);
    allowance.begin('ann', 0);
    expect(refusal(() => allowance.begin('ann', 0))).to.deep.include({ errorName: 'TOO_MANY_IN_FLIGHT' });
    allowance.begin('bob', 0);
    done(0);
    allowance.begin('ann', 0);
  });

  it('says exactly when there is room again, and costs nothing where nothing was stored', () => {
    const clock = new FakeClock();
    const allowance = new UploadAllowance({ clock, atOnce: 10, mebibytesPerDay: 4 });
    for (let n = 0; n < 10; n++) allowance.begin('ann', MEBIBYTE)(0);
    allowance.begin('ann', 4 * MEBIBYTE)(3 * MEBIBYTE + 1);
    const error = refusal(() => allowance.begin('ann', MEBIBYTE + 1));
    expect(error.errorName).to.equal('QUOTA_EXCEEDED');
    expect(error.facts.retryAfterMs).to.equal(DAY_MS / 2);
    clock.advance(DAY_MS / 2 - 1);
    expect(refusal(() => allowance.begin('ann', MEBIBYTE + 1)).facts.retryAfterMs).to.equal(1);
    clock.advance(1);
    allowance.begin('ann', MEBIBYTE + 1);
  });

  it('never promises room for what is larger than a day’s', () => {
    const allowance = new UploadAllowance({ clock: new FakeClock(), atOnce: 1, mebibytesPerDay: 1 });
    const error = refusal(() => allowance.begin('ann', MEBIBYTE + 1));
    expect(error.facts).to.deep.include({ retryable: false });
    expect(error.facts).to.not.have.property('retryAfterMs');
  });

  it('holds over any day, files under way aside', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(DAY_MS)), { maxLength: 60 }), (uploads) => {
        const clock = new FakeClock();
        const allowance = new UploadAllowance({ clock, atOnce: 1, mebibytesPerDay: 20 });
        let [stored, passed] = [0, 0];
        for (const [mebibytes, pause] of uploads) {
          try {
            allowance.begin('ann', mebibytes * MEBIBYTE)(mebibytes * MEBIBYTE);
            stored += mebibytes;
          } catch (error) {
            expect(CallError.from(error).errorName).to.equal('QUOTA_EXCEEDED');
          }
          expect(stored).to.be.at.most(20 + Math.floor((passed * 20) / DAY_MS));
          clock.advance(pause);
          passed += pause;
        }
      }),
    );
  });
});
