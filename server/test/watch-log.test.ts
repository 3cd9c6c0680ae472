import { PassThrough } from 'node:stream';
import { Redactor } from '@callsheet/monitoring';
import { expect } from 'chai';
import { type Logger, pino } from 'pino';
import { openLog } from '../src/log.ts';
import { watchLog } from '../src/watch-log.ts';

const SECRET = 'the-secret-of-the-configuration';
const redactor = new Redactor({ secrets: [SECRET] });

function theirs(level = 'info') {
  const written: string[] = [];
  const log = pino({ level, base: null, timestamp: false }, { write: (line) => void written.push(line) });
  return { log, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

describe('a log that is watched', () => {
  it('writes what it wrote before, and counts it by level', () => {
    const out = new PassThrough();
    const { log, reading } = watchLog(openLog({ level: 'info', format: 'json' }, redactor, out), { redactor });
    for (const level of LEVELS) log[level]({ n: 1 }, level);
    log.child({ requestId: 'req_1' }).child({ jobId: 'job_1' }).warn('of a child');
    expect(reading()).to.deep.equal({
      lines: { trace: 0, debug: 0, info: 1, warn: 2, error: 1, fatal: 1 },
      dropped: 0,
    });
    const lines = String(out.read()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).msg)).to.deep.equal(['info', 'warn', 'error', 'fatal', 'of a child']);
    expect(JSON.parse(lines[4] ?? '')).to.include({ requestId: 'req_1', jobId: 'job_1', level: 40 });
  });

  it('counts what nobody read of our own', () => {
    const out = new PassThrough();
    const { log, reading } = watchLog(openLog({ level: 'info', format: 'json' }, redactor, out), { redactor });
    for (let line = 0; line < 1_500; line++) log.info({ text: 'x'.repeat(1_000) }, 'long');
    const { lines, dropped } = reading();
    expect(lines.info).to.equal(1_500);
    expect(dropped).to.be.within(400, 600);
  });

  it('may be any logger of pino, and takes secrets out of what that is given', () => {
    const { log: own, lines } = theirs();
    const { log, reading } = watchLog(own.child({ app: 'mine' }), { redactor });
    log.info({ password: 'hunter2', n: 1 }, `told ${SECRET}`);
    log.warn(`only ${SECRET}`);
    log.error(new Error(`failed with ${SECRET}`));
    log.error({ err: new Error(SECRET), requestId: 'req_1' }, 'with %s', SECRET);
    log.fatal(null, 'nothing more');
    expect(JSON.stringify(lines())).to.not.include(SECRET).and.to.not.include('hunter2');
    expect(lines()[0]).to.deep.equal({ level: 30, app: 'mine', password: '[REDACTED]', n: 1, msg: 'told [REDACTED]' });
    expect(lines()[1]).to.include({ msg: 'only [REDACTED]' });
    expect(lines()[2]).to.have.nested.property('err.message', 'failed with [REDACTED]');
    expect(lines()[2]).to.have.nested.property('err.stack').that.includes('watch-log.test');
    expect(lines()[3]).to.include({ msg: 'with [REDACTED]', requestId: 'req_1' });
    expect(reading()).to.deep.equal({
      lines: { trace: 0, debug: 0, info: 1, warn: 1, error: 2, fatal: 1 },
      dropped: 0,
    });
  });

  it('follows the level of the logger it was made of, whenever that changes', () => {
    const { log: own, lines } = theirs('warn');
    const { log, reading } = watchLog(own, { redactor });
    log.info({}, 'off');
    own.level = 'debug';
    log.debug({}, 'on');
    own.level = 'silent';
    log.fatal({}, 'off');
    expect(lines().map(({ msg }) => msg)).to.deep.equal(['on']);
    expect(reading().lines).to.include({ debug: 1, info: 0, fatal: 0 });
  });

  it('tells of warnings and worse, with all that is known of them', () => {
    const told: unknown[] = [];
    const { log: own } = theirs();
    const { log } = watchLog(own, { redactor, told: (...line) => told.push(line) });
    const fault = new Error('broken');
    log.info({ n: 0 }, 'not this');
    log.child({ requestId: 'req_1' }).warn({ n: 1 }, 'careful');
    log.warn('%d of %s', 1, 'many');
    log.error(fault);
    log.error({ err: fault });
    log.fatal({ n: 2 });
    log.debug({ n: 3 }, 'off');
    expect(told).to.deep.equal([
      ['warn', { requestId: 'req_1', n: 1 }, 'careful'],
      ['warn', {}, '1 of many'],
      ['error', { err: fault }, 'broken'],
      ['error', { err: fault }, 'broken'],
      ['fatal', { n: 2 }, ''],
    ]);
  });

  it('leaves the logger it was made of as it was', () => {
    const { log: own } = theirs();
    const before = LEVELS.map((level) => own[level]);
    const { reading } = watchLog(own, { redactor });
    own.info('not through the watch');
    expect(LEVELS.map((level) => (own as Logger)[level])).to.deep.equal(before);
    expect(reading().lines.info).to.equal(0);
  });
});
