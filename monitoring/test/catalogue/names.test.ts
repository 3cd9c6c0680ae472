import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { metricsDocument } from '../../src/catalogue/document.ts';
import { METRICS } from '../../src/catalogue/metrics.ts';
import type { MetricTable } from '../../src/catalogue/row.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TABLE: MetricTable = METRICS;
const NAME = /\b(?:mcp|nodejs|process)_[a-z][a-z0-9_]*/g;
const SAMPLE = /_(?:bucket|sum|count)$/;

/** Whether a name in a text is that of a metric, of a sample of a histogram, or the beginning of several. */
function isKnown(name: string): boolean {
  if (Object.hasOwn(METRICS, name)) return true;
  if (name.endsWith('_')) return Object.keys(METRICS).some((metric) => metric.startsWith(name));
  return SAMPLE.test(name) && TABLE[name.replace(SAMPLE, '')]?.type === 'histogram';
}

function unknownIn(text: string): readonly string[] {
  return [...new Set(text.match(NAME))].filter((name) => !isKnown(name));
}

/** Files below a folder, or the file itself. */
function filesOf(place: string, ending: string): readonly string[] {
  return readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending) && !file.includes('node_modules'))
    .map((file) => join(place, file));
}

describe('names of metrics', () => {
  const places = [
    ...filesOf('docs', '.md'),
    'README.md',
    'monitoring/README.md',
    ...filesOf('monitoring/src', '.ts'),
    ...filesOf('monitoring/dashboards', '.json'),
  ];

  it('are those of the table in every document, dashboard and source', () => {
    const strangers = places.flatMap((place) =>
      unknownIn(readFileSync(join(ROOT, place), 'utf8')).map((name) => `${place}: ${name}`),
    );
    expect(strangers).to.deep.equal([]);
  });

  it('all belong to a metric that something defines', () => {
    const sources = filesOf('monitoring/src', '.ts').filter((file) => !file.includes('catalogue'));
    const text = sources.map((file) => readFileSync(join(ROOT, file), 'utf8')).join();
    expect(Object.keys(METRICS).filter((name) => !text.includes(`'${name}'`))).to.deep.equal([]);
  });

  it('are found out when they are not', () => {
    const text =
      'sum(rate(mcp_tools_calls_total[5m])) mcp_tools_duration_seconds_bucket mcp_jobs_sum nodejs_heap mcp_tool';
    expect(unknownIn(text)).to.deep.equal(['mcp_jobs_sum', 'nodejs_heap', 'mcp_tool']);
  });
});

describe('docs/metrics.md', () => {
  it('is what the table says; run "npm run docs" after changing it', () => {
    expect(readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8')).to.equal(metricsDocument());
  });

  it('names every metric', () => {
    for (const name of Object.keys(METRICS)) expect(metricsDocument()).to.include(`\`${name}\``);
  });
});
