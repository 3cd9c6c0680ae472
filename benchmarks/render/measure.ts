import { readFileSync } from 'node:fs';

/** What a piece of work cost. */
export interface Cost {
  readonly wallSeconds: number;
  /** CPU time of this process, its threads and the processes it started and has seen the end of. */
  readonly cpuSeconds: number;
}

/** Runs a piece of work and counts. */
export async function measure<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly cost: Cost }> {
  const wall = performance.now();
  const own = process.cpuUsage();
  const children = childSeconds();
  const value = await work();
  const { user, system } = process.cpuUsage(own);
  return {
    value,
    cost: {
      wallSeconds: (performance.now() - wall) / 1000,
      cpuSeconds: (user + system) / 1e6 + childSeconds() - children,
    },
  };
}

/** Fields 16 and 17 of proc(5) `stat`, in hundredths of a second; unknown, and so NaN, on other systems than Linux. */
function childSeconds(): number {
  if (process.platform !== 'linux') return Number.NaN;
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
