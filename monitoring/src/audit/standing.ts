import type { KeyObject } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { backwardLines } from './backward-lines.ts';
import { check } from './chain.ts';
import { CheckpointReader, type Failure } from './checkpoint.ts';
import { auditNumber, fileName, listFiles, pathOf, type TrailFiles } from './files.ts';
import { type LastCheckpoint, lastCheckpoint } from './last-checkpoint.ts';
import { sealedTailIsGood } from './sealed-tail.ts';
import { type SetAside, setAside } from './torn.ts';
import type { Standing } from './trail-writer.ts';
import { Walk } from './walk.ts';

/** How a trail goes on: where it stood, or in a new segment because it cannot be trusted. */
export interface Found {
  readonly standing: Standing;
  readonly setAside: readonly SetAside[];
  /** What is wrong, and up to which line a checkpoint sealed the trail before. */
  readonly broken?: { readonly failure: Failure; readonly sealed: number };
}

/**
 * Looks where the trail in a folder stands: the last checkpoint, and every line after it. What was sealed before is for
 * `verifyAudit`; a start must not take longer the more there is. Rejects only when the folder cannot be read.
 */
export async function findStanding(folder: string, key: KeyObject, every: number): Promise<Found> {
  const files = await listFiles(folder);
  const number = files.checkpoints.at(-1);
  if (number === undefined && files.audit.length === 0) {
    return { standing: beginning(1, 0), setAside: [] };
  }
  const name = fileName('checkpoints', number ?? 1);
  if (number === undefined) return newSegment(folder, key, files, { file: name, line: 1, reason: 'is missing' }, 0);
  let sealed = 0;
  try {
    const last = await lastCheckpoint(folder, key, number);
    if (last === undefined && !files.audit.some((audit) => audit >= number)) {
      // It was never finished, and nothing was written under it.
      const path = pathOf(folder, 'checkpoints', number);
      await rename(path, `${path}.torn`);
      return findStanding(folder, key, every);
    }
    if (last === undefined || 'reason' in last) {
      const reason = last?.reason ?? 'has no whole line';
      return newSegment(folder, key, files, { file: name, line: last?.line ?? 1, reason }, 0);
    }
    sealed = last.seq;
    const found = await walkFrom(folder, key, every, files, number, last);
    return 'reason' in found ? newSegment(folder, key, files, found, sealed) : found;
  } catch (error) {
    const reason = `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return newSegment(folder, key, files, { file: name, line: 1, reason }, sealed);
  }
}

function beginning(file: number, seq: number): Standing {
  return { file, bytes: 0, seq, sig: '', checkpoints: { file, bytes: 0, sig: '' }, due: true };
}

async function newSegment(
  folder: string,
  key: KeyObject,
  files: TrailFiles,
  failure: Failure,
  sealed: number,
): Promise<Found> {
  const last = files.audit.at(-1) ?? 0;
  const seq = Math.max(sealed, await lastGoodSeq(folder, key, last));
  return {
    standing: beginning(Math.max(last, files.checkpoints.at(-1) ?? 0) + 1, seq),
    setAside: [],
    broken: { failure, sealed },
  };
}

/** The number of the last line that is good by itself, so that numbers of lines do not come twice. */
async function lastGoodSeq(folder: string, key: KeyObject, file: number): Promise<number> {
  try {
    for await (const line of backwardLines(pathOf(folder, 'audit', file))) {
      const checked = check('audit', key, line);
      if (checked.good) return Number(checked.members.seq);
    }
  } catch {
    // What cannot be read has no numbers that anybody could see twice.
  }
  return 0;
}

async function walkFrom(
  folder: string,
  key: KeyObject,
  every: number,
  { audit }: TrailFiles,
  number: number,
  last: LastCheckpoint,
): Promise<Found | Failure> {
  const file = auditNumber(last.file) ?? number;
  if (!(await sealedTailIsGood(pathOf(folder, 'audit', file), key, last))) {
    const reason = `does not hold the lines before line ${last.seq} as a checkpoint seals them`;
    return { file: last.file, line: 1, seq: last.seq, reason };
  }
  const checkpoints = await CheckpointReader.open(folder, key, number, last);
  if (checkpoints === undefined) return { file: fileName('checkpoints', number), line: 1, reason: 'is missing' };
  const walk = new Walk({ folder, key, from: last, file, offset: last.bytes, checkpoints, files: audit });
  try {
    const failure = await walk.run();
    if (failure !== undefined) return failure;
    const { at } = walk;
    const torn: SetAside[] = [];
    if (at.rest.length > 0) torn.push(await setAside(folder, fileName('audit', at.file), at.bytes, at.rest));
    const half = checkpoints.rest;
    if (half.length > 0) torn.push(await setAside(folder, fileName('checkpoints', number), last.bytesRead, half));
    const standing = {
      file: at.file,
      bytes: at.bytes,
      seq: at.seq,
      sig: at.sig,
      checkpoints: { file: number, bytes: last.bytesRead, sig: last.sig },
      due: at.lines > 0 || last.every !== every,
    };
    return { standing, setAside: torn };
  } finally {
    await Promise.all([walk.close(), checkpoints.close()]);
  }
}
