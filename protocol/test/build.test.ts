import { CallError, failureText, notificationText, requestText, successText } from '@callsheet/protocol';
import { expect } from 'chai';

describe('message texts', () => {
  it('are JSON-RPC 2.0', () => {
    expect(JSON.parse(requestText(1, 'x', { a: 1 }))).to.deep.equal({
      jsonrpc: '2.0',
      id: 1,
      method: 'x',
      params: { a: 1 },
    });
    expect(JSON.parse(requestText(1, 'x'))).to.deep.equal({ jsonrpc: '2.0', id: 1, method: 'x' });
    expect(JSON.parse(notificationText('x', [1]))).to.deep.equal({ jsonrpc: '2.0', method: 'x', params: [1] });
    expect(JSON.parse(successText('', { a: null }))).to.deep.equal({ jsonrpc: '2.0', id: '', result: { a: null } });
    const error = new CallError('DRAINING', 'Going down').toWire();
    expect(JSON.parse(failureText(null, error))).to.deep.equal({
      jsonrpc: '2.0',
      id: null,
      error: { code: 5032, message: 'Going down', data: { name: 'DRAINING', retryable: true } },
    });
  });

  it('answer null where there is no result, because an answer without a result is no answer', () => {
    expect(JSON.parse(successText(1.5, undefined))).to.deep.equal({ jsonrpc: '2.0', id: 1.5, result: null });
  });

  it('refuse a result JSON cannot carry', () => {
    expect(() => successText(1, 1n)).to.throw(TypeError);
  });
});
