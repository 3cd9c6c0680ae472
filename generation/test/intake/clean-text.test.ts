import { expect } from 'chai';
import fc from 'fast-check';
import { cleanText } from '../../src/intake/clean-text.ts';

const clean = (text: string, lines = false) => cleanText(text, { maxLength: 1000, lines });

describe('clean text', () => {
  it('holds nothing that is there without being seen', () => {
    const hidden: [string, string][] = [
      ['pass\u200bword\u2060s\ufeff', 'passwords'],
      ['a\u200cb\u200dc', 'abc'],
      ['user\u202etxt.exe', 'usertxt.exe'],
      ['\u2066left\u2069 \u200fright\u061c', 'left right'],
      ['hi\u{e0069}\u{e0067}\u{e006e}', 'hi'],
      ['b\ufe01\ufe02\u{e0101}c', 'bc'],
      ['soft\u00adhyphen', 'softhyphen'],
      ['filled\u3164\u115f', 'filled'],
      ['x\ufffcy\ufff9z', 'xyz'],
      ['nul\u0000 esc\u001b[31m bell\u0007', 'nul esc [31m bell'],
      ['c1\u009bcode', 'c1 code'],
      ['\ufe0f\u200d👩', '👩'],
      ['half\ud800\udfff\udfff', 'half\ud800\udfff'],
    ];
    for (const [text, seen] of hidden) expect(clean(text), JSON.stringify(text)).to.equal(seen);
  });

  it('leaves languages and emoji as their readers write them', () => {
    const honest = [
      'می‌خواهم',
      'क्‍ष',
      'ශ්‍රී',
      '👩🏽‍🚀 ❤️ 1️⃣',
      'العربية',
      'עִבְרִית',
      'ภาษาไทย',
      'Tiếng Việt',
      '日本語',
      'Ünïcödé «x»',
    ];
    for (const text of honest) expect(clean(text)).to.equal(text.normalize('NFC'));
  });

  it('is composed, and bears no heap of marks', () => {
    expect(clean('e\u0301')).to.equal('é');
    expect(clean(`z${'\u0335'.repeat(500)}!`)).to.equal(`z${'\u0335'.repeat(6)}!`);
    // Put in order before it is cut, this heap alone would take many seconds.
    expect(cleanText(`z${'\u093c\u0335'.repeat(1_000_000)}`, { maxLength: 2_000_000 })).to.have.length(7);
  });

  it('is one line, or keeps its own', () => {
    expect(clean('a\r\nb\rc\u2028d\te  f\n')).to.equal('a b c d e f');
    expect(clean('a\r\nb\rc\u2028d\te  f\n', true)).to.equal('a\nb\nc\nd\te  f');
  });

  it('is never longer than it may be, nor ends in half a character', () => {
    expect(cleanText('ab😀', { maxLength: 3 })).to.equal('ab');
    expect(cleanText('x'.repeat(1_000_000), { maxLength: 10 })).to.equal('xxxxxxxxxx');
    // Three characters in normal form for one.
    expect(cleanText('\ufb2c'.repeat(10), { maxLength: 10 }).length).to.be.at.most(10);
  });

  it('is made in a few passes, though every pass uncovers more', () => {
    const [shaped, other] = ['\u093c', '\u0335'];
    const run = `${shaped}${other.repeat(4)}${shaped}`;
    const cascade = `क${other}${Array.from({ length: 20_000 }, () => run).join('\u200d')}`;
    const cleaned = cleanText(cascade, { maxLength: 200_000 });
    expect(cleaned).to.not.match(/\p{M}{7}/u);
    expect(cleaned.startsWith('क')).to.equal(true);
  });

  it('keeps its promises for any text, and has nothing left to do the second time', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u200d',
        '\u200c',
        '\u202e',
        '\ufe0f',
        'क',
        'ا',
        '👩',
        '\u0335',
        '\ud800',
        '\r',
        '\u2028',
        '{\\p1}',
      ),
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 60 }), fc.boolean(), (dirty, maxLength, lines) => {
        const out = cleanText(dirty, { maxLength, lines });
        expect(out.length).to.be.at.most(maxLength);
        expect(out).to.equal(out.trim());
        expect(out).to.not.match(/\p{Surrogate}|\p{Bidi_Control}|(?![\n\t])\p{Cc}|[\u200b\u2060-\u206f]/u);
        if (!lines) expect(out).to.not.match(/[\n\t]/u);
        const whole = clean(dirty, lines);
        expect(clean(whole, lines)).to.equal(whole);
      }),
      { numRuns: 1000 },
    );
  });
});
