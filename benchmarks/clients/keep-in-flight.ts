import type { Connection } from './candidates/candidate.ts';

export interface Run {
  readonly inFlight: number;
  readonly ms: number;
}

export interface Rounds {
  readonly calls: number;
  readonly seconds: number;
}

/** Keeps small calls in flight for a while and counts the answers; the same work in Node and in a page. */
export async function keepInFlight(connection: Connection, tool: string, { inFlight, ms }: Run): Promise<Rounds> {
  let running = true;
  let calls = 0;
  const keepOne = async (): Promise<void> => {
    while (running) {
      await connection.call(tool, { value: calls });
      calls += 1;
    }
  };
  const began = performance.now();
  setTimeout(() => {
    running = false;
  }, ms);
  await Promise.all(Array.from({ length: inFlight }, keepOne));
  return { calls, seconds: (performance.now() - began) / 1_000 };
}
