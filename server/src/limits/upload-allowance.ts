import { CallError } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { Gcra } from './gcra.ts';
import { GcraMap } from './gcra-map.ts';
import { Tally } from './tally.ts';

export interface UploadAllowanceOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Uploads of one caller at once. */
  readonly atOnce: number;
  /** Of one caller; all of it may come in one go. */
  readonly mebibytesPerDay: number;
}

const MEBIBYTE = 1_048_576;
const DAY_MS = 86_400_000;
/** Uploads take seconds; when one of them ends is anybody's guess. */
const BUSY_RETRY_MS = 1_000;

/**
 * How much each caller may upload. What is counted is what was stored, begun mebibytes for whole ones: a caller may go
 * beyond its share by the files under way, and waits the longer for it.
 */
export class UploadAllowance {
  readonly #options: UploadAllowanceOptions;
  readonly #underWay = new Tally();
  readonly #stored: GcraMap;

  constructor(options: UploadAllowanceOptions) {
    const { mebibytesPerDay } = options;
    this.#options = options;
    this.#stored = new GcraMap(
      new Gcra({ calls: mebibytesPerDay, windowMs: DAY_MS, burst: Math.max(0, mebibytesPerDay - 1) }),
    );
  }

  /**
   * Lets an upload begin. The returned function ends it and says how many bytes were stored.
   *
   * @param bytes how many are announced; 0 when nobody knows
   * @throws CallError TOO_MANY_IN_FLIGHT, QUOTA_EXCEEDED with the exact `retryAfterMs` where waiting helps
   */
  begin(principalId: string, bytes: number): (storedBytes: number) => void {
    const { clock, atOnce, mebibytesPerDay } = this.#options;
    if (this.#underWay.count(principalId) >= atOnce) {
      throw new CallError('TOO_MANY_IN_FLIGHT', `Cannot take more than ${atOnce} uploads of one caller at once`, {
        retryAfterMs: BUSY_RETRY_MS,
      });
    }
    const wait = this.#stored.wait(principalId, clock.monotonic(), mebibytes(bytes));
    if (wait > 0) {
      const sentence = `Cannot store the file: one caller may upload ${mebibytesPerDay} MiB a day`;
      throw Number.isFinite(wait)
        ? new CallError('QUOTA_EXCEEDED', `${sentence}; try again in ${wait} ms`, { retryAfterMs: wait })
        : new CallError('QUOTA_EXCEEDED', `${sentence}, and it is larger`, { retryable: false });
    }
    this.#underWay.add(principalId);
    return (storedBytes) => {
      this.#underWay.remove(principalId);
      if (storedBytes > 0) this.#stored.charge(principalId, clock.monotonic(), mebibytes(storedBytes));
    };
  }
}

function mebibytes(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / MEBIBYTE));
}
