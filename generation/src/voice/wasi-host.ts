import { MemoryFile } from './memory-file.ts';

/** Thrown through the program's frames by `proc_exit`, which must not return. */
export class ProgramExit extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`The program exited with ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** Error numbers of WASI preview 1 (wasi_snapshot_preview1.witx, `errno`). */
const OK = 0;
const BAD_DESCRIPTOR = 8;
const FILE_TOO_LARGE = 22;
const NO_SUCH_FILE = 44;
const NOT_ALLOWED = 76;

const STANDARD_STREAMS = 3;
/** The one pre-opened directory; names the program opens are relative to it. */
const ROOT_DESCRIPTOR = 3;
const OPEN_CREATES = 1;
const FILE_TYPE = { characterDevice: 2, directory: 3, regular: 4 };
/** A call the program may make. Numbers are 32-bit addresses and sizes in its memory, 64-bit ones are bigints. */
type HostCall = (...args: never[]) => number;

/**
 * The thirteen calls of WASI preview 1 that a C program with arguments, standard output and output files needs.
 * The program sees no clock, no environment, no input and none of the host's files.
 */
export class WasiHost {
  memory: WebAssembly.Memory | undefined;
  private readonly args: readonly Uint8Array[];
  private readonly printed: Uint8Array[] = [];
  private readonly files = new Map<string, MemoryFile>();
  private readonly open = new Map<number, MemoryFile>();
  private nextDescriptor = ROOT_DESCRIPTOR + 1;

  constructor(args: readonly string[]) {
    const encoder = new TextEncoder();
    this.args = args.map((arg) => encoder.encode(`${arg}\0`));
  }

  /** Everything printed so far. */
  text(): string {
    const decoder = new TextDecoder();
    return this.printed.map((bytes) => decoder.decode(bytes, { stream: true })).join('') + decoder.decode();
  }

  /** Everything written so far. */
  contents(): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.files].map(([name, file]) => [name, file.contents()]));
  }

  calls(): { readonly [name: string]: HostCall } {
    return {
      args_sizes_get: (count: number, bytes: number) => {
        this.view.setUint32(count, this.args.length, true);
        this.view.setUint32(
          bytes,
          this.args.reduce((sum, arg) => sum + arg.length, 0),
          true,
        );
        return OK;
      },
      args_get: (pointers: number, bytes: number) => {
        let at = bytes;
        this.args.forEach((arg, i) => {
          this.view.setUint32(pointers + 4 * i, at, true);
          this.bytes(at, arg.length).set(arg);
          at += arg.length;
        });
        return OK;
      },
      // Time stands still: the same text gives the same bytes, and nothing can be measured from inside.
      clock_time_get: (_clock: number, _precision: bigint, result: number) => {
        this.view.setBigUint64(result, 0n, true);
        return OK;
      },
      fd_prestat_get: (descriptor: number, result: number) => {
        if (descriptor !== ROOT_DESCRIPTOR) return BAD_DESCRIPTOR;
        this.view.setUint32(result, 0, true);
        this.view.setUint32(result + 4, 1, true);
        return OK;
      },
      fd_prestat_dir_name: (_descriptor: number, path: number, length: number) => {
        this.bytes(path, length).fill('/'.charCodeAt(0));
        return OK;
      },
      fd_fdstat_get: (descriptor: number, result: number) => this.describe(descriptor, result),
      fd_fdstat_set_flags: () => OK,
      fd_read: (descriptor: number, _vectors: number, _count: number, result: number) => {
        // Standard input is empty; files are only ever written.
        if (descriptor !== 0) return BAD_DESCRIPTOR;
        this.view.setUint32(result, 0, true);
        return OK;
      },
      fd_seek: (descriptor: number, offset: bigint, whence: number, result: number) =>
        this.seek(descriptor, Number(offset), whence, result),
      fd_write: (descriptor: number, vectors: number, count: number, result: number) =>
        this.write(descriptor, vectors, count, result),
      fd_close: (descriptor: number) =>
        this.open.delete(descriptor) || descriptor <= ROOT_DESCRIPTOR ? OK : BAD_DESCRIPTOR,
      path_open: (
        _directory: number,
        _lookup: number,
        path: number,
        length: number,
        flags: number,
        _rights: bigint,
        _inherited: bigint,
        _status: number,
        result: number,
      ) => this.create(new TextDecoder().decode(this.bytes(path, length)), flags, result),
      proc_exit: (exitCode: number) => {
        throw new ProgramExit(exitCode);
      },
    };
  }

  private describe(descriptor: number, result: number): number {
    const type =
      descriptor === ROOT_DESCRIPTOR
        ? FILE_TYPE.directory
        : descriptor < STANDARD_STREAMS
          ? FILE_TYPE.characterDevice
          : FILE_TYPE.regular;
    this.bytes(result, 24).fill(0);
    this.view.setUint8(result, type);
    // All rights; there is nothing here that needs guarding.
    this.bytes(result + 8, 16).fill(0xff);
    return OK;
  }

  private create(name: string, flags: number, result: number): number {
    if ((flags & OPEN_CREATES) === 0) return NO_SUCH_FILE;
    const file = new MemoryFile();
    this.files.set(name, file);
    this.open.set(this.nextDescriptor, file);
    this.view.setUint32(result, this.nextDescriptor, true);
    this.nextDescriptor += 1;
    return OK;
  }

  private seek(descriptor: number, offset: number, whence: number, result: number): number {
    const file = this.open.get(descriptor);
    if (file === undefined) return BAD_DESCRIPTOR;
    const base = [0, file.position, file.length][whence];
    if (base === undefined || base + offset < 0) return NOT_ALLOWED;
    file.position = base + offset;
    this.view.setBigUint64(result, BigInt(file.position), true);
    return OK;
  }

  private write(descriptor: number, vectors: number, count: number, result: number): number {
    const file = this.open.get(descriptor);
    if (file === undefined && (descriptor === 0 || descriptor >= STANDARD_STREAMS)) return BAD_DESCRIPTOR;
    let written = 0;
    for (let i = 0; i < count; i += 1) {
      const from = this.view.getUint32(vectors + 8 * i, true);
      const chunk = this.bytes(from, this.view.getUint32(vectors + 8 * i + 4, true));
      if (file === undefined) this.printed.push(chunk.slice());
      else if (!file.write(chunk)) return FILE_TOO_LARGE;
      written += chunk.length;
    }
    this.view.setUint32(result, written, true);
    return OK;
  }

  /** Made anew each time: the memory's buffer is replaced when it grows. */
  private get view(): DataView {
    return new DataView(this.buffer);
  }

  private bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.buffer, at, length);
  }

  private get buffer(): ArrayBuffer {
    if (this.memory === undefined) throw new Error('The program called its host before its memory was known');
    return this.memory.buffer;
  }
}
