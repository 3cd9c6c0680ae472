import { PassThrough, Writable } from 'node:stream';
import { expect } from 'chai';
import { BoundedOutput } from '../src/bounded-output.ts';

const KILOBYTE = `${'x'.repeat(1_023)}\n`;
const missing = (count: number): string => `${count} missing\n`;

/** A stream whose reader the test is. */
class Reader extends Writable {
  readonly taken: string[] = [];
  #next: ((error?: Error) => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.taken.push(String(chunk));
    this.#next = done;
  }

  /** Lets go of the line it was given last, and so takes the next. */
  read(lines = 1): void {
    for (let line = 0; line < lines; line++) this.#next?.();
  }

  async readAll(): Promise<void> {
    while (this.writableLength > 0) {
      this.read();
      await new Promise(setImmediate);
    }
  }

  fail(error: Error): void {
    this.#next?.(error);
  }

  /** As that of standard error: it may be written to again. */
  override _destroy(): void {}
}

describe('lines for a reader that may be gone', () => {
  it('are written as they are while they are read', async () => {
    const reader = new Reader();
    const output = new BoundedOutput(reader, { missing });
    for (const line of ['a\n', 'b\n']) output.write(line);
    await reader.readAll();
    expect(reader.taken).to.deep.equal(['a\n', 'b\n']);
    expect(output.dropped).to.equal(0);
  });

  it('take no more than a megabyte of memory, and say how many are missing once there is room', async () => {
    const reader = new Reader();
    const output = new BoundedOutput(reader, { missing, shape: (line) => line.toUpperCase() });
    for (let line = 0; line < 3_000; line++) output.write(KILOBYTE);
    expect(reader.writableLength).to.be.within(1_048_576, 1_048_576 + 1_024);
    expect(output.dropped).to.equal(3_000 - 1_025);
    reader.read();
    output.write('as long as not all is read\n');
    await reader.readAll();
    output.write('and on\n');
    await reader.readAll();
    expect(reader.taken).to.have.lengthOf(1_025 + 2);
    expect(reader.taken.slice(-3)).to.deep.equal([KILOBYTE.toUpperCase(), '1976 MISSING\n', 'AND ON\n']);
    for (let line = 0; line < 1_030; line++) output.write(KILOBYTE);
    await reader.readAll();
    expect(reader.taken.at(-1)).to.equal('5 MISSING\n');
    expect(output.dropped).to.equal(1_981);
  });

  it('are counted when they cannot be written, and end nothing', async () => {
    const reader = new Reader();
    const outputs = [1, 2, 3].map(() => new BoundedOutput(reader, { missing }));
    expect(reader.listenerCount('error'), 'one listener for all').to.equal(1);
    outputs[0]?.write('a\n');
    reader.fail(new Error('the pipe is closed'));
    await new Promise(setImmediate);
    expect(outputs.map(({ dropped }) => dropped)).to.deep.equal([1, 0, 0]);
  });

  it('end nothing either when only the pipe of a thread listens', async () => {
    const [reader, thread] = [new Reader(), new PassThrough()];
    thread.pipe(reader);
    const output = new BoundedOutput(reader, { missing });
    output.write('a\n');
    reader.fail(new Error('the pipe is closed'));
    await new Promise(setImmediate);
    expect(output.dropped).to.equal(1);
  });

  it('never block a pipe that a child process made blocking', () => {
    const blocking: boolean[] = [];
    const handle = { setBlocking: (wish: boolean) => void blocking.push(wish) };
    const pipe = Object.assign(new Reader(), { _type: 'pipe', _handle: handle });
    const terminal = Object.assign(new Reader(), { _type: 'tty', _handle: handle });
    for (const out of [pipe, terminal]) new BoundedOutput(out, { missing }).write('a\n');
    expect(blocking).to.deep.equal([false]);
  });

  it('are counted when the stream throws', () => {
    const reader = new Reader();
    reader.write = () => {
      throw new Error('the disk is full');
    };
    const output = new BoundedOutput(reader, { missing });
    output.write('a\n');
    expect(output.dropped).to.equal(1);
  });
});
