import { isRateText, parseRate, RATE_FORM } from '../../limits/rate-text.ts';
import { GLOB_FORM, globFault } from '../paths/glob.ts';
import { isPattern, PATTERN_FORM } from '../pattern.ts';
import type { InputRules, RoleLimits, ToolLimits } from '../rules.ts';
import { type Check, flag, integer, list, members, named, type Place, type Say, text } from './checks.ts';

const MOST = 1_000_000;

const roleName = text((name) => /^[a-z][a-z0-9_-]{0,31}$/.test(name), 'a role name of 1 to 32 of a-z 0-9 _ -');
const toolName = text(
  (name) => isPattern(name) && !name.includes('/'),
  'a tool name, in which * stands for any characters',
);
const patterns = list(text(isPattern, PATTERN_FORM));
const glob: Check<string> = (value, at, say) => {
  const fault = typeof value === 'string' ? globFault(value) : GLOB_FORM;
  return fault === undefined ? String(value) : say(at, `is ${JSON.stringify(value)?.slice(0, 80)}; expected ${fault}`);
};
/** A wrong rate is told of once: in its place stands one that gives no further offence. */
const rate: Check<string> = (value, at, say) => text(isRateText, RATE_FORM)(value, at, say) ?? '1/1s';

const shape = members({
  version: integer(1, 1),
  roles: named(roleName, members({ allow: patterns, deny: patterns, same_as: roleName })),
  limits: named(
    roleName,
    members({ rate, burst: integer(0, MOST), in_flight: integer(1, MOST), jobs: integer(1, MOST) }),
  ),
  tools: named(toolName, members({ rate, burst: integer(0, MOST) })),
  input: members({ request_size_kb: integer(1, 1_048_576), array_items_max: integer(0, 10_000_000) }),
  paths: members({ allowed: list(glob), forbidden: list(glob) }),
  allow_write: flag,
  dry_run: flag,
  audit: members({
    hmac_secret_env: text((name) => /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name), 'the name of an environment variable'),
  }),
});

type Written = typeof shape extends Check<infer T> ? T : never;

/** A role as its author wrote it; `same_as` is not looked up yet. */
export interface WrittenRole {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly sameAs?: string;
}

/** What a policy file says; what it does not say is absent. */
export interface PolicyDocument {
  readonly roles: ReadonlyMap<string, WrittenRole>;
  readonly limits: ReadonlyMap<string, RoleLimits>;
  readonly tools: ReadonlyMap<string, ToolLimits>;
  readonly input: InputRules;
  readonly paths: { readonly allowed?: readonly string[]; readonly forbidden?: readonly string[] };
  readonly allowWrite?: boolean;
  readonly dryRun?: boolean;
  readonly auditSecretVariable?: string;
}

/** Reads the tree of a policy file. What it answers means something only when nothing was said. */
export function checkDocument(tree: unknown, say: Say): PolicyDocument {
  const written: Written = shape(tree, [], say) ?? {};
  if (written.version === undefined && hasNo(tree, 'version')) say(['version'], 'is missing; write version: 1');
  const { roles, limits, tools, input, paths = {}, allow_write: allowWrite, dry_run: dryRun, audit } = written;
  return {
    roles: mapped(roles, ({ allow = [], deny = [], same_as: sameAs }) => ({
      ...{ allow, deny },
      ...(sameAs !== undefined && { sameAs }),
    })),
    limits: mapped(limits, (entry, name) => readLimits(entry, ['limits', name], say)),
    tools: mapped(tools, (entry, name) => ({ rate: readRate(entry, ['tools', name], say) ?? 'off' })),
    input: {
      ...(input?.request_size_kb !== undefined && { requestSizeBytes: input.request_size_kb * 1024 }),
      ...(input?.array_items_max !== undefined && { arrayItemsMax: input.array_items_max }),
    },
    paths,
    ...(allowWrite !== undefined && { allowWrite }),
    ...(dryRun !== undefined && { dryRun }),
    ...(audit?.hmac_secret_env !== undefined && { auditSecretVariable: audit.hmac_secret_env }),
  };
}

type WrittenLimits = {
  readonly rate?: string;
  readonly burst?: number;
  readonly in_flight?: number;
  readonly jobs?: number;
};

function readLimits(written: WrittenLimits, at: Place, say: Say): RoleLimits {
  const { in_flight: inFlight, jobs } = written;
  const rate = readRate(written, at, say);
  return {
    ...(rate !== undefined && { rate }),
    ...(inFlight !== undefined && { inFlight }),
    ...(jobs !== undefined && { jobs }),
  };
}

/** `burst` beside the rate stands for the `+burst` in it. */
function readRate({ rate, burst }: Pick<WrittenLimits, 'rate' | 'burst'>, at: Place, say: Say): RoleLimits['rate'] {
  if (rate === undefined) return burst === undefined ? undefined : say([...at, 'burst'], 'needs a rate beside it');
  const read = parseRate(rate);
  if (burst === undefined) return read ?? 'off';
  if (read === undefined || rate.includes('+')) {
    return say([...at, 'burst'], `does not go with the rate "${rate}"; write calls/window there and the burst here`);
  }
  return { ...read, burst };
}

function mapped<T, U>(
  entries: ReadonlyMap<string, T> | undefined,
  read: (entry: T, name: string) => U,
): Map<string, U> {
  return new Map([...(entries ?? [])].map(([name, entry]): [string, U] => [name, read(entry, name)]));
}

function hasNo(tree: unknown, member: string): boolean {
  return typeof tree === 'object' && tree !== null && !Object.hasOwn(tree, member);
}
