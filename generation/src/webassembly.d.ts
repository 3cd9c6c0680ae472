/** The part of the WebAssembly JavaScript interface used here; TypeScript declares it only together with a browser. */
declare namespace WebAssembly {
  class Memory {
    /** Pages are 64 KiB. */
    constructor(descriptor: { readonly initial: number; readonly maximum?: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: ArrayBufferView | ArrayBuffer);
  }
  type Imports = { readonly [module: string]: { readonly [name: string]: unknown } };
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: { readonly [name: string]: unknown };
  }
  function compile(bytes: ArrayBufferView | ArrayBuffer): Promise<Module>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
}
