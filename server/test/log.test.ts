import { PassThrough } from 'node:stream';
import { Redactor } from '@callsheet/monitoring';
import { expect } from 'chai';
import { openLog } from '../src/log.ts';

const KNOWN = 'the-secret-of-the-configuration';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ';

function logTo(format: 'json' | 'text') {
  const out = new PassThrough();
  const log = openLog({ level: 'info', format }, new Redactor({ secrets: [KNOWN] }), out);
  return { log, written: () => String(out.read() ?? '') };
}

describe('the log', () => {
  for (const format of ['json', 'text'] as const) {
    it(`takes secrets out of members, sentences, errors and their causes (${format})`, () => {
      const { log, written } = logTo(format);
      const cause = new Error(`could not send ${KNOWN}`);
      log.error(
        { err: new Error(`refused Bearer ${JWT}`, { cause }), password: 'hunter2', deep: { apiKey: 'x1' } },
        `told ${KNOWN}`,
      );
      log.child({ reqId: 'r1' }).info(`again ${KNOWN}`);
      log.warn('with %s', JWT);
      const text = written();
      expect(text).to.include('refused').and.to.include('could not send').and.to.include('r1');
      for (const secret of [KNOWN, JWT, 'hunter2', 'x1']) expect(text, secret).to.not.include(secret);
    });
  }

  it('writes one JSON object a line, with a time a person can read', () => {
    const { log, written } = logTo('json');
    log.info({ n: 1 }, 'hello');
    log.debug('not this');
    const lines = written().trim().split('\n');
    expect(lines).to.have.length(1);
    expect(JSON.parse(lines[0] ?? ''))
      .to.include({ level: 30, n: 1, msg: 'hello' })
      .and.have.property('time')
      .match(/Z$/);
  });

  it('writes short lines for people', () => {
    const { log, written } = logTo('text');
    log.warn({ n: 1 }, 'careful');
    expect(written()).to.match(/^\d\d:\d\d:\d\d warn {2}careful n=1\n$/);
  });

  for (const [format, told] of [
    ['json', /^{"level":40,"time":"[^"]+Z","dropped":\d+,"msg":"lines nobody read were dropped"}\n$/],
    ['text', /^\d\d:\d\d:\d\d warn {2}lines nobody read were dropped dropped=\d+\n$/],
  ] as const) {
    it(`keeps a bounded number of lines nobody reads, and says how many are missing (${format})`, async () => {
      const out = new PassThrough({ highWaterMark: 1 });
      const log = openLog({ level: 'info', format }, new Redactor(), out);
      for (let line = 0; line < 2_000; line++) log.info('x'.repeat(1_000));
      let written = '';
      while (!written.includes('dropped')) {
        written += out.read() ?? '';
        await new Promise(setImmediate);
      }
      const lines = written.split(/(?<=\n)/);
      const missing = lines.at(-1) ?? '';
      expect(missing).to.match(told);
      expect(lines.length - 1 + Number(/\d{3,}(?=\D+$)/.exec(missing))).to.equal(2_000);
    });
  }
});
