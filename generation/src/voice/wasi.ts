import { ProgramExit, WasiHost } from './wasi-host.ts';

/** What a program under this host wrote. */
export interface ProgramOutput {
  /** 0 when the program ended well. */
  readonly exitCode: number;
  /** Standard output and standard error, as they came. */
  readonly text: string;
  /** Files it wrote, by the name it gave them. They exist in memory only. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Runs a WASI command once, in memory: it gets arguments and may print and write files, which are handed back.
 * @throws whatever the program traps with (WebAssembly.RuntimeError)
 */
export function runProgram(module: WebAssembly.Module, args: readonly string[]): ProgramOutput {
  const host = new WasiHost(args);
  const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: host.calls() });
  const { memory, _start: start } = exports;
  if (!(memory instanceof WebAssembly.Memory) || typeof start !== 'function') {
    throw new TypeError('Cannot run the module: it exports no memory or no _start, so it is not a WASI command');
  }
  host.memory = memory;
  let exitCode = 0;
  try {
    start();
  } catch (error) {
    if (!(error instanceof ProgramExit)) throw error;
    exitCode = error.exitCode;
  }
  return { exitCode, text: host.text(), files: host.contents() };
}
