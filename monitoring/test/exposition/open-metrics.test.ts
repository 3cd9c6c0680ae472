import { expect } from 'chai';
import fc from 'fast-check';
import { expose } from '../../src/exposition/render.ts';
import { arbitraryFamilies, expectSameFigures } from './arbitrary-families.ts';
import { fakeFamily } from './fake-family.ts';
import { parsePage } from './parse-page.ts';
import { OPEN_METRICS, pageOf } from './read-page.ts';

const exemplar = { value: 0.25, traceId: '0123456789abcdef0123456789abcdef', at: 1_795_292_134_373 };

describe('OpenMetrics 1.0', () => {
  it('writes families by the name without _total, their units, exemplars and an end', async () => {
    const { contentType, body } = await expose(
      [
        fakeFamily('counter', 'calls_total', ['tool'], [{ labelValues: ['say'], value: 3, exemplar }]),
        fakeFamily('counter', 'sent_bytes_total', [], [{ value: 0 }], { unit: 'bytes' }),
        fakeFamily(
          'gauge',
          'jobs',
          [],
          [{ value: -1.5, exemplar }].map(({ value }) => ({ value })),
        ),
        fakeFamily(
          'histogram',
          'wait_seconds',
          ['tool'],
          [
            {
              labelValues: ['say'],
              histogram: {
                bounds: [0.1, 1, 1e6],
                counts: Float64Array.of(2, 0, 1, 4),
                sum: 12.5,
                exemplars: [undefined, undefined, exemplar, { ...exemplar, value: 2e9, at: 5000 }],
              },
            },
          ],
          { unit: 'seconds' },
        ),
      ],
      OPEN_METRICS,
    );
    expect(contentType).to.equal('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(body.toString()).to.equal(`# TYPE calls counter
# HELP calls Help of calls_total.
calls_total{tool="say"} 3 # {trace_id="0123456789abcdef0123456789abcdef"} 0.25 1795292134.373
# TYPE sent_bytes counter
# UNIT sent_bytes bytes
# HELP sent_bytes Help of sent_bytes_total.
sent_bytes_total 0
# TYPE jobs gauge
# HELP jobs Help of jobs.
jobs -1.5
# TYPE wait_seconds histogram
# UNIT wait_seconds seconds
# HELP wait_seconds Help of wait_seconds.
wait_seconds_bucket{tool="say",le="0.1"} 2
wait_seconds_bucket{tool="say",le="1.0"} 2
wait_seconds_bucket{tool="say",le="1e+06"} 3 # {trace_id="0123456789abcdef0123456789abcdef"} 0.25 1795292134.373
wait_seconds_bucket{tool="say",le="+Inf"} 7 # {trace_id="0123456789abcdef0123456789abcdef"} 2000000000 5
wait_seconds_sum{tool="say"} 12.5
wait_seconds_count{tool="say"} 7
# EOF
`);
  });

  it('escapes help and values, quotes included', async () => {
    const rows = [{ labelValues: ['C:\\new "x"\nßü漢🎬'], value: Number.NaN }];
    const page = await pageOf([fakeFamily('gauge', 'odd', ['path'], rows, { help: 'a\\b "c"\n漢' })], OPEN_METRICS);
    expect(page).to.equal(
      '# TYPE odd gauge\n# HELP odd a\\\\b \\"c\\"\\n漢\nodd{path="C:\\\\new \\"x\\"\\nßü漢🎬"} NaN\n# EOF\n',
    );
  });

  it('does not state a unit that the name does not say', async () => {
    const page = await pageOf(
      [
        fakeFamily('gauge', 'wait', [], [], { unit: 'seconds' }),
        fakeFamily('gauge', 'seconds', [], [], { unit: 'seconds' }),
        fakeFamily('counter', 'used_seconds_total', [], [], { unit: 'seconds' }),
        fakeFamily('gauge', 'used_seconds', [], []),
      ],
      OPEN_METRICS,
    );
    expect(page).not.to.contain('# UNIT');
  });

  it('calls a counter unknown, without an exemplar, where OpenMetrics cannot name it otherwise than others do', async () => {
    const page = await pageOf(
      [
        fakeFamily('gauge', 'jobs', [], [{ value: 2 }]),
        fakeFamily('counter', 'jobs_total', [], [{ value: 9, exemplar }]),
        fakeFamily('counter', 'calls', [], [{ value: 4, exemplar }]),
      ],
      OPEN_METRICS,
    );
    const [jobs, total, calls] = [...parsePage(page, 'openMetrics').values()];
    expect([jobs?.type, total?.type, calls?.type]).to.deep.equal(['gauge', 'unknown', 'unknown']);
    expect(total?.samples).to.deep.equal([{ name: 'jobs_total', labels: {}, value: 9 }]);
    expect(calls?.samples).to.deep.equal([{ name: 'calls', labels: {}, value: 4 }]);
  });

  it('ends a page without families too', async () => {
    expect(await pageOf([], OPEN_METRICS)).to.equal('# EOF\n');
  });

  it('says what the cells hold, exemplars included', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFamilies(), async (families) => {
        expectSameFigures(families, parsePage(await pageOf(families, OPEN_METRICS), 'openMetrics'), 'openMetrics');
      }),
    );
  });
});
