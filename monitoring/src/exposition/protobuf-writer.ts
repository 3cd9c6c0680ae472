const FIRST_SIZE = 1 << 12;
/** Above this a copy by the platform is quicker than a loop. */
const SHORT_TEXT = 64;

/** Writes fields of Protocol Buffers (protobuf.dev/programming-guides/encoding). Numbers of fields are at most 15: their tag is one byte. */
export class ProtobufWriter {
  #buffer = Buffer.allocUnsafe(FIRST_SIZE);
  #at = 0;

  /** A copy of what was written, after which the writer is empty again. */
  take(): Buffer {
    const bytes = Buffer.from(this.#buffer.subarray(0, this.#at));
    this.#at = 0;
    return bytes;
  }

  /** Forgets what was written and not taken. */
  clear(): void {
    this.#at = 0;
  }

  /** `uint32`, `uint64`, `int64` or an enum. `value`: a whole number from 0 to 2^53. */
  uint(field: number, value: number): void {
    this.#room(11);
    this.#buffer[this.#at++] = field << 3;
    this.varint(value);
  }

  /** `sint32` or `sint64`. `value`: a whole number of at most 52 bits. */
  sint(field: number, value: number): void {
    this.uint(field, value < 0 ? -2 * value - 1 : 2 * value);
  }

  double(field: number, value: number): void {
    this.#room(9);
    this.#buffer[this.#at++] = (field << 3) | 1;
    this.#at = this.#buffer.writeDoubleLE(value, this.#at);
  }

  text(field: number, text: string): void {
    // Three bytes for each unit of UTF-16 are always enough.
    this.#room(11 + 3 * text.length);
    this.#buffer[this.#at++] = (field << 3) | 2;
    if (this.#ascii(text)) return;
    this.varint(Buffer.byteLength(text));
    this.#at += this.#buffer.write(text, this.#at);
  }

  /** Begins a message within the one being written; give what comes back to `close`. */
  open(field: number): number {
    this.#room(2);
    this.#buffer[this.#at++] = (field << 3) | 2;
    return ++this.#at;
  }

  /** The length stands before a message and is known after it: one byte is kept free, and what does not fit moves. */
  close(start: number): void {
    const length = this.#at - start;
    const more = varintSize(length) - 1;
    if (more > 0) {
      this.#room(more);
      this.#buffer.copyWithin(start + more, start, this.#at);
    }
    this.#at = start - 1;
    this.varint(length);
    this.#at += length;
  }

  /** A bare number, e.g. the length before a delimited message. */
  varint(value: number): void {
    this.#room(10);
    let rest = value;
    for (; rest > 0x7f_ff_ff_ff; rest = Math.floor(rest / 128)) this.#buffer[this.#at++] = (rest % 128) | 0x80;
    for (; rest > 0x7f; rest >>>= 7) this.#buffer[this.#at++] = (rest & 0x7f) | 0x80;
    this.#buffer[this.#at++] = rest;
  }

  /** Writes a short text of one byte per character with its length; writes nothing and says so when it is something else. */
  #ascii(text: string): boolean {
    if (text.length > SHORT_TEXT) return false;
    const start = this.#at + 1;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      this.#buffer[start + index] = code;
    }
    this.#buffer[this.#at] = text.length;
    this.#at = start + text.length;
    return true;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) size++;
  return size;
}
