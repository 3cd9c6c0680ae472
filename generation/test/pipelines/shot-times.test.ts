import { expect } from 'chai';
import fc from 'fast-check';
import { shotTimes } from '../../src/pipelines/shot-times.ts';
import type { TimedWord } from '../../src/timed-word.ts';

const rules = { idealSeconds: 3.2, longestSeconds: 4 };

/** Words of a given length, each followed by a short gap, longer after a full stop. */
function spoken(text: string, seconds = 0.35): TimedWord[] {
  let at = 0.4;
  return text.split(' ').map((w) => {
    const start = at;
    at += seconds + (/[.!?]$/u.test(w) ? 0.4 : 0.03);
    return { w, start, end: start + seconds };
  });
}

describe('shot times', () => {
  it('cut at the end of a sentence when one is near', () => {
    const words = spoken('One two three four five six seven. Eight nine ten eleven twelve thirteen fourteen.');
    const [first, second] = shotTimes({ start: 0, end: 6.5 }, words, rules);
    const eight = words[7];
    expect(first?.end).to.be.within((words[6]?.end ?? 0) - 0.01, eight?.start ?? 0);
    expect(second).to.eql({ start: first?.end, end: 6.5 });
  });

  it('cut a long sentence between words', () => {
    const words = spoken(Array.from({ length: 40 }, () => 'word').join(' '));
    const shots = shotTimes({ start: 0, end: 16 }, words, rules);
    expect(shots).to.have.length(5);
    for (const shot of shots) expect(shot.end - shot.start).to.be.within(2.5, 4);
  });

  it('leave a short scene whole', () => {
    expect(shotTimes({ start: 2, end: 5 }, [], rules)).to.eql([{ start: 2, end: 5 }]);
    expect(shotTimes({ start: 0, end: 3 }, spoken('Just five words are here.'), rules)).to.have.length(1);
  });

  it('cover the scene without gap or overlap, whatever is said', () => {
    const word = fc.record({
      w: fc.constantFrom('a', 'b,', 'c.'),
      pause: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.double({ min: 0.05, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 80 }), (parts) => {
        let at = 0;
        const words = parts.map(({ w, pause, length }) => {
          const start = at + pause;
          at = start + length;
          return { w, start, end: at };
        });
        const shots = shotTimes({ start: 0, end: at + 1 }, words, rules);
        expect(shots[0]?.start).to.equal(0);
        expect(shots.at(-1)?.end).to.equal(at + 1);
        for (const [index, shot] of shots.entries()) {
          expect(shot.end).to.be.greaterThan(shot.start);
          if (index > 0) expect(shot.start).to.equal(shots[index - 1]?.end);
        }
      }),
    );
  });
});
