/// <reference path="../../src/webassembly.d.ts" />

const ascii = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];

/** A WASI command, assembled by hand, that does nothing but exit with a code below 64. */
export function exitingProgram(exitCode: number): WebAssembly.Module {
  const section = (id: number, ...content: readonly number[]): number[] => [id, content.length, ...content];
  return new WebAssembly.Module(
    Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      // Types: (i32) → (), () → ()
      ...section(1, 2, 0x60, 1, 0x7f, 0, 0x60, 0, 0),
      ...section(2, 1, ...ascii('wasi_snapshot_preview1'), ...ascii('proc_exit'), 0, 0),
      ...section(3, 1, 1),
      // A page of memory
      ...section(5, 1, 0, 1),
      ...section(7, 2, ...ascii('memory'), 2, 0, ...ascii('_start'), 0, 1),
      // i32.const exitCode; call proc_exit
      ...section(10, 1, 6, 0, 0x41, exitCode, 0x10, 0, 0x0b),
    ]),
  );
}
