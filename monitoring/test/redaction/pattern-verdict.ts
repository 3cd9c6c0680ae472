import { checkSync } from 'recheck';

/** It counts characters it reads; measuring time as well would tell of the machine. */
const BY_WORK_ALONE = { timeout: null, attackTimeout: null, incubationTimeout: null, seedingTimeout: null };

/** How fast a pattern is on the worst text for it. */
export const verdictOf = (source: string, flags: string): ReturnType<typeof checkSync> =>
  checkSync(source, flags, BY_WORK_ALONE);
