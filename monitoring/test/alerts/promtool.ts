import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Why there is no promtool; undefined when there is one. */
export function whyNoPromtool(): string | undefined {
  return spawnSync('promtool', ['--version']).status === 0
    ? undefined
    : 'promtool (Debian package prometheus) is not installed';
}

export interface PromtoolAnswer {
  readonly status: number | null;
  readonly text: string;
}

/** Writes files, each an object as YAML, and runs promtool beside them. */
export function promtool(files: Readonly<Record<string, unknown>>, ...words: readonly string[]): PromtoolAnswer {
  const folder = mkdtempSync(join(tmpdir(), 'callsheet-promtool-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), stringify(content, { lineWidth: 0, aliasDuplicateObjects: false }));
    }
    const { status, stdout, stderr } = spawnSync('promtool', words, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
      maxBuffer: 2 ** 26,
    });
    return { status, text: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
