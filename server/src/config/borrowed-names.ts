import type { Found } from './found.ts';
import type { Problem } from './problems.ts';
import { isTable } from './table.ts';

/** `[app]` names of MoneyPrinterTurbo that exist here under another name. */
export const BORROWED: Readonly<Record<string, string>> = {
  mcp_server_host: 'server.host',
  mcp_server_port: 'server.port',
  mcp_max_connections: 'server.max_connections',
  mcp_api_keys: 'auth.api_keys',
  mcp_rate_limit_requests: 'rate.calls',
  mcp_rate_limit_window: 'rate.window_s',
  mcp_jwt_secret: 'auth.jwt_secret',
  mcp_jwt_expiration: 'auth.access_ttl_s',
  mcp_circuit_breaker_threshold: 'workers.failures_in_row',
  mcp_circuit_breaker_timeout: 'workers.ejection_ms',
  mcp_heartbeat_interval: 'workers.heartbeat_ms',
  mcp_health_check_interval: 'workers.probe_interval_ms',
  mcp_service_timeout: 'workers.dead_after_ms',
};

/** Variables of the Unreal tool server that exist here under another name. */
export const BORROWED_VARIABLES: Readonly<Record<string, string>> = {
  MCP_ALLOW_WRITE: 'policy.allow_write',
  MCP_DRY_RUN: 'policy.dry_run',
  MCP_ALLOWED_PATHS: 'policy.allowed_paths',
  MCP_POLICY_PATH: 'policy.file',
  MCP_AUDIT_SECRET: 'audit.secret',
};

/** Those of them that are seconds there and milliseconds here. */
const IN_SECONDS: ReadonlySet<string> = new Set([
  'mcp_circuit_breaker_timeout',
  'mcp_heartbeat_interval',
  'mcp_health_check_interval',
  'mcp_service_timeout',
]);

export interface Borrowed {
  readonly found: readonly Found[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** Reads an `[app]` section. A setting that cannot be honoured is a problem: silence would be a promise broken. */
export function readBorrowed(app: Readonly<Record<string, unknown>>, source: string, folder: string): Borrowed {
  const found: Found[] = [];
  const problems: Problem[] = [];
  const notes: string[] = [];
  for (const [name, value] of Object.entries(hoist(app))) {
    const path = Object.hasOwn(BORROWED, name) ? BORROWED[name] : undefined;
    if (path === undefined) {
      const says = `is not a setting; of [app] only ${Object.keys(BORROWED).join(', ')} are read`;
      problems.push({ source, key: `app.${name}`, says });
      continue;
    }
    const converted = IN_SECONDS.has(name);
    notes.push(`${source}: app.${name} is read as ${path}${converted ? ', in milliseconds' : ''}; rename it`);
    found.push({ path, ...adopted(name, value), source, folder });
  }
  return { found, problems, notes };
}

/** The value as it is meant here, and its key so that a sentence with both is true. */
function adopted(name: string, value: unknown): Pick<Found, 'key' | 'value'> {
  const key = `app.${name}`;
  if (name === 'mcp_api_keys') return { key, value: keysByName(value) };
  if (IN_SECONDS.has(name) && typeof value === 'number') return { key: `${key} × 1000`, value: value * 1000 };
  return { key, value };
}

/**
 * In MoneyPrinterTurbo's own example `mcp_` settings follow below `[app.mcp_api_keys]`, where TOML takes them for keys.
 * They are lifted to where their author meant them to be.
 */
function hoist(app: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { mcp_api_keys: keys, ...rest } = app;
  if (!isTable(keys)) return { ...app };
  const own = Object.entries(keys);
  const strays = own.filter(([name]) => Object.hasOwn(BORROWED, name));
  const entries = own.filter((entry) => !strays.includes(entry));
  return { ...Object.fromEntries(strays), ...rest, mcp_api_keys: Object.fromEntries(entries) };
}

/** There the key itself is the name of the entry and `name` a field; here the name names it, and the key is a secret. */
function keysByName(value: unknown): unknown {
  if (!isTable(value)) return value;
  const named = Object.entries(value).map(([key, entry], index): [string, unknown] => {
    if (!isTable(entry)) return [`key ${index + 1}`, entry];
    const { name = `key ${index + 1}`, ...rest } = entry;
    return [String(name), { ...rest, key }];
  });
  const seen = new Map<string, number>();
  const unique = named.map(([name, entry]): [string, unknown] => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return [times === 1 ? name : `${name} ${times}`, entry];
  });
  return Object.fromEntries(unique);
}
