export interface Memory {
  /** Bytes of the process that are in the machine's memory. */
  readonly rss: number;
  /** Bytes of live JavaScript objects. */
  readonly heapUsed: number;
}

/** Lets the benchmark that started this server read where it listens and, after a garbage collection, what it holds. */
export function reportMemoryTo(parent: NodeJS.Process, port: number): void {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Cannot measure memory; start this server with --expose-gc');
  parent.on('message', async () => {
    // What a closed connection leaves behind is let go over some turns of the event loop.
    for (let turn = 0; turn < 10; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      gc();
    }
    const { rss, heapUsed } = process.memoryUsage();
    parent.send?.({ rss, heapUsed } satisfies Memory);
  });
  parent.on('disconnect', () => process.exit(0));
  parent.send?.({ port });
}
