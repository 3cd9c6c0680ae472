import type { FakeClock } from '../../sdk-core/test/fake-clock.ts';

/** Waits for something that pauses now and then, by letting every pause be over as soon as it begins. */
export async function runAlong<T>(clock: FakeClock, going: Promise<T>): Promise<T> {
  let done = false;
  const end = (): void => {
    done = true;
  };
  going.then(end, end);
  while (!done) await clock.advance(0);
  return going;
}
