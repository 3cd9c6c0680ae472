import { expect } from 'chai';
import {
  callable,
  checkOptions,
  flag,
  line,
  lines,
  required,
  secret,
  whole,
  withMethods,
} from '../../../src/alerts/notify/option-rules.ts';

interface Options {
  readonly name?: string;
  readonly ms?: number;
  readonly key?: string;
  readonly to?: readonly string[];
  readonly log?: object;
  readonly fn?: () => void;
  readonly on?: boolean;
}

const check = (options: unknown) =>
  checkOptions<Options>('build it', options as Options, {
    name: required(line(5, 'a name')),
    ms: whole(1, 10, 'milliseconds'),
    key: secret(line(8)),
    to: lines(5),
    log: withMethods('info'),
    fn: callable,
    on: flag,
  });

describe('an option', () => {
  it('passes when it fits', () => {
    check({ name: 'n' });
    check({ name: 'n', ms: 10, key: 'k', to: ['a'], log: { info: () => 0 }, fn: () => undefined, on: false });
  });

  it('is refused with its name, its value and what would do', () => {
    const sentences: [object, string][] = [
      [{}, 'option "name" must be a name of 1 to 5 characters, in one line; it is missing'],
      [{ name: 'too long' }, 'option "name" must be a name of 1 to 5 characters, in one line; it is "too long"'],
      [{ name: 'a\nb' }, 'option "name" must be a name of 1 to 5 characters, in one line; it is "a\nb"'],
      [{ name: 'n', ms: 11 }, 'option "ms" must be a whole number of milliseconds, 1 to 10; it is 11'],
      [{ name: 'n', ms: '1' }, 'option "ms" must be a whole number of milliseconds, 1 to 10; it is "1"'],
      [{ name: 'n', to: 'a' }, 'option "to" must be a list, each a text of 1 to 5 characters, in one line; it is "a"'],
      [{ name: 'n', log: {} }, 'option "log" must be an object with info; it is something else'],
      [{ name: 'n', fn: 1 }, 'option "fn" must be a function; it is 1'],
      [{ name: 'n', on: 'yes' }, 'option "on" must be true or false; it is "yes"'],
      [{ name: 'n', nmae: 1 }, 'there is no option "nmae"; the options are name, ms, key, to, log, fn, on'],
    ];
    for (const [options, sentence] of sentences) {
      expect(() => check(options), sentence).to.throw(TypeError, `Cannot build it: ${sentence}`);
    }
    expect(() => check(undefined)).to.throw(TypeError, 'expected an object of options, got undefined');
  });

  it('is not quoted when it is a secret', () => {
    expect(() => check({ name: 'n', key: 'much too long' }))
      .to.throw(TypeError, 'it is something else')
      .with.property('message')
      .that.does.not.include('much');
  });
});
