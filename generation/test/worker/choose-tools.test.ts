import type { Tool } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { chooseTools, fits } from '../../src/worker/choose-tools.ts';
import { UsageError } from '../../src/worker/usage-error.ts';

const TOOLS = ['create_video', 'generate_music', 'generate_video_script', 'list_voices'].map(
  (name) => ({ name }) as Tool,
);
const chosen = (allow: readonly string[], deny: readonly string[] = []): string[] =>
  chooseTools(TOOLS, allow, deny).map(({ name }) => name);

describe('the tools a worker offers', () => {
  it('are all unless it is said which', () => {
    expect(chosen([])).to.deep.equal(TOOLS.map(({ name }) => name));
    expect(chosen(['generate_*', 'create_video'])).to.deep.equal([
      'create_video',
      'generate_music',
      'generate_video_script',
    ]);
  });

  it('are never those that are denied', () => {
    expect(chosen(['generate_*'], ['*_script'])).to.deep.equal(['generate_music']);
    expect(chosen([], ['generate_*', 'nothing_of_the_kind'])).to.deep.equal(['create_video', 'list_voices']);
  });

  for (const [allow, deny, says] of [
    [['create_vido'], [], 'no tool here has such a name; there are create_video, generate_music'],
    [['[a-z]+'], [], 'the tool pattern "[a-z]+"'],
    [['*'], ['c?'], 'the tool pattern "c?"'],
    [['*_music'], ['*'], 'leaves no tool'],
  ] as const) {
    it(`are refused with a reason: ${allow} without ${deny}`, () => {
      expect(() => chosen(allow, deny))
        .to.throw(UsageError)
        .with.property('message')
        .that.contains(says);
    });
  }

  it('fit a pattern as the same regular expression says', () => {
    const letter = fc.constantFrom('a', 'b', '*');
    const pattern = fc.array(letter, { maxLength: 8 }).map((letters) => letters.join(''));
    const name = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(pattern, name, (written, called) => {
        expect(fits(written, called)).to.equal(new RegExp(`^${written.replaceAll('*', '.*')}$`, 'u').test(called));
      }),
    );
  });
});
