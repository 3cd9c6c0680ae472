import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Clock } from '../clock.ts';
import type { MemoryReading } from './memory.ts';

/** The limit of a container can be changed while it runs, but finding it takes several files. */
const LIMIT_KEPT_MS = 10_000;

/** Reads what this process uses and may use. */
export function memoryReader(clock: Pick<Clock, 'monotonic'>): () => MemoryReading {
  let residentLimit = 0;
  let limitReadAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock.monotonic();
    if (now - limitReadAt >= LIMIT_KEPT_MS) {
      residentLimit = readResidentLimit();
      limitReadAt = now;
    }
    const { used_heap_size: heapUsed, heap_size_limit: heapLimit } = getHeapStatistics();
    return { heapUsed, heapLimit, resident: process.memoryUsage.rss(), residentLimit };
  };
}

/** The container's limit (cgroup v1 and v2, through `process.constrainedMemory`), or the machine's memory where there is none. */
function readResidentLimit(): number {
  const machine = totalmem();
  // 0, or 2^64 and more than any machine has, stand for «no limit», depending on the version of Node.
  return Math.min(process.constrainedMemory() || machine, machine);
}
