import { expect } from 'chai';
import { openLog } from '../../src/worker/log.ts';
import { UsageError } from '../../src/worker/usage-error.ts';

function lines(level: string): string[] {
  const written: string[] = [];
  const log = openLog(level, { write: (text) => written.push(text) }, () => Date.UTC(2026, 10, 21, 9, 5, 7));
  log.debug({}, 'four');
  log.info({ workerId: 'wrk_1', slots: 2 }, 'three');
  log.warn({}, 'two');
  log.error({}, 'one');
  return written;
}

describe('the log of a worker', () => {
  it('is one line an entry: time, level, sentence, members', () => {
    expect(lines('info')).to.deep.equal([
      '09:05:07 info  three workerId="wrk_1" slots=2\n',
      '09:05:07 warn  two\n',
      '09:05:07 error one\n',
    ]);
  });

  it('knows the levels of the gateway', () => {
    const counts = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map((level) => lines(level).length);
    expect(counts).to.deep.equal([4, 4, 3, 2, 1, 1, 0]);
    expect(() => lines('loud')).to.throw(
      UsageError,
      'Cannot log at level "loud"; use debug, info, warn, error or silent',
    );
  });
});
