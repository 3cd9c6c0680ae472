import {
  type JsonObject,
  parseFrame,
  failureText as strictFailure,
  notificationText as strictNotification,
  requestText as strictRequest,
} from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { failureText, notificationText, requestText } from '../src/write-message.ts';

const same = (ours: string, theirs: string): void =>
  expect(JSON.parse(ours)).to.deep.equal(JSON.parse(theirs)) && undefined;

describe('writing a message', () => {
  it('says what the protocol’s own builder says, and its parser reads it', () => {
    const params = fc.option(fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>, {
      nil: undefined,
    });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.maxSafeInteger()), fc.string(), params, (id, method, given) => {
        same(requestText(id, method, given), strictRequest(id, method, given));
        same(notificationText(method, given), strictNotification(method, given));
        const error = { code: -32601, message: method };
        same(failureText(id, error), strictFailure(id, error));
      }),
    );
    expect(parseFrame(requestText(1, 'a', [1]))).to.deep.include({
      message: { kind: 'request', id: 1, method: 'a', params: [1] },
    });
  });

  it('throws where JSON cannot carry the parameters', () => {
    const cycle: JsonObject = {};
    cycle.self = cycle;
    expect(() => requestText(1, 'a', cycle)).to.throw(TypeError);
  });
});
