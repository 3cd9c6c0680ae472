import { CallError } from '@callsheet/protocol';
import { parseVersion } from './version.ts';
import { parseRange } from './version-range.ts';
import type { Endpoint } from './worker.ts';

/** What a caller asks of the workers for a tool. Everything said must hold. */
export interface Match {
  /** Of the tool, as npm writes ranges: `^1.2`, `>=2 <4`. */
  readonly version?: string | undefined;
  /** All of them. */
  readonly tags?: readonly string[] | undefined;
  /** Only this one; to merely prefer a zone is the balancer's business. */
  readonly zone?: string | undefined;
  /** Exactly these schemas: what a repeated attempt asks for, whose arguments were checked against them. */
  readonly schemaHash?: string | undefined;
}

/** One text for matches that ask the same. */
export function matchKey({ version = '', tags = [], zone = '', schemaHash = '' }: Match): string {
  return JSON.stringify([version, zone, schemaHash, ...[...tags].sort()]);
}

/** Tells whether an endpoint is what was asked for. @throws CallError INVALID_PARAMS when the range is none. */
export function matcher({ version, tags = [], zone, schemaHash }: Match): (endpoint: Endpoint) => boolean {
  const range = version === undefined ? undefined : parseRange(version);
  if (version !== undefined && range === undefined) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot find a tool of the version "${version.slice(0, 64)}"; write a range such as "^1.2" or ">=2 <4"`,
    );
  }
  return ({ worker, tool }) => {
    if (zone !== undefined && worker.facts.zone !== zone) return false;
    if (schemaHash !== undefined && tool.schemaHash !== schemaHash) return false;
    if (!tags.every((tag) => worker.facts.tags.includes(tag))) return false;
    if (range === undefined) return true;
    const offered = parseVersion(tool.version);
    return offered !== undefined && range(offered);
  };
}
