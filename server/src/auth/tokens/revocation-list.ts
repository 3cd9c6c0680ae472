import { isJsonObject } from '@callsheet/protocol';

/** What is revoked, as it is stored; all moments in milliseconds since the epoch. */
export interface RevocationList {
  /** Single tokens, until when each must be remembered. */
  readonly tokens: readonly { readonly jti: string; readonly until: number }[];
  /** Everything a subject was given up to and including a moment. */
  readonly subjects: readonly { readonly sub: string; readonly through: number }[];
}

/** @throws Error for anything that is not a list of revocations. */
export function readRevocations(value: unknown, source: string): RevocationList {
  const refuse = (): Error =>
    new Error(`Cannot read what is revoked in "${source}": restore the file from a backup, or remove it`);
  const entries = (list: unknown, name: string, moment: string): [string, number][] => {
    if (!Array.isArray(list)) throw refuse();
    return list.map((one: unknown) => {
      const [key, at] = isJsonObject(one) ? [one[name], one[moment]] : [];
      if (typeof key !== 'string' || typeof at !== 'number') throw refuse();
      return [key, at];
    });
  };
  if (!isJsonObject(value)) throw refuse();
  return {
    tokens: entries(value.tokens, 'jti', 'until').map(([jti, until]) => ({ jti, until })),
    subjects: entries(value.subjects, 'sub', 'through').map(([sub, through]) => ({ sub, through })),
  };
}

/** The text of the file. */
export function printRevocations(list: RevocationList): string {
  return `${JSON.stringify(list, null, 2)}\n`;
}
