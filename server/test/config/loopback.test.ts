import { expect } from 'chai';
import { FORMATS } from '../../src/config/formats.ts';
import { isLoopback } from '../../src/config/loopback.ts';

describe('isLoopback', () => {
  it('knows this machine in every spelling', () => {
    const spellings = [
      '127.0.0.1',
      '127.9.8.7',
      '::1',
      '[::1]',
      '0:0:0:0:0:0:0:1',
      '::ffff:127.0.0.1',
      'localhost',
      'LOCALHOST',
    ];
    for (const host of spellings) expect(isLoopback(host), host).to.equal(true);
  });

  it('takes nothing else for it', () => {
    const others = [
      '0.0.0.0',
      '::',
      '',
      '128.0.0.1',
      '10.0.0.1',
      'localhost.evil.test',
      '127.0.0.1.evil.test',
      '127.1',
      '::ffff:10.0.0.1',
    ];
    for (const host of others) expect(isLoopback(host), host).to.equal(false);
  });
});

describe('formats', () => {
  const cases = {
    host: { good: ['::1', '10.0.0.1', 'gate-1.test'], bad: ['', 'http://x', 'a:80', 'a b', 'a..b', 'x'.repeat(254)] },
    url: {
      good: ['http://127.0.0.1:8081', 'https://gate.test/base'],
      bad: ['gate.test', 'ftp://x', 'http://u@x', 'http://:p@x', 'http://x?a', 'http://x#a', ''],
    },
    key: { good: ['k', 'x'.repeat(128)], bad: ['', 'a b', 'x'.repeat(129), 'ü', 'csk_live_broken'] },
    pattern: { good: ['*', 'generate_*'], bad: ['', 'a.b', 'A', '*'.repeat(129)] },
    folder: { good: ['./data', '/x y'], bad: ['', 'a\0b', 'a\nb'] },
  } as const;
  for (const [name, { good, bad }] of Object.entries(cases)) {
    it(`tell a ${name} from other texts`, () => {
      const { fits } = FORMATS[name as keyof typeof cases];
      for (const text of good) expect(fits(text), text).to.equal(true);
      for (const text of bad) expect(fits(text), JSON.stringify(text)).to.equal(false);
    });
  }
});
