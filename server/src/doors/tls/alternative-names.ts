/**
 * Reads `subjectAltName` as Node prints it: `URI:spiffe://a/b, DNS:worker.example`. A value with characters that could
 * be taken for the next name comes as a JSON string, and is read as one (CVE-2021-44532, CVE-2021-44533).
 *
 * @returns names such as `URI:spiffe://a/b` and `DNS:worker.example` (lower case); other kinds are left out. Undefined when
 * any part cannot be read: a certificate that is hard to read names nobody.
 */
export function readAlternativeNames(text: string): string[] | undefined {
  const names: string[] = [];
  const name = /([A-Za-z][A-Za-z ]{0,31}):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/y;
  while (name.lastIndex < text.length) {
    const [, kind, raw = ''] = name.exec(text) ?? [];
    if (kind === undefined) return undefined;
    const value = raw.startsWith('"') ? unquoted(raw) : raw;
    if (value === undefined) return undefined;
    if (kind === 'URI') names.push(`URI:${value}`);
    if (kind === 'DNS') names.push(`DNS:${value.toLowerCase()}`);
  }
  return names;
}

function unquoted(raw: string): string | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
