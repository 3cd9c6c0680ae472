import { expect } from 'chai';
import { ownedBuffers } from '../../src/threads/owned-buffers.ts';

describe('the buffers a value owns', () => {
  it('are found wherever they are, each once', () => {
    const left = new Float32Array(4);
    const plate = new Uint8Array(4);
    const value = { pcm: { channels: [left, left] }, plate, raw: plate.buffer, words: ['a', null, 1] };
    expect(ownedBuffers(value)).to.deep.equal([left.buffer, plate.buffer]);
  });

  it('are not those that others look at as well', () => {
    const whole = new Uint8Array(16);
    expect(
      ownedBuffers([whole.subarray(4), Buffer.from('pooled'), new Int32Array(new SharedArrayBuffer(8))]),
    ).to.deep.equal([]);
  });

  it('are found in a value that contains itself', () => {
    const value: { self?: unknown; data: Uint8Array } = { data: new Uint8Array(2) };
    value.self = value;
    expect(ownedBuffers(value)).to.deep.equal([value.data.buffer]);
  });
});
