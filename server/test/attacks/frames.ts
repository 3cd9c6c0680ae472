import { randomBytes } from 'node:crypto';

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameParts {
  readonly opcode: number;
  readonly payload?: Uint8Array | string;
  /** The last of its message; true when not said. */
  readonly fin?: boolean;
  /** The three reserved bits, as a number from 0 to 7. */
  readonly reserved?: number;
  /** Clients must mask (RFC 6455 §5.1). */
  readonly masked?: boolean;
  /** What the header says the length is; the truth when not said. */
  readonly declared?: bigint;
}

/** The bytes of one frame (RFC 6455 §5.2), good or not: nothing is checked. */
export function frame({ opcode, payload = '', fin = true, reserved = 0, masked = true, declared }: FrameParts): Buffer {
  const body = Buffer.from(payload as string);
  const length = declared ?? BigInt(body.length);
  const head = [(fin ? 0x80 : 0) | (reserved << 4) | opcode];
  const mark = masked ? 0x80 : 0;
  if (length < 126n) head.push(mark | Number(length));
  else if (length < 65_536n) head.push(mark | 126, Number(length >> 8n), Number(length & 255n));
  else {
    head.push(mark | 127);
    for (let shift = 56n; shift >= 0n; shift -= 8n) head.push(Number((length >> shift) & 255n));
  }
  if (!masked) return Buffer.concat([Buffer.from(head), body]);
  const mask = randomBytes(4);
  return Buffer.concat([Buffer.from(head), mask, body.map((byte, at) => byte ^ (mask[at % 4] ?? 0))]);
}

/** A frame as a server sends it: not masked. */
export interface ReceivedFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Takes whole frames off the front; what is left is the beginning of the next one. */
export function takeFrames(bytes: Buffer): { readonly frames: ReceivedFrame[]; readonly rest: Buffer } {
  const frames: ReceivedFrame[] = [];
  let rest = bytes;
  for (;;) {
    const short = (rest[1] ?? 0) & 127;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (rest.length < start) return { frames, rest };
    const length = short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
    if (rest.length < start + length) return { frames, rest };
    frames.push({ opcode: (rest[0] ?? 0) & 15, payload: rest.subarray(start, start + length) });
    rest = rest.subarray(start + length);
  }
}
