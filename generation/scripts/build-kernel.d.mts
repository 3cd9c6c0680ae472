/** Compiles `assembly/kernel.ts` in memory and answers the module's bytes. */
export function compileKernel(): Promise<Uint8Array>;
