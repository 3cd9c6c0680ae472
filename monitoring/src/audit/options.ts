import type { KeyObject } from 'node:crypto';
import type { ToolLog } from '@callsheet/protocol';
import type { Redactor } from '../redaction/redactor.ts';

export interface AuditTrailOptions {
  /** Where the files are; made when missing, for its owner only. One process at a time writes to it. */
  readonly folder: string;
  /** A secret key of at least 32 bytes, for this trail alone. */
  readonly key: KeyObject;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Calls back once after `ms` milliseconds; the answer takes the appointment back. */
  readonly after: (ms: number, callback: () => void) => () => void;
  readonly redactor: Redactor;
  readonly log: ToolLog;
  /** A file is full before it is longer, unless by its only line; 20,000,000 when not said. */
  readonly maxFileBytes?: number;
  /** Audit files to keep, the one being written included; all when not said. Removing is written down in the trail. */
  readonly keepFiles?: number;
  /** Lines between two checkpoints; 100 when not said. */
  readonly checkpointEvery?: number;
  /** How long a line waits for a checkpoint at most, in milliseconds; 5,000 when not said. */
  readonly checkpointAfterMs?: number;
  /** Lines in memory while the disk is slow or full; what comes beyond is counted. 10,000 when not said. */
  readonly maxWaiting?: number;
}

const SHORTEST_KEY = 32;

/** @throws RangeError that names the option, its value and what would do. */
export function checkOptions(options: AuditTrailOptions): void {
  const { key, folder } = options;
  if (key.type !== 'secret' || (key.symmetricKeySize ?? 0) < SHORTEST_KEY) {
    throw new RangeError(
      'Cannot open the audit trail: the key is not a secret of 32 bytes or more; make it with randomBytes(32)',
    );
  }
  if (folder === '') throw new RangeError('Cannot open the audit trail: the folder has no name; give a path');
  const { maxFileBytes, keepFiles, checkpointEvery, checkpointAfterMs, maxWaiting } = options;
  for (const [name, value] of Object.entries({
    maxFileBytes,
    keepFiles,
    checkpointEvery,
    checkpointAfterMs,
    maxWaiting,
  })) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) continue;
    throw new RangeError(`Cannot open the audit trail: ${name} is ${value}; give a whole number, 1 or more`);
  }
}
