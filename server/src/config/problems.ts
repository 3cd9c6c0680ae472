/** One thing wrong with the configuration. */
export interface Problem {
  /** The file as it was named, or `environment`. */
  readonly source: string;
  /** The setting as its author wrote it: `server.port`, `CALLSHEET_PORT`. */
  readonly key: string;
  /** The rest of the sentence: what was found and what was expected. */
  readonly says: string;
}

/** The configuration cannot be used; says all that is wrong with it at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ source, key, says }) => `  - ${source}: ${key === '' ? '' : `${key} `}${says}`);
    const count = problems.length === 1 ? 'one setting is wrong' : `${problems.length} settings are wrong`;
    super(`Cannot use the configuration: ${count}\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

export const MASK = '********';

/** A value as it may be shown: short, no secret, nothing that looks like one. */
export function shown(value: unknown, secret = false): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  if (typeof value === 'object' && value !== null) return 'a table';
  if (secret) return `"${MASK}"`;
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  const masked = text.replace(/\/\/[^/@\s]*@/g, `//${MASK}@`).replace(/csk_\w+/g, `csk_${MASK}`);
  return masked.length > 80 ? `${masked.slice(0, 80)}…` : masked;
}
