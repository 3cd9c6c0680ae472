/** A page of either text format, read as strictly as the formats are written: anything that is not in the grammar throws. */
export interface ParsedFamily {
  readonly type: string;
  readonly help: string;
  readonly unit: string | undefined;
  readonly samples: readonly ParsedSample[];
}

export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar?: {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
    readonly at: number;
  };
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const LABELS = `\\{((?:${LABEL}(?:,${LABEL})*)?)\\}`;
const NUMBER = '[+-]Inf|NaN|-?[0-9]+(?:\\.[0-9]+)?(?:e[+-]?[0-9]+)?';
const SAMPLE = new RegExp(`^(${NAME})(?:${LABELS})? (${NUMBER})$`, 's');
const SAMPLE_WITH_EXEMPLAR = new RegExp(
  `^(${NAME})(?:${LABELS})? (${NUMBER})(?: # ${LABELS} (${NUMBER}) ([0-9]+(?:\\.[0-9]+)?))?$`,
  's',
);
const METADATA = new RegExp(`^# (HELP|TYPE|UNIT) (${NAME}) (.*)$`, 's');
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

export function parsePage(page: string, format: 'text' | 'openMetrics'): Map<string, ParsedFamily> {
  if (page !== '' && !page.endsWith('\n')) throw new Error('the last line does not end');
  const lines = page.slice(0, -1).split('\n');
  if (format === 'openMetrics' && lines.pop() !== '# EOF') throw new Error('there is no # EOF');
  const families = new Map<string, { -readonly [Key in keyof ParsedFamily]: ParsedFamily[Key] }>();
  const seen = new Set<string>();
  let open = '';
  for (const line of page === '' ? [] : lines) {
    const metadata = METADATA.exec(line);
    if (metadata) {
      const [, kind = '', name = '', rest = ''] = metadata;
      if (name !== open && families.has(name)) throw new Error(`${name} comes twice`);
      open = name;
      const family = families.get(name) ?? { type: '', help: '', unit: undefined, samples: [] };
      families.set(name, family);
      if (kind === 'HELP') family.help = unescaped(rest, format === 'openMetrics');
      else if (kind === 'TYPE') family.type = rest;
      else family.unit = rest;
      continue;
    }
    const sample = parseSample(line, format);
    const family = families.get(open);
    if (!family || !belongs(sample.name, open, family.type, format)) throw new Error(`${line} is not of ${open}`);
    const key = `${sample.name}${JSON.stringify(sample.labels)}`;
    if (seen.has(key)) throw new Error(`${line} comes twice`);
    seen.add(key);
    family.samples = [...family.samples, sample];
  }
  return families;
}

function belongs(sample: string, family: string, type: string, format: 'text' | 'openMetrics'): boolean {
  if (type === 'counter' && format === 'openMetrics') return sample === `${family}_total`;
  return (SUFFIXES[type] ?? ['']).some((suffix) => sample === family + suffix);
}

function parseSample(line: string, format: 'text' | 'openMetrics'): ParsedSample {
  const match = (format === 'text' ? SAMPLE : SAMPLE_WITH_EXEMPLAR).exec(line);
  if (!match) throw new Error(`no sample: ${JSON.stringify(line)}`);
  const [, name = '', labels = '', value = '', exemplarLabels, exemplarValue = '', at] = match;
  const sample = { name, labels: parseLabels(labels), value: parseNumber(value) };
  if (exemplarLabels === undefined) return sample;
  const exemplar = { labels: parseLabels(exemplarLabels), value: parseNumber(exemplarValue), at: Number(at) };
  return { ...sample, exemplar };
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [pair] of text.matchAll(new RegExp(LABEL, 'gs'))) {
    const equals = pair.indexOf('=');
    labels[pair.slice(0, equals)] = unescaped(pair.slice(equals + 2, -1), true);
  }
  return labels;
}

function parseNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}

function unescaped(text: string, withQuotes: boolean): string {
  return text.replace(/\\(.)/gs, (all, character) => {
    if (character === 'n') return '\n';
    if (character === '\\' || (withQuotes && character === '"')) return character;
    throw new Error(`no escape: ${all}`);
  });
}
