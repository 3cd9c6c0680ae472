import { expect } from 'chai';
import fc from 'fast-check';
import { findCallouts } from '../../src/captions/callouts.ts';
import { readNumber } from '../../src/captions/numbers.ts';
import { spoken } from './spoken.ts';

function found(text: string): string[] {
  return findCallouts(spoken(text)).map(({ prefix, value, kind, unit }) =>
    `${prefix}${value}${kind === 'percent' ? '%' : ''} ${unit}`.trim(),
  );
}

describe('findCallouts', () => {
  it('finds percentages in figures and in words', () => {
    expect(found('About 70% of it')).to.deep.equal(['70%']);
    expect(found('seventy percent, they say')).to.deep.equal(['70%']);
    expect(found('twenty-five per cent of all')).to.deep.equal(['25%']);
    expect(found('“99.5 percent” of them')).to.deep.equal(['99.5%']);
    expect(found('three point five percent more')).to.deep.equal(['3.5%']);
    expect(found('a hundred percent sure')).to.deep.equal(['100%']);
  });

  it('finds Chinese percentages inside a longer word', () => {
    expect(found('大约百分之七十五的珊瑚')).to.deep.equal(['75%']);
    expect(found('百分之十，百分之百')).to.deep.equal(['10%']);
    expect(found('百分之30')).to.deep.equal(['30%']);
  });

  it('finds amounts with a magnitude or a currency', () => {
    expect(found('About 500 million people')).to.deep.equal(['500 million']);
    expect(found('worth $40 billion today')).to.deep.equal(['$40 billion']);
    expect(found('three million dollars in cash')).to.deep.equal(['$3 million']);
    expect(found('it cost €1,200 in total')).to.deep.equal(['€1200']);
    expect(found('two hundred and fifty thousand miles')).to.deep.equal(['250 thousand']);
  });

  it('leaves years, ordinals, small counts and impossible shares alone', () => {
    expect(found('In 2024 the first two of 300 teams won 5 games, the third 12.')).to.deep.equal([]);
    expect(found('a 150 percent rise')).to.deep.equal([]);
    expect(found('one of them said a hundred words')).to.deep.equal([]);
  });

  it('starts with the number and never overlaps the next', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('seventy', 'percent', '40%', 'of', '$3', 'million', 'five', 'reefs'), {
          maxLength: 30,
        }),
        (words) => {
          const timed = spoken(words.join(' '));
          const callouts = findCallouts(words.length === 0 ? [] : timed);
          callouts.forEach((callout, index) => {
            expect(timed.some(({ start }) => start === callout.start)).to.equal(true);
            expect(callout.end - callout.start).to.be.within(1.2, 2.6001);
            expect(callout.end).to.be.at.most(callouts[index + 1]?.start ?? Number.POSITIVE_INFINITY);
          });
        },
      ),
    );
  });
});

describe('readNumber', () => {
  const read = (text: string) => readNumber(text.split(' '));

  it('reads every cardinal below a thousand as it is said', () => {
    const units =
      'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
        ' ',
      );
    const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
    const below = (n: number): string =>
      n < 20 ? (units[n] ?? '') : `${tens[Math.floor(n / 10) - 2]}${n % 10 ? `-${units[n % 10]}` : ''}`;
    for (let n = 0; n < 1000; n += 1) {
      const rest = n % 100;
      const said = n < 100 ? below(n) : `${units[Math.floor(n / 100)]} hundred${rest ? ` and ${below(rest)}` : ''}`;
      expect(read(`${said} reefs`)?.value, said).to.equal(n);
      expect(read(said)?.length, said).to.equal(said.split(' ').length);
    }
  });

  it('reads figures and stops at what is none', () => {
    expect(read('1,200,000 fish')).to.deep.equal({ value: 1200000, length: 1 });
    expect(read('3.75 litres')).to.deep.equal({ value: 3.75, length: 1 });
    expect(read('forty two')).to.deep.equal({ value: 42, length: 2 });
    expect(read('six point')).to.deep.equal({ value: 6, length: 1 });
    expect(read('12,34')).to.equal(undefined);
    expect(read('twenty-zero')).to.equal(undefined);
    expect(read('well-known fish')).to.equal(undefined);
    expect(readNumber([])).to.equal(undefined);
  });
});
