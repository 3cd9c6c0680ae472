import { useTempDir } from '../temp-dir.ts';
import { Fleet } from './fleet.ts';

/** A way to open a fleet in each test of the suite it is called in; its processes are gone afterwards. */
export function useFleet(): (workers?: string) => Promise<Fleet> {
  let fleet: Fleet | undefined;
  // Before the folder goes.
  afterEach(async function () {
    await fleet?.close();
    if (this.currentTest?.state === 'failed') console.error(fleet?.logs());
    fleet = undefined;
  });
  const folder = useTempDir();
  return async (workers) => {
    fleet = await Fleet.open(folder(), workers);
    return fleet;
  };
}
