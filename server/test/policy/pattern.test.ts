import { expect } from 'chai';
import fc from 'fast-check';
import { isPattern, matches } from '../../src/policy/pattern.ts';
import { matchStars } from '../../src/policy/wildcard.ts';

/** What a pattern means, said as plainly as possible; slow, and right by looking at it. */
function means(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*')) return means(pattern.slice(1), text) || (text !== '' && means(pattern, text.slice(1)));
  return text.startsWith(pattern.charAt(0)) && means(pattern.slice(1), text.slice(1));
}

describe('a pattern', () => {
  it('means what the plain definition says', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 7 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 9 });
    fc.assert(
      fc.property(pattern, text, (pattern, text) => {
        expect(matches(pattern, text)).to.equal(means(pattern, text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes every sign but the star literally', () => {
    expect(matches('a.c', 'a.c')).to.equal(true);
    expect(matches('a.c', 'abc')).to.equal(false);
    expect(matches('jobs/*', 'jobs/get')).to.equal(true);
    expect(matches('*', '')).to.equal(true);
    expect(matches('', 'a')).to.equal(false);
  });

  it('costs a step for each pair of signs at most, however hostile both are', () => {
    const hostile = ['*a*a*a*a*a*a*b', `${'*a'.repeat(60)}*b`, '*'.repeat(128), `*${'a'.repeat(126)}b`, '**a**b**c'];
    for (const pattern of hostile) {
      const text = 'a'.repeat(10_000);
      let steps = 0;
      matchStars(
        pattern.length,
        text.length,
        (at) => pattern[at] === '*',
        (patternAt, textAt) => {
          steps++;
          return pattern[patternAt] === text[textAt];
        },
      );
      expect(steps, pattern).to.be.at.most((pattern.length + 1) * text.length);
    }
  });

  it('is refused when it is empty, too long, or in another language of patterns', () => {
    for (const text of ['generate_*', 'jobs/*', '*/*', 'others/jobs/get', 'a.b-c', 'x'.repeat(128)]) {
      expect(isPattern(text), text).to.equal(true);
    }
    for (const text of [
      '',
      'x'.repeat(129),
      'a b',
      '^a$',
      '[ab]',
      'a|b',
      'a?',
      '(a+)+',
      '{a,b}',
      'tools:read',
      'é',
      'a\n',
    ]) {
      expect(isPattern(text), text).to.equal(false);
    }
  });
});
