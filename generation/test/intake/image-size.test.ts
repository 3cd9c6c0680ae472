import { expect } from 'chai';
import fc from 'fast-check';
import { imageSize } from '../../src/intake/image-size.ts';
import { gifHead, jpegHead, pngHead, webpHead } from './picture-heads.ts';

const sizeOf = (format: string, file: Uint8Array) =>
  imageSize(format, async (offset, length) => Buffer.from(file.subarray(offset, offset + length)));

describe('the size of a picture', () => {
  it('is read out of every header that it is written in', async () => {
    const sides = fc.integer({ min: 1, max: 16_383 });
    await fc.assert(
      fc.asyncProperty(sides, sides, async (width, height) => {
        const size = { width, height };
        expect(await sizeOf('png', pngHead(size))).to.eql(size);
        expect(await sizeOf('gif', gifHead(size))).to.eql(size);
        expect(await sizeOf('jpeg', jpegHead(size))).to.eql(size);
        for (const kind of ['VP8 ', 'VP8L', 'VP8X'] as const)
          expect(await sizeOf('webp', webpHead(kind, size)), kind).to.eql(size);
      }),
    );
  });

  it('is found behind profiles and filled-up markers of a JPEG', async () => {
    const size = { width: 640, height: 480 };
    const [start, frame] = [jpegHead(size).subarray(0, 2), jpegHead(size).subarray(2)];
    const exif = Buffer.concat([Buffer.from([0xff, 0xe1, 0xff, 0xff]), Buffer.alloc(65_533)]);
    const table = Buffer.from([0xff, 0xc4, 0, 4, 0, 0]);
    expect(await sizeOf('jpeg', Buffer.concat([start, exif, exif, Buffer.from([0xff, 0xff]), table, frame]))).to.eql(
      size,
    );
  });

  it('is not guessed where there is none', async () => {
    const empty = { width: 0, height: 0 };
    expect(await sizeOf('png', pngHead(empty))).to.equal(undefined);
    expect(await sizeOf('png', pngHead({ width: 9, height: 9 }).subarray(0, 20))).to.equal(undefined);
    expect(await sizeOf('png', Buffer.alloc(40, 'x'))).to.equal(undefined);
    expect(await sizeOf('webp', webpHead('VP8 ', { width: 9, height: 9 }).fill('JUNK', 12, 16))).to.equal(undefined);
    expect(await sizeOf('jpeg', Buffer.from([0xff, 0xd8, 0xff]))).to.equal(undefined);
    expect(await sizeOf('jpeg', Buffer.alloc(70_000, 0xff))).to.equal(undefined);
    expect(await sizeOf('bmp', Buffer.alloc(64))).to.equal(undefined);
  });

  it('ends its search in any bytes', async () => {
    const format = fc.constantFrom('png', 'jpeg', 'gif', 'webp');
    await fc.assert(
      fc.asyncProperty(format, fc.uint8Array({ maxLength: 200 }), async (name, file) => {
        const size = await sizeOf(name, file);
        expect(size === undefined || (size.width > 0 && size.height > 0)).to.equal(true);
      }),
    );
  });
});
