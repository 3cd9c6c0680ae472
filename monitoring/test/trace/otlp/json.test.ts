import { expect } from 'chai';
import fc from 'fast-check';
import { nanoseconds, otlpJson } from '../../../src/trace/otlp/json.ts';
import { CALLER, TRACE } from '../tracing.ts';
import { someSpan } from './some-span.ts';

describe('the body of an export', () => {
  it("is OTLP's own JSON: ids in hexadecimal, large integers as text, enumerations as numbers", () => {
    const span = someSpan({
      ...{ parentSpanId: '00f067aa0ba902b7', tracestate: 'rojo=1', kind: 'client', status: 'error' },
      ...{ startMs: 1_763_755_827_123.456, endMs: 1_763_755_827_200 },
      attributes: { text: 'ü', yes: true, count: 3, share: 0.5, large: 2 ** 53 },
    });
    const source = { resource: { 'service.name': 'callsheet' }, scope: { name: 'callsheet', version: '1' } };
    expect(JSON.parse(otlpJson([span], source))).to.deep.equal({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'callsheet' } }] },
          scopeSpans: [
            {
              scope: { name: 'callsheet', version: '1' },
              spans: [
                {
                  traceId: TRACE,
                  spanId: CALLER,
                  parentSpanId: '00f067aa0ba902b7',
                  traceState: 'rojo=1',
                  flags: 1,
                  name: 'ping',
                  kind: 3,
                  startTimeUnixNano: '1763755827123456055',
                  endTimeUnixNano: '1763755827200000000',
                  attributes: [
                    { key: 'text', value: { stringValue: 'ü' } },
                    { key: 'yes', value: { boolValue: true } },
                    { key: 'count', value: { intValue: '3' } },
                    { key: 'share', value: { doubleValue: 0.5 } },
                    { key: 'large', value: { doubleValue: 2 ** 53 } },
                  ],
                  status: { code: 2 },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('leaves out what a span has not', () => {
    const source = { resource: {}, scope: { name: 'callsheet', version: '1' } };
    const { resourceSpans } = JSON.parse(otlpJson([someSpan({ kind: 'consumer' })], source));
    const [span] = resourceSpans[0].scopeSpans[0].spans;
    expect(span).to.not.have.any.keys('parentSpanId', 'traceState');
    expect(span).to.deep.include({ kind: 5, status: {} });
  });

  it('writes times in whole nanoseconds, and never one more than a second has', () => {
    expect(nanoseconds(0)).to.equal('0000000');
    expect(nanoseconds(1.999_999_9)).to.equal('2000000');
    fc.assert(
      fc.property(fc.double({ min: 0, max: 4e12, noNaN: true }), (ms) => {
        const written = nanoseconds(ms);
        expect(written).to.match(/^\d+$/);
        // Doubles of this size are 0.0005 ms apart.
        expect(Math.abs(Number(written) / 1e6 - ms)).to.be.lessThan(0.001);
      }),
    );
  });
});
