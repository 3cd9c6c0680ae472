import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { isAssetId, newAssetId, readAssetRef } from '../../src/assets/ids.ts';

describe('asset ids', () => {
  it('hold more than 128 bits in characters that are safe everywhere', () => {
    const id = newAssetId(randomBytes);
    expect(id).to.match(/^ast_[0-9a-z]+$/);
    expect((id.length - 4) * Math.log2(36)).to.be.at.least(128);
  });

  it('skip the bytes that would make the first letters likelier, and ask for more', () => {
    const supply = [new Uint8Array(25).fill(252), new Uint8Array(25).fill(35), new Uint8Array(25).fill(36)];
    expect(newAssetId(() => supply.shift() ?? new Uint8Array(25))).to.equal(`ast_${'z'.repeat(25)}`);
  });

  it('use every letter', () => {
    const seen = new Set(Array.from({ length: 200 }, () => newAssetId(randomBytes).slice(4)).join(''));
    expect(seen.size).to.equal(36);
  });

  it('are read bare or behind "asset:", and from nothing else', () => {
    const id = newAssetId(randomBytes);
    expect(readAssetRef(id)).to.equal(id);
    expect(readAssetRef(`asset:${id}`)).to.equal(id);
    for (const wrong of ['', 'asset:', `asset:asset:${id}`, `${id}\n`, `${id}/`, id.toUpperCase(), id.slice(0, -1)]) {
      expect(readAssetRef(wrong), wrong).to.equal(undefined);
      expect(isAssetId(wrong), wrong).to.equal(false);
    }
  });
});
