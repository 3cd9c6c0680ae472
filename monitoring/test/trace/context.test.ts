import { expect } from 'chai';
import fc from 'fast-check';
import { incomingTrace, parseTracestate, tracestateText } from '../../src/trace/context.ts';
import { CALLER, SAMPLED, TRACE, UNSAMPLED } from './tracing.ts';

const LONG = `01${SAMPLED.slice(2)}-${'x'.repeat(100)}`;

describe('the trace a request comes with', () => {
  it('stands in its _meta', () => {
    expect(
      incomingTrace({ name: 'x', _meta: { traceparent: SAMPLED, tracestate: 'rojo=1, congo=t61' } }),
    ).to.deep.equal({
      ...{ traceId: TRACE, spanId: CALLER, sampled: true, tracestate: 'rojo=1,congo=t61' },
    });
    expect(incomingTrace({ _meta: { traceparent: UNSAMPLED } })?.sampled).to.equal(false);
    expect(incomingTrace({ _meta: { traceparent: LONG.slice(0, 128) } })?.traceId).to.equal(TRACE);
  });

  for (const [what, params] of [
    ['nothing at all', undefined],
    ['a list', [SAMPLED]],
    ['no _meta', {}],
    ['a _meta that is a list', { _meta: [SAMPLED] }],
    ['another _meta', { _meta: { deadlineMs: 5 } }],
    ['a number', { _meta: { traceparent: 5 } }],
    ['one of a later version with more behind it than anybody will keep', { _meta: { traceparent: LONG } }],
    ['nonsense', { _meta: { traceparent: 'nonsense' } }],
  ] as const) {
    it(`is none when there is ${what}`, () => expect(incomingTrace(params as never)).to.equal(undefined));
  }

  it('stands without its state when that cannot be read', () => {
    for (const tracestate of ['=', 'a=1,a=2', 7]) {
      expect(incomingTrace({ _meta: { traceparent: SAMPLED, tracestate } })).to.deep.include({ tracestate: undefined });
    }
  });
});

describe('a tracestate', () => {
  it('is read member by member, spaces and empty members left out', () => {
    expect(parseTracestate(' rojo=00f0 ,,\tfw529a3039@dt=x=1'.replace('x=1', 'x'))).to.deep.equal([
      ['rojo', '00f0'],
      ['fw529a3039@dt', 'x'],
    ]);
    expect(parseTracestate('a= b c')).to.deep.equal([['a', ' b c']]);
  });

  for (const [what, text] of [
    ['a key in capitals', 'Rojo=1'],
    ['a key that begins with a digit and has no tenant', '1a=1'],
    ['no equals sign', 'rojo'],
    ['no value', 'rojo='],
    ['an equals sign in its value', 'rojo=a=b'],
    ['the same key twice', 'a=1,b=2,a=3'],
    ['letters beyond ASCII', 'a=ü'],
    ['33 members', Array.from({ length: 33 }, (_, n) => `k${n}=1`).join()],
    ['more than 512 characters', `a=${'x'.repeat(511)}`],
    ['a key that is too long', `${'k'.repeat(257)}=1`],
    ['a value that is too long', `a=${'x'.repeat(257)}`],
  ] as const) {
    it(`with ${what} is ignored as a whole`, () => expect(parseTracestate(text)).to.deep.equal([]));
  }

  it('is written so that it is read again', () => {
    const key = fc.stringMatching(/^[a-z][\da-z_*/-]{0,10}$/);
    const value = fc.stringMatching(/^[!-+\--<>-~]{1,12}$/);
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 18 }), (members) => {
        expect(parseTracestate(tracestateText(members))).to.deep.equal(members);
      }),
    );
  });

  it('loses its oldest members when it would be too long, and is never cut within one', () => {
    const members = Array.from({ length: 40 }, (_, n) => [`key${n}`, 'v'.repeat(20)] as const);
    const text = tracestateText(members);
    expect(text.length).to.be.within(470, 512);
    expect(parseTracestate(text)).to.deep.equal(members.slice(0, text.split(',').length));
  });
});
