import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { compileKernel } from '../../scripts/build-kernel.mjs';
import { startKernel } from '../../src/compositor/kernel.ts';
import { referenceDissolve, referencePlane } from './reference-kernel.ts';

const SOURCE = 65536;
const OUT = 131072;
const SPARE = 196608;
const TABLE = 0;
const ROWS = 8192;

/** Noise is the hardest picture for a resampler: neighbours have nothing in common. */
function noise(seed: number, length: number): Uint8Array {
  let state = seed >>> 0;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const plates = fc.record({
  seed: fc.nat(),
  plate: fc.record({ width: fc.integer({ min: 2, max: 150 }), height: fc.integer({ min: 2, max: 90 }) }),
  frame: fc.record({ width: fc.integer({ min: 1, max: 100 }), height: fc.integer({ min: 1, max: 60 }) }),
  step: fc.double({ min: 0.05, max: 2, noNaN: true }),
  x: fc.double({ min: -2, max: 150, noNaN: true }),
  y: fc.double({ min: -2, max: 90, noNaN: true }),
});

describe('the picture kernel', () => {
  it('is the one its source compiles to', async () => {
    const committed = await readFile(new URL('../../kernel/kernel.wasm', import.meta.url));
    expect(Buffer.from(await compileKernel()).equals(committed), 'run npm run build:kernel and commit').to.equal(true);
  });

  it('samples any window of any plane like the reference, to one level', () => {
    const kernel = startKernel(262_144);
    fc.assert(
      fc.property(plates, ({ seed, plate, frame, step, x, y }) => {
        const pixels = noise(seed, plate.width * plate.height);
        kernel.memory.set(pixels, SOURCE);
        kernel.plane(SOURCE, plate.width, plate.height, OUT, frame.width, frame.height, x, y, step, TABLE, ROWS);
        const drawn = kernel.memory.subarray(OUT, OUT + frame.width * frame.height);
        const wanted = referencePlane(pixels, plate, frame, { x, y, step });
        // Weights are whole 1/128 across, so a step of 255 may be 255/256 off, and rounding adds a half.
        wanted.forEach((value, index) => {
          expect(drawn[index], `pixel ${index}`).to.be.closeTo(value, 1.51);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('copies pixels unchanged at full size', () => {
    const kernel = startKernel(262_144);
    const pixels = noise(7, 64 * 32);
    kernel.memory.set(pixels, SOURCE);
    kernel.plane(SOURCE, 64, 32, OUT, 64, 32, 0, 0, 1, TABLE, ROWS);
    expect(kernel.memory.slice(OUT, OUT + 64 * 32)).to.deep.equal(pixels);
  });

  it('writes nothing beyond the sixteen spare bytes of a plane', () => {
    const kernel = startKernel(262_144);
    fc.assert(
      fc.property(plates, ({ plate, frame, step, x, y }) => {
        const end = OUT + frame.width * frame.height + 15;
        kernel.memory.fill(0xa5, OUT - 16, SPARE);
        kernel.plane(SOURCE, plate.width, plate.height, OUT, frame.width, frame.height, x, y, step, TABLE, ROWS);
        expect(kernel.memory.subarray(OUT - 16, OUT).every((byte) => byte === 0xa5)).to.equal(true);
        expect(kernel.memory.subarray(end, SPARE).every((byte) => byte === 0xa5)).to.equal(true);
      }),
    );
  });

  it('dissolves like the reference, exactly', () => {
    const kernel = startKernel(262_144);
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 256 }),
        (seed, blocks, weight) => {
          const a = noise(seed, blocks * 16);
          const b = noise(seed + 1, blocks * 16);
          kernel.memory.set(a, SOURCE);
          kernel.memory.set(b, SPARE);
          kernel.dissolve(SOURCE, SPARE, OUT, blocks * 16, weight);
          expect(kernel.memory.slice(OUT, OUT + blocks * 16)).to.deep.equal(referenceDissolve(a, b, weight));
        },
      ),
    );
  });
});
