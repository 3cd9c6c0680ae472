import { expect } from 'chai';
import fc from 'fast-check';
import { SilencePattern } from '../../src/alerts/silence-pattern.ts';
import { type SilenceMatcher, type SilenceRequest, Silences } from '../../src/alerts/silences.ts';

const NOW = 1_000_000;

describe('silences', () => {
  let made = 0;
  let silences: Silences;
  beforeEach(() => {
    made = 0;
    silences = new Silences(() => `s${++made}`);
  });

  function silence(...matchers: SilenceMatcher[]): SilenceRequest {
    return { matchers, untilMs: NOW + 1000, by: 'ada', comment: 'deploying' };
  }

  it('cover what fits all of their matchers, and a label an alert does not have is empty', () => {
    silences.add(
      silence({ label: 'tool', operator: '=~', value: 'voice|mus.*' }, { label: 'team', operator: '!=', value: 'x' }),
      NOW,
    );
    expect(silences.covering({ tool: 'music' })).deep.equal(['s1']);
    expect(silences.covering({ tool: 'voice', team: 'y' })).deep.equal(['s1']);
    expect(silences.covering({ tool: 'voice', team: 'x' })).deep.equal([]);
    expect(silences.covering({ tool: 'voices' })).deep.equal([]);
    expect(silences.covering({})).deep.equal([]);
    silences.add(silence({ label: 'team', operator: '=', value: '' }), NOW);
    expect(silences.covering({ tool: 'voice' })).deep.equal(['s1', 's2']);
  });

  it('know labels of alerts only: what every object has is none', () => {
    for (const label of ['constructor', 'toString', '__proto__']) {
      silences.add(silence({ label, operator: '=~', value: '.*' }), NOW);
      silences.add(silence({ label, operator: '!=', value: '' }), NOW);
      expect(silences.covering({ tool: 'voice' }), label).deep.equal([`s${made - 1}`]);
      silences.end(`s${made - 1}`);
      silences.end(`s${made}`);
    }
    silences.add(silence({ label: 'constructor', operator: '=', value: 'crane' }), NOW);
    expect(silences.covering({ constructor: 'crane' })).deep.equal([`s${made}`]);
  });

  it('are 500 at most after a restart too, whatever was stored, and keep nothing but themselves', () => {
    const stored = { ...silence({ label: 'a', operator: '=', value: 'b' }), createdAt: NOW, junk: 'x'.repeat(100) };
    for (let count = 0; count < 500; count += 1) silences.restore({ ...stored, id: `r${count}` }, NOW);
    expect(() => silences.restore({ ...stored, id: 'one more' }, NOW)).throw(RangeError, 'there are 500 already');
    expect(silences.list()[0]).not.property('junk');
  });

  it('end at their time', () => {
    silences.add(silence({ label: 'a', operator: '=', value: 'b' }), NOW);
    silences.expire(NOW + 999);
    expect(silences.list().length).equal(1);
    silences.expire(NOW + 1000);
    expect(silences.list()).deep.equal([]);
  });

  it('are 500 at most, those that ended not counted', () => {
    const request = silence({ label: 'a', operator: '=', value: 'b' });
    for (let count = 0; count < 500; count += 1) silences.add(request, NOW);
    expect(() => silences.add(request, NOW)).throw(RangeError, 'there are 500 already');
    expect(silences.add({ ...request, untilMs: NOW + 5000 }, NOW + 1000).id).equal('s501');
  });

  it('do not change with the object they were asked for with', () => {
    const matcher = { label: 'a', operator: '=' as const, value: 'b' };
    silences.add(silence(matcher), NOW);
    matcher.value = 'c';
    expect(silences.list()[0]?.matchers[0]?.value).equal('b');
  });

  const good = { label: 'a', operator: '=', value: 'b' } as const;
  const REFUSED: readonly (readonly [string, unknown, string])[] = [
    ['no matcher', { matchers: [] }, 'it needs 1 to 20 matchers'],
    ['too many matchers', { matchers: new Array(21).fill(good) }, 'it needs 1 to 20 matchers'],
    ['an operator nobody knows', { matchers: [{ ...good, operator: '!~' }] }, 'is no matcher'],
    ['a matcher without label', { matchers: [{ ...good, label: '' }] }, 'is no matcher'],
    ['a value that is no text', { matchers: [{ ...good, value: 1 }] }, 'is no matcher'],
    ['a pattern that could hang', { matchers: [{ ...good, operator: '=~', value: '(a+)+' }] }, 'is not known here'],
    ['an end that is over', { untilMs: NOW }, 'untilMs must be later than now'],
    ['an end that is no time', { untilMs: Number.NaN }, 'untilMs must be later than now'],
    ['an end in 2 years', { untilMs: NOW + 2 * 365 * 86_400_000 }, 'by a year at most'],
    ['nobody', { by: '' }, 'say by whom'],
    ['an endless comment', { comment: 'x'.repeat(1001) }, 'its comment needs a text of 1000'],
  ];
  for (const [what, change, sentence] of REFUSED) {
    it(`refuse ${what}`, () => {
      const request: SilenceRequest = Object.assign(silence(good), change);
      expect(() => silences.add(request, NOW)).throw(RangeError, sentence);
    });
  }
});

describe('a pattern of a silence', () => {
  it('means what the same regular expression means', () => {
    const piece = fc.constantFrom('a', 'b', 'ab', '.*', '|', '\\.', '\\|', '\\\\', '-', ' ', 'ü');
    const text = fc.array(fc.constantFrom('a', 'b', '.', '|', '\\', '-', ' ', 'ü'), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), text, (pieces, signs) => {
        const pattern = pieces.join('');
        const expected = new RegExp(`^(?:${pattern})$`, 's').test(signs.join(''));
        expect(new SilencePattern(pattern).fits(signs.join('')), pattern).equal(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses every other sign of regular expressions', () => {
    for (const text of ['a.b', 'a+', 'a?', 'a*', '(a)', '[a]', 'a{2}', '^a', 'a$', '\\d', 'a\\', '.*+']) {
      expect(() => new SilencePattern(text), text).throw(RangeError, 'is not known here');
    }
  });

  it('takes time in proportion to the text where expressions with repetition do not', () => {
    const pattern = new SilencePattern(`${'.*a'.repeat(300)}b`);
    expect(pattern.fits('a'.repeat(10_000))).equal(false);
  });
});
