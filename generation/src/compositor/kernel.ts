import { readFileSync } from 'node:fs';

const PAGE = 65536;

/** The compiled kernel and the memory it works in. Meanings and promises: `assembly/kernel.ts`. Addresses are bytes. */
export interface Kernel {
  readonly memory: Uint8Array;
  plane(
    source: number,
    sourceWidth: number,
    sourceHeight: number,
    out: number,
    width: number,
    height: number,
    x: number,
    y: number,
    step: number,
    table: number,
    rows: number,
  ): void;
  dissolve(a: number, b: number, out: number, bytes: number, weight: number): void;
}

/** Starts the kernel over fresh memory of at least `bytes`. The memory never grows, so views of it stay valid. */
export function startKernel(bytes: number): Kernel {
  const pages = Math.ceil(bytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const module = new WebAssembly.Module(readFileSync(new URL('../../kernel/kernel.wasm', import.meta.url)));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { plane, dissolve } = exports as unknown as Pick<Kernel, 'plane' | 'dissolve'>;
  return { memory: new Uint8Array(memory.buffer), plane, dissolve };
}
