import { crc32, deflateSync } from 'node:zlib';
import type { ImageSize } from '../../src/intake/image-size.ts';

/** A PNG signature and header, without any pixels. */
export function pngHead({ width, height }: ImageSize): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header)]);
}

/** A whole grey PNG: all black, so that thousands of pixels take a few bytes. */
export function blackPng(size: ImageSize): Buffer {
  const pixels = deflateSync(Buffer.alloc((size.width + 1) * size.height));
  return Buffer.concat([pngHead(size), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.byteLength, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

export function gifHead({ width, height }: ImageSize): Buffer {
  const head = Buffer.alloc(40);
  head.write('GIF89a', 'latin1');
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  return head;
}

/** Start of image, then a frame header. */
export function jpegHead({ width, height }: ImageSize): Buffer {
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xc2, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1]);
  head.writeUInt16BE(height, 7);
  head.writeUInt16BE(width, 9);
  return head;
}

export function webpHead(kind: 'VP8 ' | 'VP8L' | 'VP8X', { width, height }: ImageSize): Buffer {
  const head = Buffer.alloc(40);
  head.write('RIFF____WEBP', 'latin1');
  head.write(kind, 12, 'latin1');
  if (kind === 'VP8 ') {
    head.writeUInt16LE(width, 26);
    head.writeUInt16LE(height, 28);
  } else if (kind === 'VP8L') {
    head[20] = 0x2f;
    head.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 21);
  } else {
    head.writeUIntLE(width - 1, 24, 3);
    head.writeUIntLE(height - 1, 27, 3);
  }
  return head;
}
