/** One thing a reader would take, from a header such as `Accept`. */
export interface Preference {
  /** In lower case, e.g. `text/plain` or `gzip`. */
  readonly what: string;
  /** Without `q`; names in lower case, values as they came, without their quotes. */
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 (not at all) to 1. */
  readonly quality: number;
}

/** One member of the list: all up to the next comma that is not within quotes. */
const MEMBER = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/gs;
/** One parameter: all up to the next semicolon that is not within quotes. */
const PART = /(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/gs;
/** Nobody who means it names more; what comes behind is not read. */
const MOST_MEMBERS = 100;
const QUALITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * Reads a list with quality values (RFC 9110 §12.4.2, §12.5). Members that do not follow the grammar are passed over: one
 * that is wrong does not spoil the rest, and whatever a header says, it is read in time that grows with its length.
 */
export function readPreferences(header: string | undefined): readonly Preference[] {
  const preferences: Preference[] = [];
  let left = MOST_MEMBERS;
  for (const [member] of (header ?? '').matchAll(MEMBER)) {
    if (--left < 0) break;
    const [what = '', ...parts] = Array.from(member.matchAll(PART), ([part]) => part.trim());
    const parameters = new Map<string, string>();
    for (const part of parts) {
      const equals = part.indexOf('=');
      if (equals > 0)
        parameters.set(part.slice(0, equals).trim().toLowerCase(), unquoted(part.slice(equals + 1).trim()));
    }
    const quality = parameters.get('q') ?? '1';
    parameters.delete('q');
    if (what !== '' && QUALITY.test(quality)) {
      preferences.push({ what: what.toLowerCase(), parameters, quality: Number(quality) });
    }
  }
  return preferences;
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replace(/\\(.)/gs, '$1')
    : value;
}
