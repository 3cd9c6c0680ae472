import { expect } from 'chai';
import fc from 'fast-check';
import { selectRange } from '../../src/assets/ranges.ts';

const whole = { kind: 'whole' };
const unsatisfiable = { kind: 'unsatisfiable' };
const part = (first: number, last: number): object => ({ kind: 'part', first, last });

describe('selectRange', () => {
  const examples: readonly (readonly [string | undefined, number, object])[] = [
    [undefined, 10, whole],
    ['bytes=0-0', 10, part(0, 0)],
    ['bytes=0-', 10, part(0, 9)],
    ['bytes=3-5', 10, part(3, 5)],
    ['bytes=3-500', 10, part(3, 9)],
    ['bytes=-4', 10, part(6, 9)],
    ['bytes=-400', 10, part(0, 9)],
    ['BYTES= 3-5 ', 10, part(3, 5)],
    ['bytes=,3-5,', 10, part(3, 5)],
    ['bytes=10-', 10, unsatisfiable],
    ['bytes=10-12', 10, unsatisfiable],
    ['bytes=-0', 10, unsatisfiable],
    ['bytes=0-', 0, unsatisfiable],
    ['bytes=-5', 0, whole],
    [`bytes=${'9'.repeat(400)}-`, 10, unsatisfiable],
    [`bytes=0-${'9'.repeat(400)}`, 10, part(0, 9)],
    ['bytes=5-3', 10, whole],
    ['bytes=0-1,4-5', 10, whole],
    ['bytes=-', 10, whole],
    ['bytes=', 10, whole],
    ['bytes', 10, whole],
    ['bytes=1 - 2', 10, whole],
    ['bytes=+1-2', 10, whole],
    ['bytes=1-2;', 10, whole],
    ['bytes=0x1-2', 10, whole],
    ['lines=1-2', 10, whole],
  ];
  for (const [header, length, expected] of examples) {
    it(`reads ${JSON.stringify(header)?.slice(0, 30)} of ${length} bytes`, () => {
      expect(selectRange(header, length)).to.deep.equal(expected);
    });
  }

  it('agrees with picking the bytes one by one', () => {
    const position = fc.integer({ min: 0, max: 40 });
    const spec = fc.oneof(
      fc.tuple(position, position).map(([first, last]) => ({ text: `${first}-${last}`, first, last })),
      position.map((first) => ({ text: `${first}-`, first, last: 1000 })),
    );
    fc.assert(
      fc.property(spec, fc.integer({ min: 0, max: 30 }), ({ text, first, last }, length) => {
        const picked = Array.from({ length }, (_, at) => at).filter((at) => at >= first && at <= last);
        expect(bytesOf(`bytes=${text}`, length)).to.deep.equal(first > last ? 'whole' : emptyAs416(picked));
      }),
    );
  });

  it('agrees with picking the last bytes one by one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 30 }), (count, length) => {
        const picked = Array.from({ length }, (_, at) => at).filter((at) => at >= length - count);
        expect(bytesOf(`bytes=-${count}`, length)).to.deep.equal(emptyAs416(picked));
      }),
    );
  });

  it('never asks for a byte the file does not have, whatever the header', () => {
    const junk = fc.oneof(fc.string(), fc.stringMatching(/^bytes=[-0-9, ]{0,20}$/));
    fc.assert(
      fc.property(junk, fc.integer({ min: 0, max: 1000 }), (header, length) => {
        const range = selectRange(header, length);
        if (range.kind !== 'part') return;
        expect(range.first).to.be.within(0, range.last);
        expect(range.last).to.be.below(length);
      }),
    );
  });
});

function emptyAs416(picked: number[]): number[] | '416' {
  return picked.length === 0 ? '416' : picked;
}

function bytesOf(header: string, length: number): number[] | string {
  const range = selectRange(header, length);
  if (range.kind === 'unsatisfiable') return '416';
  if (range.kind === 'whole') return 'whole';
  return Array.from({ length: range.last - range.first + 1 }, (_, at) => range.first + at);
}
