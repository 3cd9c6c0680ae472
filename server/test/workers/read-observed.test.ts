import { readFileSync } from 'node:fs';
import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { readObserved } from '../../src/workers/read-observed.ts';

const EXCHANGE: JsonObject = { provider: 'openai', operation: 'chat', outcome: 'ok', afterMs: 1, durationMs: 2 };
const SPAN: JsonObject = { spanId: '53995c3f42cd8ad8', durationMs: 812 };

const ofOne = (changes: JsonObject): JsonObject | undefined =>
  readObserved({ providers: [{ ...EXCHANGE, ...changes }] })?.providers?.[0] as JsonObject | undefined;

describe('what a worker says it observed', () => {
  it('is read as the protocol prints it', () => {
    const document = readFileSync(new URL('../../../protocol/PROTOCOL.md', import.meta.url), 'utf8');
    const printed = /"observed":(\{.*?\}\]\})\}\}\}/s.exec(document)?.[1] ?? '';
    const observed = JSON.parse(printed) as JsonObject;
    expect(observed).to.have.all.keys('span', 'providers');
    expect(readObserved(observed)).to.deep.equal(observed);
  });

  it('is nothing when it is of another shape', () => {
    for (const told of [undefined, null, 7, 'x', [], {}, { span: [] }, { providers: {} }, { providers: [null, 1] }]) {
      expect(readObserved(told as Json)).to.equal(undefined);
    }
  });

  it('keeps the good parts of what is bad in others', () => {
    expect(readObserved({ span: SPAN, providers: ['bad', EXCHANGE, { ...EXCHANGE, provider: 7 }] })).to.deep.equal({
      span: SPAN,
      providers: [EXCHANGE],
    });
    expect(readObserved({ span: { ...SPAN, durationMs: -1 }, providers: [EXCHANGE] })).to.deep.equal({
      providers: [EXCHANGE],
    });
  });

  it('is 32 exchanges at most', () => {
    expect(readObserved({ providers: Array(500).fill(EXCHANGE) })?.providers).to.have.length(32);
  });

  for (const [what, changes] of [
    ['a name with line feeds', { provider: 'a\nb' }],
    ['a name that is too long', { operation: 'x'.repeat(65) }],
    ['an outcome there is not', { outcome: 'splendid' }],
    ['time before the call', { afterMs: -1 }],
    ['a duration that is no number', { durationMs: '5' }],
    ['a duration of years', { durationMs: 1e15 }],
  ] as const) {
    it(`leaves out an exchange with ${what}`, () => expect(ofOne(changes)).to.equal(undefined));
  }

  it('leaves out what would spoil sums and labels, and keeps the exchange', () => {
    expect(
      ofOne({
        ...{ spanId: '0000000000000000', model: 'a\u0000b', retries: -3, costUsd: 1e300, credits: -1 },
        units: { tokens_in: 5, tokens_out: -1, bananas: 3, seconds: 1e300 },
        quota: { day: 0, 'a b': 1, week: 2 },
      }),
    ).to.deep.equal({ ...EXCHANGE, units: { tokens_in: 5 }, quota: { day: 0 } });
  });

  it('never throws, and never holds more than it may', () => {
    const member = fc.oneof(fc.jsonValue(), fc.constantFrom(...Object.values(EXCHANGE)));
    const names = ['provider', 'operation', 'outcome', 'afterMs', 'durationMs', 'units', 'quota', 'retries', 'spanId'];
    const near = fc.dictionary(fc.constantFrom(...names), member).map((changes) => ({ ...EXCHANGE, ...changes }));
    const told = fc.record({ span: fc.oneof(fc.jsonValue(), fc.constant(SPAN)), providers: fc.array(near) });
    fc.assert(
      fc.property(fc.oneof(told, fc.jsonValue()), (value) => {
        const read = readObserved(value as Json);
        for (const exchange of read?.providers ?? []) {
          expect(exchange.provider).to.match(/^[a-z][a-z0-9_.-]{0,63}$/);
          expect(exchange.durationMs).to.be.within(0, 86_400_000);
          for (const numbers of [exchange.units, exchange.quota]) {
            expect(isJsonObject(numbers) ? Object.values(numbers).every(Number.isFinite) : true).to.equal(true);
          }
        }
      }),
    );
  });
});
