/** What the boxes of an MP4 say (ISO/IEC 14496-12), read without any library. */
export interface Mp4Facts {
  /** Types of the boxes at the top, in order. */
  readonly order: readonly string[];
  /** Seconds, from `mvhd`. */
  readonly duration: number;
  /** Sample entry types of all tracks, e.g. `avc1`, `mp4a`. */
  readonly codecs: readonly string[];
}

interface Box {
  readonly type: string;
  readonly body: Buffer;
}

export function readMp4(file: Buffer): Mp4Facts {
  const top = boxes(file);
  const moov = top.find(({ type }) => type === 'moov');
  if (moov === undefined) throw new Error('the file has no moov box');
  const mvhd = find(moov.body, ['mvhd'])[0]?.body ?? Buffer.alloc(0);
  const long = mvhd[0] === 1;
  const timescale = mvhd.readUInt32BE(long ? 20 : 12);
  const ticks = long ? Number(mvhd.readBigUInt64BE(24)) : mvhd.readUInt32BE(16);
  const entries = find(moov.body, ['trak', 'mdia', 'minf', 'stbl', 'stsd']);
  return {
    order: top.map(({ type }) => type),
    duration: ticks / timescale,
    codecs: entries.flatMap(({ body }) => boxes(body.subarray(8)).map(({ type }) => type)),
  };
}

function find(body: Buffer, [type, ...rest]: readonly string[]): Box[] {
  const found = boxes(body).filter((box) => box.type === type);
  return rest.length === 0 ? found : found.flatMap((box) => find(box.body, rest));
}

function boxes(bytes: Buffer): Box[] {
  const found: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const short = bytes.readUInt32BE(at);
    const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (size < 8) break;
    found.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      body: bytes.subarray(at + (short === 1 ? 16 : 8), at + size),
    });
    at += size;
  }
  return found;
}
