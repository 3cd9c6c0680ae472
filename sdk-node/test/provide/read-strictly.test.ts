import { expect } from 'chai';
import { readStrictly } from '../../src/provide/read-strictly.ts';

function kinds(text: string): [string, unknown][] {
  const read: [string, unknown][] = [];
  readStrictly(text, (message) => read.push([message.kind, 'id' in message ? message.id : undefined]));
  return read;
}

const call = (params: string): string => `{"jsonrpc":"2.0","id":"c1","method":"tools/call","params":${params}}`;

describe('what a worker reads of its gateway', () => {
  it('is every message of a frame, in order', () => {
    const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
    expect(kinds(`[${ping},1,{"jsonrpc":"2.0","method":"n"}]`)).to.deep.equal([
      ['request', 1],
      ['invalid', null],
      ['notification', undefined],
    ]);
  });

  it('is no call whose arguments could harm the tool: too deep, or aimed at prototypes', () => {
    expect(kinds(call(`{"a":${'['.repeat(500)}${']'.repeat(500)}}`))).to.deep.equal([['request', 'c1']]);
    expect(kinds(call(`{"a":${'['.repeat(600)}${']'.repeat(600)}}`))).to.deep.equal([['invalid', 'c1']]);
    expect(kinds(call('{"arguments":{"\\u005f_proto__":{"isAdmin":true}}}'))).to.deep.equal([['invalid', 'c1']]);
  });
});
