import { isSampled, parseTraceparent, traceparentText } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const GOOD = `00-${TRACE}-${SPAN}-01`;
/** The grammar of W3C Trace Context §3.2.2, as a second opinion. */
const GRAMMAR =
  /^(?:00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}|(?!00|ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-.*)?)$/su;

describe('a traceparent', () => {
  it('is read into its ids and its flag', () => {
    expect(parseTraceparent(GOOD)).to.deep.equal({ traceId: TRACE, spanId: SPAN, sampled: true });
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-00`)?.sampled).to.equal(false);
  });

  it('is sampled by the lowest bit of its flags, whatever the others are', () => {
    for (let flags = 0; flags < 256; flags++) {
      const text = `00-${TRACE}-${SPAN}-${flags.toString(16).padStart(2, '0')}`;
      expect(parseTraceparent(text)?.sampled, text).to.equal((flags & 1) === 1);
    }
  });

  it('of a later version is read as far as version 00 goes', () => {
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-what-the-future-brings`)?.spanId).to.equal(SPAN);
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01`)?.spanId).to.equal(SPAN);
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01.what`)).to.equal(undefined);
  });

  for (const [what, text] of [
    ['empty', ''],
    ['of the forbidden version', GOOD.replace('00', 'ff')],
    ['in capitals', GOOD.toUpperCase()],
    ['longer than its version', `${GOOD}-00`],
    ['of a trace that is none', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['of a span that is none', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['with another letter', GOOD.replace('a', 'g')],
    ['with a sign between the digits and the letters', GOOD.replace('a', ':')],
    ['with a dash too few', GOOD.replaceAll('-', '0')],
    ['with spaces around it', ` ${GOOD} `],
  ] as const) {
    it(`that is ${what} is none`, () => expect(parseTraceparent(text)).to.equal(undefined));
  }

  it('is read exactly when the grammar of the standard has it', () => {
    const near = fc
      .tuple(fc.nat({ max: GOOD.length - 1 }), fc.string({ maxLength: 3 }))
      .map(([at, put]) => GOOD.slice(0, at) + put + GOOD.slice(at + put.length));
    fc.assert(
      fc.property(fc.oneof(near, fc.string(), fc.constant(GOOD)), (text) => {
        expect(parseTraceparent(text) !== undefined, text).to.equal(GRAMMAR.test(text));
      }),
      { numRuns: 500 },
    );
  });

  it('says that it is sampled by the lowest bit of its flags, whatever a later version appends', () => {
    for (let flags = 0; flags < 256; flags += 1) {
      const hex = flags.toString(16).padStart(2, '0');
      const text = `01-${TRACE}-${SPAN}-${hex}`;
      for (const one of [text, `${text}-1`, `${text}-2`]) {
        expect([isSampled(one), parseTraceparent(one)?.sampled], one).to.deep.equal([flags % 2 === 1, flags % 2 === 1]);
      }
    }
    for (const none of [undefined, '', '1', GOOD.slice(0, 54)]) expect(isSampled(none)).to.equal(false);
  });

  it('is written so that it is read again', () => {
    const text = traceparentText(TRACE, SPAN, true);
    expect(text).to.equal(GOOD);
    expect(traceparentText(TRACE, SPAN, false)).to.equal(`00-${TRACE}-${SPAN}-00`);
  });
});
