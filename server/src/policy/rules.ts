import { createHash } from 'node:crypto';
import type { Rate } from '../limits/rate.ts';
import type { RoleRule } from './role.ts';

/** How much a role may do. What is absent is as the settings say. */
export interface RoleLimits {
  /** Calls of tools; `off`: as often as it likes. */
  readonly rate?: Rate | 'off';
  /** Unanswered calls at once. */
  readonly inFlight?: number;
  /** Unfinished jobs at once. */
  readonly jobs?: number;
}

/** How often one caller may call a tool. */
export interface ToolLimits {
  readonly rate: Rate | 'off';
}

/** Bounds of the arguments of a tool; absent: those of the message alone. */
export interface InputRules {
  readonly requestSizeBytes?: number;
  /** Items of any one array. */
  readonly arrayItemsMax?: number;
}

/** Where paths in arguments may lead; globs, see `paths/glob.ts`. */
export interface PathRules {
  readonly allowed: readonly string[];
  readonly forbidden: readonly string[];
}

/** A whole policy, checked, with everything that was left open filled in. Never changed: a reload makes another. */
export interface PolicyRules {
  readonly roles: ReadonlyMap<string, RoleRule>;
  /** By role. */
  readonly limits: ReadonlyMap<string, RoleLimits>;
  /** By tool, or pattern of tools; the order is that of the file. */
  readonly tools: ReadonlyMap<string, ToolLimits>;
  readonly input: InputRules;
  readonly paths: PathRules;
  /** False: tools that change something may only say what they would do. */
  readonly allowWrite: boolean;
  /** True: they all only say it. */
  readonly dryRun: boolean;
  /** The environment variable that holds the secret of the audit trail. */
  readonly auditSecretVariable?: string;
}

/** SHA-256 of the rules, hex: the same for the same rules, however their author ordered them. */
export function versionOf(rules: PolicyRules): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(rules)))
    .digest('hex');
}

/** Maps and objects as sorted pairs. Lists keep their order. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const pairs: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, canonical(member)]);
}
