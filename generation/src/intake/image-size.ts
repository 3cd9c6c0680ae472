/** Pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Reads bytes of a file: fewer than asked at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

/** Segments before the frame header of an honest JPEG: Exif, colour profile in parts, previews. */
const MOST_SEGMENTS = 2048;

/**
 * Reads the size of a picture out of its header, without decoding anything, so that a picture which would fill the memory
 * is known before any decoder sees it. Undefined when the header cannot be read.
 *
 * Sources: PNG (ISO/IEC 15948 §11.2.2), JPEG (ITU-T T.81 §B.2.2), GIF89a §18, WebP container (RFC 9649 §2.5–2.7).
 */
export async function imageSize(format: string, read: ReadAt): Promise<ImageSize | undefined> {
  const size = await (format === 'jpeg' ? jpegSize(read) : headerSize(format, await read(0, 30)));
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
}

function headerSize(format: string, head: Buffer): ImageSize | undefined {
  if (head.byteLength < 30) return undefined;
  if (format === 'png') {
    if (head.toString('latin1', 12, 16) !== 'IHDR') return undefined;
    return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
  }
  if (format === 'gif') return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
  return format === 'webp' ? webpSize(head) : undefined;
}

function webpSize(head: Buffer): ImageSize | undefined {
  const chunk = head.toString('latin1', 12, 16);
  if (chunk === 'VP8 ') return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
  if (chunk === 'VP8X') return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
  if (chunk !== 'VP8L' || head[20] !== 0x2f) return undefined;
  const bits = head.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

async function jpegSize(read: ReadAt): Promise<ImageSize | undefined> {
  let offset = 2;
  for (let segment = 0; segment < MOST_SEGMENTS; segment += 1) {
    const head = await read(offset, 9);
    const marker = head[1] ?? 0;
    if (head.byteLength < 9 || head[0] !== 0xff) return undefined;
    // A marker may be filled up with further 0xff.
    if (marker === 0xff) offset += 1;
    else if (isFrameHeader(marker)) return { width: head.readUInt16BE(7), height: head.readUInt16BE(5) };
    else offset += 2 + head.readUInt16BE(2);
  }
  return undefined;
}

/** SOF0 to SOF15 without the tables and the arithmetic conditioning that lie between them. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
