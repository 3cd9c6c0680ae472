/** A value somebody gave, before it is checked. */
export interface Found {
  /** The setting it is for: `server.port`. */
  readonly path: string;
  readonly value: unknown;
  /** The file as it was named, or `environment`. */
  readonly source: string;
  /** What its author wrote: `server.port`, `app.mcp_server_port`, `CALLSHEET_PORT`. */
  readonly key: string;
  /** Relative paths count from this folder. */
  readonly folder: string;
}

/** Where a value came from, in words for a person. */
export function origin({ path, source, key }: Found): string {
  if (source === 'environment') return key;
  return key === path ? source : `${source}, ${key}`;
}

/** What was given, by path; without the settings that are wrong by themselves. */
export type Given = ReadonlyMap<string, Found>;
