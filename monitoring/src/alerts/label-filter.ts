/**
 * Which series of a metric are meant, by label: one value, one of several, or none of them.
 * `{ state: 'open', breaker: ['a', 'b'], zone: { not: 'test' } }`.
 */
export type LabelFilter = Readonly<Record<string, LabelChoice>>;

export type LabelChoice = string | readonly string[] | { readonly not: string | readonly string[] };

/** A test of a series' label values, which come in the order of `labels`. */
export function seriesFilter(
  filter: LabelFilter,
  labels: readonly string[],
): (labelValues: readonly string[]) => boolean {
  const tests = Object.entries(filter).map(([label, choice]) => {
    const { values, isWanted } = readChoice(choice);
    const [at, set] = [labels.indexOf(label), new Set(values)];
    return (labelValues: readonly string[]) => set.has(labelValues[at] ?? '') === isWanted;
  });
  return (labelValues) => tests.every((test) => test(labelValues));
}

/** The same in PromQL, ready to stand between braces with others: `["state=\"open\"", "zone!=\"test\""]`. */
export function filterMatchers(filter: LabelFilter): string[] {
  return Object.entries(filter).map(([label, choice]) => {
    const { values, isWanted } = readChoice(choice);
    const [only = ''] = values;
    if (values.length === 1) return `${label}${isWanted ? '=' : '!='}${quote(only)}`;
    return `${label}${isWanted ? '=~' : '!~'}${quote(values.map(escapePattern).join('|'))}`;
  });
}

/** A string literal of PromQL. */
export function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** What is wrong with it; undefined when nothing is. */
export function filterFault(filter: unknown, labels: readonly string[]): string | undefined {
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) return 'is no object of labels';
  for (const [label, choice] of Object.entries(filter)) {
    if (!labels.includes(label)) return `names "${label}"; the labels are ${labels.join(', ') || 'none'}`;
    const values = isNegated(choice) ? choice.not : choice;
    const isChoice = typeof values === 'string' || (Array.isArray(values) && values.length > 0 && values.every(isText));
    if (!isChoice) return `"${label}" needs a text, a list of texts, or { not: … } with one of these`;
  }
  return undefined;
}

function readChoice(choice: LabelChoice): { values: readonly string[]; isWanted: boolean } {
  const given = isNegated(choice) ? choice.not : choice;
  return { values: typeof given === 'string' ? [given] : given, isWanted: !isNegated(choice) };
}

function isNegated(choice: unknown): choice is { readonly not: string | readonly string[] } {
  return typeof choice === 'object' && choice !== null && 'not' in choice;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** For RE2, which Prometheus anchors at both ends. */
function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
