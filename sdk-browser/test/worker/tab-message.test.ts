import { DEFAULT_LIMITS, parseFrame } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { commasOf, isCall, readTab } from '../../src/worker/tab-message.ts';

describe('what a tab sends', () => {
  it('is read as one message or several, and as none when it is no JSON', () => {
    expect(readTab('{"id":1,"method":"ping"}')).to.deep.equal([{ id: 1, method: 'ping' }]);
    expect(readTab('[{"id":1},null,5]')).to.deep.equal([{ id: 1 }, {}, 5]);
    expect(readTab('{')).to.deep.equal([]);
    expect(readTab('')).to.deep.equal([]);
  });

  it('is a call only where it is one to the gateway, whatever it is', () => {
    const ids = fc.oneof(fc.constant(undefined), fc.string({ maxLength: 9 }), fc.integer(), fc.jsonValue());
    const methods = fc.oneof(fc.string(), fc.string({ minLength: 120, maxLength: 140, size: 'max' }), fc.jsonValue());
    const params = fc.oneof(fc.constant(undefined), fc.jsonValue());
    const messages = fc.record({ id: ids, method: methods, params }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: messages }, fc.jsonValue()), (message) => {
        const [said = {}] = readTab(JSON.stringify(message));
        if (!isCall(said)) return;
        const { method, params } = said;
        const frame = parseFrame(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
        expect(frame.kind === 'single' && frame.message.kind).to.be.oneOf(
          commasOf(params, DEFAULT_LIMITS.maxDepth - 1) === Infinity ? ['invalid'] : ['request'],
        );
      }),
    );
  });

  it('has as many commas as its text', () => {
    const letters = fc.constantFrom('a', 'b', 'c', 'd');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 6 }, fc.integer(), fc.array(tie('value')), fc.dictionary(letters, tie('value'))),
    }));
    fc.assert(
      fc.property(value, (value) => {
        expect(commasOf(value, 99)).to.equal(JSON.stringify(value).split(',').length - 1);
      }),
    );
  });

  it('is told from what is too deep, and what names the prototype', () => {
    expect(commasOf([[1, 2]], 2)).to.equal(1);
    expect(commasOf([[1, 2]], 1)).to.equal(Infinity);
    expect(commasOf(JSON.parse('[{"a":{"__proto__":1}}]'), 9)).to.equal(Infinity);
    expect(commasOf({ a: '__proto__' }, 9)).to.equal(0);
    expect(commasOf(JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)), 64)).to.equal(Infinity);
  });
});
