import { baseName } from '../metrics/definition.ts';
import { labelText } from '../metrics/label-values.ts';
import type { Exemplar } from '../metrics/reading.ts';
import { escapeOpenMetricsHelp } from './escape.ts';
import type { ExposedFamily } from './family.ts';
import type { Format } from './format.ts';
import { statedUnit } from './names.ts';
import { canonicalNumber, formatNumber } from './number.ts';
import { type LineStyle, SampleLines } from './sample-lines.ts';

const TRACE_ID = ['trace_id'];
const STYLE: LineStyle = { bound: canonicalNumber, exemplar: exemplarText };
const WITHOUT_EXEMPLARS: LineStyle = { bound: canonicalNumber, exemplar: () => '' };

/** OpenMetrics text 1.0.0 (OpenMetrics specification 1.0), with exemplars; without `_created`, which nobody asked for. */
export const OPEN_METRICS: Format = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  renderer: (page, names) => ({
    open(family) {
      const { name, type } = openMetricsFamily(family, names);
      const unit = statedUnit(name, family.unit);
      const unitLine = unit === undefined ? '' : `# UNIT ${name} ${unit}\n`;
      page.text(`# TYPE ${name} ${type}\n${unitLine}# HELP ${name} ${escapeOpenMetricsHelp(family.help)}\n`);
      return new SampleLines(page, family, type === 'unknown' ? WITHOUT_EXEMPLARS : STYLE);
    },
    finish() {
      page.text('# EOF\n');
    },
  }),
};

/**
 * A counter's family has the name without `_total`. One that cannot be told so stays what it is in the other formats, of
 * `unknown` type: a counter that was named without `_total`, or whose shorter name is another family's.
 */
function openMetricsFamily(family: ExposedFamily, names: ReadonlySet<string>): { name: string; type: string } {
  if (family.type !== 'counter') return { name: family.name, type: family.type };
  const name = baseName(family.name);
  if (name === family.name || names.has(name)) return { name: family.name, type: 'unknown' };
  return { name, type: 'counter' };
}

function exemplarText({ traceId, value, at }: Exemplar): string {
  return ` # {${labelText(TRACE_ID, [traceId])}} ${formatNumber(value)} ${at / 1000}`;
}
