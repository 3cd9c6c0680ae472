import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { MemoryReading } from './memory.ts';

/**
 * What this process uses and may use. The resident size is held against the container's limit (cgroup v1 and v2, through
 * `process.constrainedMemory`), or against the machine's memory where there is no limit.
 */
export function readMemory(): MemoryReading {
  const { used_heap_size: heapUsed, heap_size_limit: heapLimit } = getHeapStatistics();
  const machine = totalmem();
  // 0, or 2^64 and more than any machine has, stand for «no limit», depending on the version of Node.
  const constrained = process.constrainedMemory() || machine;
  return { heapUsed, heapLimit, resident: process.memoryUsage.rss(), residentLimit: Math.min(constrained, machine) };
}
