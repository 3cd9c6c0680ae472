import { escapeHelp } from './escape.ts';
import type { Format } from './format.ts';
import { formatNumber } from './number.ts';
import { type LineStyle, SampleLines } from './sample-lines.ts';

const STYLE: LineStyle = { bound: formatNumber, exemplar: () => '' };

/**
 * Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats), for people, promtool and those who
 * know nothing better: it has neither exemplars nor native histograms.
 */
export const TEXT: Format = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  renderer: (page) => ({
    open(family) {
      page.text(`# HELP ${family.name} ${escapeHelp(family.help)}\n# TYPE ${family.name} ${family.type}\n`);
      return new SampleLines(page, family, STYLE);
    },
    finish() {},
  }),
};
