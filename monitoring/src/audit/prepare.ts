import type { Redactor } from '../redaction/redactor.ts';
import type { AuditEntry } from './entry.ts';

/** The text of an entry, ready but for its place in the chain and for how often it happened. */
export interface Prepared {
  readonly head: string;
  readonly tail: string;
}

const LONGEST_TEXT = 512;
/** Characters of JSON. With it a line stays far below what readers take for a line. */
const LONGEST_DETAILS = 16_384;

/** Redacts, bounds and writes an entry as JSON members, in the order of the line; `at` is milliseconds since the epoch. */
export function prepare(entry: AuditEntry, at: number, redactor: Redactor): Prepared {
  const text = (value: string): string => {
    const told = redactor.text(String(value));
    return JSON.stringify(told.length > LONGEST_TEXT ? `${told.slice(0, LONGEST_TEXT)}…` : told);
  };
  const member = (name: string, value: string | undefined): string =>
    value === undefined ? '' : `,"${name}":${text(value)}`;
  const { code } = entry;
  const head = [
    `"at":"${new Date(at).toISOString()}"`,
    member('kind', entry.kind),
    member('principal', entry.principal),
    member('credential', entry.credential),
    member('action', entry.action),
    member('resource', entry.resource),
    `,"decision":"${entry.decision === 'allowed' ? 'allowed' : 'refused'}"`,
    typeof code === 'number' && Number.isFinite(code) ? `,"code":${code}` : member('code', code?.toString()),
    member('requestId', entry.requestId),
    member('address', entry.address),
  ];
  return { head: head.join(''), tail: entry.details === undefined ? '' : details(entry.details, redactor) };
}

/** The members of a line behind `seq` and before `prev`. */
export function bodyOf({ head, tail }: Prepared, times = 1): string {
  return `${head}${times > 1 ? `,"times":${times}` : ''}${tail}`;
}

function details(value: unknown, redactor: Redactor): string {
  const json = JSON.stringify(redactor.value(value));
  return `,"details":${json.length > LONGEST_DETAILS ? `{"cut":${json.length}}` : json}`;
}
