import { backwardLines } from './backward-lines.ts';
import type { AuditLine } from './entry.ts';
import { listFiles, pathOf } from './files.ts';
import { LineReader } from './line-reader.ts';

export interface AuditQuery {
  /** ISO 8601; lines of this moment and later, or earlier than `to`. */
  readonly from?: string;
  readonly to?: string;
  readonly principal?: string;
  readonly action?: string;
  readonly decision?: 'allowed' | 'refused';
  /** Lines with a higher number, the oldest first. Without it the newest come first. */
  readonly after?: number;
  /** Lines with a lower number, the newest first: the `next` of the page before. Not together with `after`. */
  readonly before?: number;
  /** 1 to 1,000 lines. */
  readonly limit: number;
}

export interface AuditPage {
  readonly lines: readonly AuditLine[];
  /** To be given as `after` or `before` for what follows; absent when nothing does. A page may be short and have it. */
  readonly next?: number;
}

const MOST_LINES = 1_000;
/** After so many the page ends, whatever was found: a rare word must not keep the gateway reading for minutes. */
const MOST_READ = 100_000;

/**
 * Reads lines of a trail, not their signatures. Damaged lines are passed over: to find them is for `verifyAudit`.
 *
 * @throws RangeError that says which member of the query cannot be used.
 */
export async function queryAudit(folder: string, query: AuditQuery): Promise<AuditPage> {
  const wanted = filterOf(query);
  const { after, before = Number.POSITIVE_INFINITY, limit } = query;
  const lines: AuditLine[] = [];
  let read = 0;
  let last = 0;
  for await (const text of after === undefined ? backward(folder, before) : forward(folder, after)) {
    const seq = seqOf(text);
    if (seq === undefined || (after === undefined ? seq >= before : seq <= after)) continue;
    if (lines.length === limit || read === MOST_READ) return { lines, next: last };
    read++;
    last = seq;
    const line = wanted(text);
    if (line !== undefined) lines.push(line);
  }
  return { lines };
}

async function* backward(folder: string, before: number): AsyncGenerator<Buffer> {
  const { audit } = await listFiles(folder);
  for (const number of [...audit].reverse()) {
    const path = pathOf(folder, 'audit', number);
    const first = await firstSeq(path);
    if (first !== undefined && first < before) yield* backwardLines(path);
  }
}

async function* forward(folder: string, after: number): AsyncGenerator<Buffer> {
  const { audit } = await listFiles(folder);
  for (const [index, number] of audit.entries()) {
    const next = audit[index + 1];
    const follows = next === undefined ? undefined : await firstSeq(pathOf(folder, 'audit', next));
    // The whole file is not newer than that.
    if (follows !== undefined && follows <= after + 1) continue;
    yield* linesOf(pathOf(folder, 'audit', number));
  }
}

async function* linesOf(path: string): AsyncGenerator<Buffer> {
  const reader = await LineReader.open(path);
  if (reader === undefined) return;
  try {
    for (let line = await reader.next(); line !== undefined; line = await reader.next()) yield line;
  } finally {
    await reader.close();
  }
}

async function firstSeq(path: string): Promise<number | undefined> {
  for await (const line of linesOf(path)) return seqOf(line);
  return undefined;
}

/** Without parsing: every line begins with its number. */
function seqOf(line: Buffer): number | undefined {
  const match = /^\{"seq":([0-9]{1,15}),/.exec(line.subarray(0, 32).toString('latin1'));
  return match ? Number(match[1]) : undefined;
}

function filterOf(query: AuditQuery): (text: Buffer) => AuditLine | undefined {
  checkQuery(query);
  const { principal, action, decision } = query;
  const from = time(query, 'from') ?? Number.NEGATIVE_INFINITY;
  const to = time(query, 'to') ?? Number.POSITIVE_INFINITY;
  // Most lines are passed over, and can be by their bytes.
  const parts = Object.entries({ principal, action, decision })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => Buffer.from(`"${name}":${JSON.stringify(value)}`));
  return (text) => {
    if (!parts.every((part) => text.includes(part))) return undefined;
    const line = parsed(text);
    if (line === undefined) return undefined;
    const at = Date.parse(line.at);
    const fits =
      (principal === undefined || line.principal === principal) &&
      (action === undefined || line.action === action) &&
      (decision === undefined || line.decision === decision);
    return fits && at >= from && at < to ? line : undefined;
  };
}

function parsed(text: Buffer): AuditLine | undefined {
  try {
    return JSON.parse(text.toString('utf8')) as AuditLine;
  } catch {
    return undefined;
  }
}

function checkQuery({ after, before, limit }: AuditQuery): void {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST_LINES) {
    throw new RangeError(`Cannot read the audit trail: limit is ${limit}; give a whole number from 1 to ${MOST_LINES}`);
  }
  for (const [name, value] of Object.entries({ after, before })) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) continue;
    throw new RangeError(`Cannot read the audit trail: ${name} is ${value}; give the number of a line`);
  }
  if (after !== undefined && before !== undefined) {
    throw new RangeError('Cannot read the audit trail both after and before a line; give one of them');
  }
}

function time(query: AuditQuery, name: 'from' | 'to'): number | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  throw new RangeError(
    `Cannot read the audit trail: ${name} is ${JSON.stringify(text)}; give a time as 2026-11-21T08:00:00Z`,
  );
}
