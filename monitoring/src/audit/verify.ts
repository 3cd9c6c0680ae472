import type { KeyObject } from 'node:crypto';
import { isJsonObject } from '@callsheet/protocol';
import { type CheckpointAt, CheckpointReader, type Failure } from './checkpoint.ts';
import { auditNumber, fileName, isMissing, listFiles, type TrailFiles } from './files.ts';
import { type Place, Walk } from './walk.ts';

export interface VerifyOptions {
  readonly folder: string;
  /** The key the trail was signed with. */
  readonly key: KeyObject;
  /** An audit file that begins with a break: begin there, because what is before was looked into already. */
  readonly since?: string;
}

export type Verification =
  | {
      readonly ok: true;
      /** Audit lines read, and checkpoints compared with them. */
      readonly lines: number;
      readonly checkpoints: number;
      /** Number of the last line; 0 when there is none yet. */
      readonly lastSeq: number;
    }
  | ({ readonly ok: false } & Failure);

/** Old files go while it reads, when only so many are kept. */
const ATTEMPTS = 3;

/**
 * Reads a whole trail and answers whether every line is as it was written, in its place, up to the last checkpoint; or
 * where it first is not. Works beside a running gateway and without one, in bounded memory. What it cannot see: a cut of
 * lines that no checkpoint sealed yet, and a trail put back, with its checkpoints, to what it was at an earlier moment.
 */
export async function verifyAudit(options: VerifyOptions): Promise<Verification> {
  for (let attempt = 1; ; attempt++) {
    const before = await list(options);
    const result = await verifyOnce(options, before);
    if (result.ok || attempt === ATTEMPTS) return result;
    const after = await list(options);
    if (after.audit[0] === before.audit[0]) return result;
  }
}

async function list({ folder, since }: VerifyOptions): Promise<TrailFiles> {
  const first = since === undefined ? 0 : auditNumber(since);
  if (first === undefined) {
    throw new RangeError(
      `Cannot verify since ${JSON.stringify(since)}: give the name of an audit file, as audit-000004.jsonl`,
    );
  }
  try {
    const { audit, checkpoints } = await listFiles(folder);
    return {
      audit: audit.filter((number) => number >= first),
      checkpoints: checkpoints.filter((number) => number >= first),
    };
  } catch (error) {
    if (isMissing(error)) return { audit: [], checkpoints: [] };
    throw error;
  }
}

/** What was found so far, over all segments. */
interface Progress {
  lines: number;
  checkpoints: number;
  lastSeq: number;
  /** The last line a checkpoint seals; undefined while no segment was read. */
  sealed: number | undefined;
  /** The last audit file that is not there, and the last one that a line says was removed to make room. */
  missing: number;
  removed: number;
}

async function verifyOnce({ folder, key, since }: VerifyOptions, files: TrailFiles): Promise<Verification> {
  const first = auditNumber(since ?? '') ?? 1;
  if (files.checkpoints[0] !== first) {
    return { ok: false, file: fileName('checkpoints', first), line: 1, reason: 'is missing' };
  }
  const progress: Progress = { lines: 0, checkpoints: 0, lastSeq: 0, sealed: undefined, missing: 0, removed: 0 };
  for (const [index, number] of files.checkpoints.entries()) {
    const until = files.checkpoints[index + 1] ?? Number.POSITIVE_INFINITY;
    const audit = files.audit.filter((file) => file >= number && file < until);
    const failure = await verifySegment({
      folder,
      key,
      number,
      until,
      audit,
      progress,
      begun: index > 0 || since !== undefined,
    });
    if (failure !== undefined) return { ok: false, ...failure };
  }
  const { lines, checkpoints, lastSeq, missing, removed } = progress;
  if (missing <= removed) return { ok: true, lines, checkpoints, lastSeq };
  const reason = 'is missing, and no line says that it was removed to make room';
  return { ok: false, file: fileName('audit', Math.max(first, removed + 1)), line: 1, reason };
}

interface Segment {
  readonly folder: string;
  readonly key: KeyObject;
  /** Of its checkpoint file, and of its first audit file. */
  readonly number: number;
  /** Number of the file the next segment begins with. */
  readonly until: number;
  readonly audit: readonly number[];
  readonly progress: Progress;
  /** Whether it goes on after a break. */
  readonly begun: boolean;
}

async function verifySegment(segment: Segment): Promise<Failure | undefined> {
  const { folder, key, number, until, audit, progress, begun } = segment;
  const checkpoints = await CheckpointReader.open(folder, key, number);
  if (checkpoints === undefined) return { file: fileName('checkpoints', number), line: 1, reason: 'is missing' };
  let walk: Walk | undefined;
  try {
    const file = audit[0] ?? number;
    const start = await startOf(checkpoints, number, file);
    if ('reason' in start) return start;
    if (file > number) progress.missing = file - 1;
    walk = new Walk({ folder, key, ...start, file, offset: 0, until, checkpoints, files: audit, seen: look });
    const failure = await walk.run();
    if (failure !== undefined) return failure;
    progress.lines += walk.at.lines;
    progress.lastSeq = walk.at.seq;
    progress.sealed = walk.at.sealed.seq;
    progress.checkpoints += checkpoints.count;
    return undefined;
  } finally {
    await Promise.all([walk?.close(), checkpoints.close()]);
  }

  function look(members: Record<string, unknown>, at: Place): string | undefined {
    const details = isJsonObject(members.details) ? members.details : {};
    if (members.kind === 'audit.removed') {
      progress.removed = Math.max(progress.removed, auditNumber(String(details.through)) ?? 0);
    }
    if (!begun || at.file !== number || at.line !== 1) return undefined;
    if (members.kind !== 'audit.break') return 'begins a new chain without saying why';
    const lost = progress.sealed !== undefined && Number(details.sealed) > progress.sealed;
    return lost
      ? `says that line ${details.sealed} was sealed; the trail before it ends at ${progress.sealed}`
      : undefined;
  }
}

/**
 * Where a segment begins: at its first checkpoint, which seals nothing, or at the last one of the files that were removed.
 * `ahead` is the checkpoint after it, where reading that far was needed to know.
 */
async function startOf(
  checkpoints: CheckpointReader,
  number: number,
  file: number,
): Promise<{ from: CheckpointAt; ahead?: CheckpointAt } | Failure> {
  let from = await checkpoints.next();
  if (from === undefined) return checkpoints.failure('is not a whole line of this file');
  if ('reason' in from) return from;
  if (from.file !== fileName('audit', number) || from.bytes !== 0)
    return { ...checkpoints.failure('belongs to another file'), line: 1 };
  while (file > number) {
    const ahead = await checkpoints.next();
    if (ahead === undefined) break;
    if ('reason' in ahead) return ahead;
    if ((auditNumber(ahead.file) ?? 0) >= file) return { from, ahead };
    from = ahead;
  }
  return { from };
}
