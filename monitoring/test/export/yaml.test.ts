import { expect } from 'chai';
import fc from 'fast-check';
import { parse, parseDocument } from 'yaml';
import { type YamlMap, type YamlValue, yamlFile } from '../../src/export/yaml.ts';

const text = (data: YamlMap): string => yamlFile({ data });

/** What is hard to write: words that look like something else, indicators, line ends, characters nobody sees. */
const strings = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('a', ' ', '\n', '#', ':', '-', "'", '"', '\t', '\\', '[', '{', '|', '\u2028', 'ü', '😀'),
  }),
  fc.constantFrom(
    'no',
    'Yes',
    '~',
    'null',
    '1e3',
    '0x1f',
    '1:30',
    '2026-11-21',
    '.5',
    '',
    ' ',
    '- a',
    '? b',
    '<<',
    '=',
    '5m',
    '07',
  ),
);

const { data: values } = fc.letrec<{ data: YamlValue }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small' },
    strings,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(strings, tie('data'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe('yamlFile', () => {
  it('is read back as it was written, by readers of both versions', () => {
    const maps = fc.dictionary(strings, values, { minKeys: 1, maxKeys: 4, noNullPrototype: true });
    fc.assert(
      fc.property(maps, (data) => {
        fc.pre(!hasKey(data, '__proto__'));
        const written = text(data as YamlMap);
        expect(parse(written), written).to.deep.equal(data);
        // The old version reads a merge in the key `<<`, even between quotes.
        if (!hasKey(data, '<<')) expect(parse(written, { version: '1.1' }), written).to.deep.equal(data);
      }),
      { numRuns: 1500 },
    );
  });

  it('looks like a file that people edit', () => {
    const data = {
      global: { scrape_interval: '15s', labels: {} },
      scrape_configs: [
        { job_name: 'callsheet', static_configs: [{ targets: ['127.0.0.1:9470'], labels: undefined }] },
        { job_name: 'no', honor_labels: false },
      ],
      group_by: ['alertname', 'severity'],
      expr: 'sum(rate(mcp_tools_calls_total{status="error"}[5m])) > 0.5',
      description: 'First line.\n\nThird line.\n',
    };
    expect(yamlFile({ says: 'What is scraped.\n\nAnd how.', data }, { data: { last: 1 } })).to.equal(`\
# What is scraped.
#
# And how.
global:
  scrape_interval: 15s
  labels: {}
scrape_configs:
  - job_name: callsheet
    static_configs:
      - targets: ['127.0.0.1:9470']
  - job_name: 'no'
    honor_labels: false
group_by: [alertname, severity]
expr: sum(rate(mcp_tools_calls_total{status="error"}[5m])) > 0.5
description: |
  First line.

  Third line.

last: 1
`);
  });

  it('refuses numbers that readers disagree about, and says which', () => {
    for (const number of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => text({ number })).to.throw(TypeError, `Cannot write ${number} as YAML`);
    }
  });

  it('has no line that ends in a space, and no tab', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b'), values, { noNullPrototype: true }), (data) => {
        expect(text(data as YamlMap)).to.not.match(/ \n|\t/);
        expect(parseDocument(text(data as YamlMap)).warnings).to.deep.equal([]);
      }),
    );
  });
});

function hasKey(data: unknown, key: string): boolean {
  if (typeof data !== 'object' || data === null) return false;
  return Object.entries(data).some(([name, value]) => name === key || hasKey(value, key));
}
