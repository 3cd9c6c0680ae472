import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^(audit|checkpoints)-([0-9]{6,9})\.jsonl$/;

/** Numbers of the files of a trail, ascending. A checkpoint file has the number of the first audit file it speaks of. */
export interface TrailFiles {
  readonly audit: readonly number[];
  readonly checkpoints: readonly number[];
}

/** `audit-000001.jsonl`, `checkpoints-000001.jsonl`. */
export function fileName(kind: keyof TrailFiles, number: number): string {
  return `${kind}-${String(number).padStart(6, '0')}.jsonl`;
}

/** The number of an audit file, or undefined for another name. */
export function auditNumber(name: string): number | undefined {
  const match = NAME.exec(name);
  return match?.[1] === 'audit' ? Number(match[2]) : undefined;
}

export function pathOf(folder: string, kind: keyof TrailFiles, number: number): string {
  return join(folder, fileName(kind, number));
}

/** What is there. Rejects when the folder cannot be read. */
export async function listFiles(folder: string): Promise<TrailFiles> {
  const found = { audit: [] as number[], checkpoints: [] as number[] };
  for (const name of await readdir(folder)) {
    const match = NAME.exec(name);
    if (match) found[match[1] as keyof TrailFiles].push(Number(match[2]));
  }
  const ascending = (a: number, b: number): number => a - b;
  return { audit: found.audit.sort(ascending), checkpoints: found.checkpoints.sort(ascending) };
}

/** Whether an error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
