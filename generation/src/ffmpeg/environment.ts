/** Environment variables by name, as in `process.env`. */
export interface Environment {
  readonly [name: string]: string | undefined;
}

/** What a program needs to start and find its libraries. Everything else stays here: an encoder has no use for keys. */
const PASSED = ['PATH', 'HOME', 'LANG', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot'];

/** The environment of an ffmpeg process. */
export function childEnvironment(parent: Environment, own: Environment = {}): Record<string, string> {
  const entries = [...PASSED.map((name) => [name, parent[name]] as const), ...Object.entries(own)];
  const child: Record<string, string> = { AV_LOG_FORCE_NOCOLOR: '1' };
  for (const [name, value] of entries) {
    if (value !== undefined) child[name] = value;
  }
  return child;
}
