import type { Given } from './found.ts';
import { isLoopback } from './loopback.ts';
import type { Problem } from './problems.ts';
import type { Config } from './settings.ts';

type Workers = Config['workers'];
type Upstream = Workers['upstreams'][string];
type Token = Pick<Upstream, 'token' | 'tokenEnv' | 'tokenFile'>;

/** Settings of workers that contradict each other, and credentials that would travel for all to read. */
export function workersAgree(
  { workers }: Config,
  given: Given,
): { readonly problems: Problem[]; readonly notes: string[] } {
  const problems = times(workers, given);
  const notes: string[] = [];
  for (const [table, entries, wrong] of [
    ['workers.dial', workers.dial, dialled],
    ['workers.upstreams', workers.upstreams, upstream],
  ] as const) {
    const found = given.get(table);
    if (found === undefined) continue;
    for (const [name, entry] of Object.entries(entries)) {
      const key = `${found.key}.${JSON.stringify(name)}`;
      for (const says of wrong(entry)) problems.push({ source: found.source, key, says });
      if (tokensOf(entry) > 0 && isReadable(entry.url)) {
        notes.push(`${found.source}: ${key} sends its credential unencrypted to another machine; use wss`);
      }
    }
  }
  return { problems, notes };
}

/** Each with its successor: whatever is set to something that does not leave room for the other is named. */
function times(workers: Workers, given: Given): Problem[] {
  const { heartbeatMs, suspectAfterMs, deadAfterMs, graceMs, ejectionMs, longestEjectionMs } = workers;
  const problems: Problem[] = [];
  const order = (paths: readonly [string, string], fits: boolean, says: string): void => {
    const found = fits ? undefined : (given.get(`workers.${paths[0]}`) ?? given.get(`workers.${paths[1]}`));
    if (found !== undefined) problems.push({ source: found.source, key: found.key, says: `does not fit: ${says}` });
  };
  const silence = `a worker says that it is there every ${heartbeatMs} ms, is suspect after ${suspectAfterMs} and dead after ${deadAfterMs}; let each be longer than the one before`;
  if (heartbeatMs >= suspectAfterMs) order(['suspect_after_ms', 'heartbeat_ms'], false, silence);
  else order(['dead_after_ms', 'suspect_after_ms'], suspectAfterMs < deadAfterMs, silence);
  order(
    ['grace_ms', 'dead_after_ms'],
    graceMs <= deadAfterMs,
    `a lost connection may come back for ${graceMs} ms, but its worker is dead after ${deadAfterMs}`,
  );
  order(
    ['longest_ejection_ms', 'ejection_ms'],
    ejectionMs <= longestEjectionMs,
    `a worker is put out for ${ejectionMs} ms, and for ${longestEjectionMs} at most`,
  );
  return problems;
}

function* dialled(entry: Token): Iterable<string> {
  const tokens = tokensOf(entry);
  if (tokens === 0)
    yield 'lacks a credential: a worker that listens lets in who shows its token; set "token", "token_env" or "token_file"';
  if (tokens > 1) yield TOO_MANY;
}

function* upstream(entry: Token & Partial<Upstream>): Iterable<string> {
  const { dialect, toolsFile, tokenHeader, prefix, allow = [] } = entry;
  const tokens = tokensOf(entry);
  if (tokens > 1) yield TOO_MANY;
  if (tokenHeader !== undefined && tokens === 0) yield 'has a "token_header", but no credential to put into it';
  if (dialect === 'jsonrpc') {
    if (toolsFile === undefined) yield 'is for jsonrpc, which lists no tools by itself; set "tools_file"';
    if (prefix !== undefined || allow.join() !== '*') {
      yield 'is for jsonrpc; name its tools in the "tools_file" instead of setting "prefix" or "allow"';
    }
  } else if (toolsFile !== undefined) {
    yield 'is for callsheet, which lists its tools itself; remove "tools_file" or set dialect = "jsonrpc"';
  }
}

const TOO_MANY = 'has more than one credential; keep one of "token", "token_env" and "token_file"';

function tokensOf({ token, tokenEnv, tokenFile }: Token): number {
  return [token, tokenEnv, tokenFile].filter((value) => value !== undefined).length;
}

function isReadable(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'ws:' && !isLoopback(hostname);
}
