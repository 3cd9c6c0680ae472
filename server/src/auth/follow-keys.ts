import type { ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { type Following, followFile } from './follow-file.ts';
import type { KeyRing } from './key-ring.ts';
import { keyFile, readKeyRecords } from './key-store.ts';

export interface FollowKeysParts {
  readonly dataDir: string;
  readonly ring: KeyRing;
  readonly clock: Clock;
  readonly log: Pick<ToolLog, 'info' | 'warn'>;
  /** Some key may no longer be good: ask every identity that came by a key whether it still is. */
  readonly changed: () => void;
}

/**
 * Keeps the ring as the stored keys are, whoever changes them, and tells when keys may have ended: because they were
 * revoked or changed, or because the time of one is over.
 */
export function keepKeysCurrent({ dataDir, ring, clock, log, changed }: FollowKeysParts): Following {
  let cancel = (): void => {};
  const waitForNextEnd = (): void => {
    cancel();
    const end = ring.nextEnd();
    if (end === undefined) return;
    // The clock may be early, and long times come in pieces: then this only looks again.
    cancel = clock.after(Math.max(1, end - clock.now()), () => {
      changed();
      waitForNextEnd();
    });
  };
  const file = keyFile(dataDir);
  const following = followFile(file, {
    ...{ clock, log, what: 'the keys' },
    read: () => readKeyRecords(file),
    changed: (records) => {
      ring.adopt(records);
      changed();
      waitForNextEnd();
    },
  });
  waitForNextEnd();
  return {
    refresh: () => following.refresh(),
    end: () => {
      cancel();
      following.end();
    },
  };
}
