/** About 35 minutes of speech at 16 kHz; a program that goes on writing is broken. */
const MOST_FILE_BYTES = 64 * 1024 * 1024;

/** A file that grows by doubling, so that many small writes stay cheap. */
export class MemoryFile {
  private bytes = new Uint8Array(64 * 1024);
  private size = 0;
  position = 0;

  write(source: Uint8Array): boolean {
    const end = this.position + source.length;
    if (end > MOST_FILE_BYTES) return false;
    if (end > this.bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.bytes.length * 2));
      larger.set(this.bytes.subarray(0, this.size));
      this.bytes = larger;
    }
    this.bytes.set(source, this.position);
    this.position = end;
    this.size = Math.max(this.size, end);
    return true;
  }

  get length(): number {
    return this.size;
  }

  contents(): Uint8Array {
    return this.bytes.slice(0, this.size);
  }
}
