import { PassThrough } from 'node:stream';
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

  it('drops what nobody reads, and says how much once somebody does', () => {
    const written: string[] = [];
    const out = { writableLength: 0, write: (text: string) => written.push(text) };
    const log = openLog('info', out, () => 0);
    log.info({}, 'read');
    out.writableLength = 1_048_577;
    log.info({}, 'not read');
    log.error({}, 'not read either');
    out.writableLength = 1_048_576;
    log.info({ n: 1 }, 'read again');
    log.info({}, 'and on');
    expect(written.join('')).to.equal(
      [
        '00:00:00 info  read\n',
        '00:00:00 warn  lines nobody read were dropped dropped=2\n',
        '00:00:00 info  read again n=1\n',
        '00:00:00 info  and on\n',
      ].join(''),
    );
  });

  it('outlives whoever read it', () => {
    const out = new PassThrough();
    openLog('info', out, () => 0).info({}, 'here');
    expect(out.emit('error', new Error('the pipe is closed'))).to.equal(true);
  });
});
