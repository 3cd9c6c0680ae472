import { Flite } from './flite.ts';

/** One engine per thread, compiled at the first word: 21 MB of code are not wanted twice, nor by those who never speak. */
let engine: Promise<Flite> | undefined;

/** The thread's engine. A failed load is not remembered, so that the next call tries again. */
export function sharedFlite(): Promise<Flite> {
  engine ??= Flite.load().catch((error: unknown) => {
    engine = undefined;
    throw error;
  });
  return engine;
}
