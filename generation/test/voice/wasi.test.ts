/// <reference path="../../src/webassembly.d.ts" />
import { expect } from 'chai';
import { MemoryFile } from '../../src/voice/memory-file.ts';
import { runProgram } from '../../src/voice/wasi.ts';
import { ProgramExit, WasiHost } from '../../src/voice/wasi-host.ts';
import { exitingProgram } from './tiny-program.ts';

const BAD_DESCRIPTOR = 8;
const NO_SUCH_FILE = 44;
const CREATE = 1;

/** A host with a page of memory and its calls made callable. */
function host(args: readonly string[] = []) {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const wasi = new WasiHost(args);
  wasi.memory = memory;
  const calls = wasi.calls() as { readonly [name: string]: (...args: readonly (number | bigint)[]) => number };
  const call = (name: string, ...values: readonly (number | bigint)[]): number => calls[name]?.(...values) ?? -1;
  const view = new DataView(memory.buffer);
  const put = (at: number, text: string): number => {
    new Uint8Array(memory.buffer).set(new TextEncoder().encode(text), at);
    return text.length;
  };
  const write = (descriptor: number, ...texts: readonly string[]): number => {
    let at = 2_000;
    texts.forEach((text, i) => {
      view.setUint32(1_000 + 8 * i, at, true);
      view.setUint32(1_004 + 8 * i, put(at, text), true);
      at += text.length;
    });
    return call('fd_write', descriptor, 1_000, texts.length, 900);
  };
  const open = (name: string, flags: number): number =>
    call('path_open', 3, 0, 4_000, put(4_000, name), flags, 0n, 0n, 0, 800);
  return { wasi, call, view, write, open, memory };
}

describe('wasi host', () => {
  it('hands over the arguments, each with its end', () => {
    const { call, view, memory } = host(['say', 'hé']);
    expect(call('args_sizes_get', 0, 4)).to.equal(0);
    expect([view.getUint32(0, true), view.getUint32(4, true)]).to.deep.equal([2, 8]);
    call('args_get', 16, 100);
    expect([view.getUint32(16, true), view.getUint32(20, true)]).to.deep.equal([100, 104]);
    expect(new TextDecoder().decode(new Uint8Array(memory.buffer, 100, 8))).to.equal('say\0hé\0');
  });

  it('gathers what is printed, from several pieces and across a cut character', () => {
    const { wasi, write, view, call } = host();
    expect(write(1, 'one ', 'two ')).to.equal(0);
    expect(view.getUint32(900, true)).to.equal(8);
    new Uint8Array(view.buffer).set([0xc3, 0xa9], 6_000);
    for (const at of [6_000, 6_001]) {
      view.setUint32(1_000, at, true);
      view.setUint32(1_004, 1, true);
      call('fd_write', 2, 1_000, 1, 900);
    }
    expect(wasi.text()).to.equal('one two é');
  });

  it('keeps written files in memory, with seeking back into them', () => {
    const { wasi, open, write, view, call } = host();
    expect(open('a.wav', CREATE)).to.equal(0);
    const descriptor = view.getUint32(800, true);
    write(descriptor, 'head----body');
    expect(call('fd_seek', descriptor, 4n, 0, 700)).to.equal(0);
    write(descriptor, '!!');
    expect(call('fd_seek', descriptor, -1n, 2, 700)).to.equal(0);
    expect(view.getBigUint64(700, true)).to.equal(11n);
    write(descriptor, 'Y.');
    expect(call('fd_seek', descriptor, 0n, 1, 700)).to.equal(0);
    expect(view.getBigUint64(700, true)).to.equal(13n);
    expect(call('fd_close', descriptor)).to.equal(0);
    expect(new TextDecoder().decode(wasi.contents().get('a.wav'))).to.equal('head!!--bodY.');
  });

  it('shows none of the host: no files to read, no input, no clock', () => {
    const { open, call, view } = host();
    expect(open('/etc/passwd', 0)).to.equal(NO_SUCH_FILE);
    expect(call('fd_read', 0, 1_000, 1, 900)).to.equal(0);
    expect(view.getUint32(900, true)).to.equal(0);
    view.setBigUint64(600, 99n, true);
    call('clock_time_get', 0, 0n, 600);
    expect(view.getBigUint64(600, true)).to.equal(0n);
  });

  it('answers descriptors that do not exist with their error, and seeks before the beginning too', () => {
    const { call, write, open, view } = host();
    expect(write(7, 'x')).to.equal(BAD_DESCRIPTOR);
    expect(write(0, 'x')).to.equal(BAD_DESCRIPTOR);
    expect(call('fd_read', 7, 0, 0, 0)).to.equal(BAD_DESCRIPTOR);
    expect(call('fd_seek', 7, 0n, 0, 700)).to.equal(BAD_DESCRIPTOR);
    expect(call('fd_close', 7)).to.equal(BAD_DESCRIPTOR);
    expect(call('fd_prestat_get', 4, 700)).to.equal(BAD_DESCRIPTOR);
    open('b', CREATE);
    expect(call('fd_seek', view.getUint32(800, true), -5n, 0, 700)).to.be.above(0);
    expect(call('fd_seek', view.getUint32(800, true), 0n, 9, 700)).to.be.above(0);
  });

  it('describes its one directory, its streams and its files', () => {
    const { call, view, open, memory } = host();
    expect(call('fd_prestat_get', 3, 700)).to.equal(0);
    expect([view.getUint32(700, true), view.getUint32(704, true)]).to.deep.equal([0, 1]);
    call('fd_prestat_dir_name', 3, 710, 1);
    expect(new Uint8Array(memory.buffer)[710]).to.equal('/'.charCodeAt(0));
    open('c', CREATE);
    const kinds = [1, 3, view.getUint32(800, true)].map((descriptor) => {
      call('fd_fdstat_get', descriptor, 720);
      return view.getUint8(720);
    });
    expect(kinds).to.deep.equal([2, 3, 4]);
    expect(call('fd_fdstat_set_flags', 1, 0)).to.equal(0);
  });

  it('leaves the program by exception when it exits, and complains when it has no memory yet', () => {
    expect(() => host().call('proc_exit', 3))
      .to.throw(ProgramExit)
      .with.property('exitCode', 3);
    const calls = new WasiHost([]).calls() as { readonly [name: string]: (...args: readonly number[]) => number };
    expect(() => calls.args_sizes_get?.(0, 4)).to.throw('before its memory was known');
  });
});

describe('wasi program', () => {
  it('hands back the exit code of the command', () => {
    expect(runProgram(exitingProgram(7), ['tiny']).exitCode).to.equal(7);
  });

  it('refuses a module that is no command', () => {
    const empty = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    expect(() => runProgram(empty, [])).to.throw(TypeError, 'not a WASI command');
  });
});

describe('memory file', () => {
  it('grows far beyond its first block and ends at its limit', () => {
    const file = new MemoryFile();
    const block = new Uint8Array(1_000_000).fill(7);
    for (let i = 0; i < 67; i += 1) expect(file.write(block)).to.equal(true);
    expect(file.write(block)).to.equal(false);
    expect(file.length).to.equal(67_000_000);
    expect(file.contents().every((byte) => byte === 7)).to.equal(true);
  });
});
