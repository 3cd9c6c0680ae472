import { expect } from 'chai';
import { readCommandLine, type Words } from '../../src/worker/command-line.ts';
import { helpText } from '../../src/worker/help.ts';
import { OPTIONS, VARIABLES } from '../../src/worker/options.ts';
import { UsageError } from '../../src/worker/usage-error.ts';

const words = (line: string): Words => {
  const wish = readCommandLine(line === '' ? [] : line.split(' '));
  if (wish.kind !== 'work') throw new Error(`"${line}" is not about working`);
  return wish.words;
};

describe('the command line of a worker', () => {
  it('may say nothing: everything has a default', () => {
    const said = Object.entries(words('')).filter(([, value]) => value !== undefined);
    expect(Object.fromEntries(said)).to.deep.equal({
      ...{ gateway: [], tags: [], tools: [], deny: [], allowPrivate: [] },
      diagnostics: false,
    });
  });

  it('takes several values between commas, and an option several times', () => {
    const line = '--gateway ws://a --gateway ws://b --tools generate_*,create_video --tools list_voices --tags gpu,,eu';
    expect(words(line)).to.deep.include({
      gateway: ['ws://a', 'ws://b'],
      tools: ['generate_*', 'create_video', 'list_voices'],
      tags: ['gpu', 'eu'],
    });
  });

  it('reads numbers and addresses', () => {
    expect(words('--slots 3 --weight 0.5 --listen 0.0.0.0:9090')).to.deep.include({
      ...{ slots: 3, weight: 0.5 },
      listen: { host: '0.0.0.0', port: 9090 },
    });
    expect(words('--listen [::1]:0').listen).to.deep.equal({ host: '::1', port: 0 });
  });

  it('may ask for help and for the version, whatever else it says', () => {
    expect(readCommandLine(['--slots', 'x', '-h'])).to.deep.equal({ kind: 'help' });
    expect(readCommandLine(['--version'])).to.deep.equal({ kind: 'version' });
  });

  for (const [line, says] of [
    ['--slots 0', '--slots "0"; give a whole number from 1 to 10000'],
    ['--slots 10001', 'from 1 to 10000'],
    ['--slots 1.5', 'a whole number'],
    ['--weight 0', 'a number from 0.01 to 100'],
    ['--weight 1e9', 'a number from 0.01 to 100'],
    ['--listen 9090', 'like 0.0.0.0:9090'],
    ['--listen host:99999', 'like 0.0.0.0:9090'],
    ['--key a --key-file b', '--key and --key-file together'],
    ['--token a --token-file b', '--token and --token-file together'],
    ['--listen :1 --gateway ws://a', '--listen and --gateway together'],
    ['--slot 1', '--slot'],
    ['--name', '--name'],
    ['now', 'now'],
  ] as const) {
    it(`is refused with a reason: ${line}`, () => {
      expect(() => words(line))
        .to.throw(UsageError)
        .with.property('message')
        .that.contains(says);
    });
  }

  it('is told by its help, with every option, variable and exit code', () => {
    const help = helpText();
    for (const name of Object.keys(OPTIONS)) expect(help).to.include(`  --${name} `);
    for (const name of Object.keys(VARIABLES)) expect(help).to.include(`  ${name} `);
    for (const code of [0, 1, 2, 3]) expect(help).to.match(new RegExp(`^ {2}${code} {2}\\w`, 'mu'));
  });
});
