import { expect } from 'chai';
import { type Command, defineCommand, UsageError } from '../../src/commands/command.ts';
import { readWords } from '../../src/commands/read-words.ts';
import { COMMANDS } from '../../src/commands/table.ts';

const run = async (): Promise<0> => 0;
const TABLE: readonly Command[] = [
  defineCommand({ words: 'start', summary: 'serve', run }),
  defineCommand({
    words: 'keys create',
    summary: 'make a key',
    options: {
      name: { type: 'string', value: 'NAME', help: 'a name' },
      scope: { type: 'string', value: 'SCOPE', multiple: true, help: 'a scope' },
    },
    run,
  }),
  defineCommand({
    words: 'keys list',
    summary: 'show keys',
    options: { json: { type: 'boolean', help: 'as JSON' } },
    run,
  }),
  defineCommand({ words: 'keys revoke', summary: 'end a key', operands: ['kid'], run }),
  defineCommand({ words: 'audit', summary: 'show the trail', run }),
  defineCommand({ words: 'audit verify', summary: 'check the trail', operands: ['from', 'to'], run }),
];
const read = (line: string) => readWords(line === '' ? [] : line.split(' '), TABLE);
const running = (line: string) => {
  const wish = read(line);
  if (wish.kind !== 'run') throw new Error(`"${line}" runs nothing`);
  return { words: wish.command.words, values: { ...wish.values }, operands: wish.operands };
};

describe('the words of the command line', () => {
  it('choose a command, the first when there are none', () => {
    expect(running('').words).to.equal('start');
    expect(running('--port 0').words).to.equal('start');
    expect(running('keys list').words).to.equal('keys list');
  });

  it('may stand among the options in any order', () => {
    const wish = { words: 'keys create', values: { name: 'eve', 'data-dir': 'x' }, operands: {} };
    expect(running('keys create --name eve --data-dir x')).to.deep.equal(wish);
    expect(running('--data-dir x keys --name=eve create')).to.deep.equal(wish);
  });

  it('choose the longest command they name, and leave it the rest', () => {
    expect(running('audit').words).to.equal('audit');
    expect(running('audit verify 1 2')).to.deep.include({ words: 'audit verify', operands: { from: '1', to: '2' } });
  });

  it('give every value of an option that may be given several times', () => {
    expect(running('keys create --scope a --scope b').values).to.deep.equal({ scope: ['a', 'b'] });
    expect(running('keys list').values).to.deep.equal({});
    expect(running('keys list --json').values).to.deep.equal({ json: true });
  });

  it('may ask for the version, and for help about all, some or one', () => {
    expect(read('--version')).to.deep.equal({ kind: 'version' });
    expect(read('-h')).to.deep.equal({ kind: 'help', about: '' });
    expect(read('keys --help')).to.deep.equal({ kind: 'help', about: 'keys' });
    expect(read('keys create --name eve --help')).to.deep.equal({ kind: 'help', about: 'keys create' });
  });

  for (const [line, says] of [
    ['key list', 'did you mean keys list?'],
    ['keys creat', 'did you mean keys create?'],
    ['strat', 'did you mean start?'],
    ['keys', 'there is keys create, keys list, keys revoke'],
    ['dance', 'there is no such command'],
    ['dance --help', 'there is no such command'],
    ['startle', 'there is no such command'],
    ['keys create --nam eve', 'did you mean --name?'],
    ['keys list --name eve', 'it has no such option'],
    ['keys create --name', '--name'],
    ['keys list --json=yes', '--json'],
    ['keys list -x', '-x'],
    ['keys revoke', 'KID is missing; say callsheet-server keys revoke KID'],
    ['keys revoke a b', '"b" is one word too many'],
    ['audit verify 1', 'TO is missing'],
    ['start now', '"now" is one word too many'],
    ['keys list --toString', 'it has no such option'],
  ] as const) {
    it(`are refused with a reason: ${line}`, () => {
      expect(() => read(line))
        .to.throw(UsageError)
        .with.property('message')
        .that.contains(says);
    });
  }

  it('mean one kind of value by one option, whatever the command', () => {
    const kinds = new Map<string, string>();
    for (const [name, { type, multiple }] of COMMANDS.flatMap(({ options = {} }) => Object.entries(options))) {
      const kind = `${type} ${multiple ?? false}`;
      expect(kinds.get(name) ?? kind, name).to.equal(kind);
      kinds.set(name, kind);
    }
  });
});
