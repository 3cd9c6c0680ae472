import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { METRICS } from '../../src/catalogue/metrics.ts';
import { dashboardValidator } from './dashboard-schema.ts';

const FOLDER = fileURLToPath(new URL('../../dashboards', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../../scripts/build-dashboards.ts', import.meta.url));

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { x: number; y: number; w: number; h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

const read = (folder: string): Map<string, Dashboard> =>
  new Map(readdirSync(folder).map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8'))]));

describe('the dashboards', () => {
  const dashboards = read(FOLDER);
  const all = [...dashboards.values()];
  const panels = all.flatMap((each) => each.panels).filter((panel) => panel.type !== 'row');
  const queries = panels.flatMap((panel) => panel.targets ?? []).map((target) => target.expr);

  it('are what the script builds now', () => {
    const folder = mkdtempSync(join(tmpdir(), 'callsheet-dashboards-'));
    try {
      const args = ['--import', 'tsx', '--conditions=source', SCRIPT, folder];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 55_000 });
      expect(status, stderr).to.equal(0);
      expect(read(folder), 'run monitoring/scripts/build-dashboards.ts').to.deep.equal(dashboards);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are eight, each with an address and panels of its own', () => {
    expect([...dashboards.keys()].sort()).to.deep.equal([
      'alerts.json',
      'connections.json',
      'jobs.json',
      'overview.json',
      'providers.json',
      'runtime.json',
      'services.json',
      'tools.json',
    ]);
    for (const [file, { uid, panels }] of dashboards) {
      expect(uid).to.equal(`callsheet-${file.replace('.json', '')}`);
      expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length);
    }
  });

  it('are as the types of Grafana want them', () => {
    const validate = dashboardValidator();
    for (const [file, dashboard] of dashboards) {
      expect(validate(dashboard), `${file}: ${JSON.stringify(validate.errors?.slice(0, 5), null, 1)}`).to.equal(true);
    }
  });

  it('would be refused with any of these mistakes', () => {
    const validate = dashboardValidator();
    const mistakes: readonly ((text: string) => string)[] = [
      (text) => text.replace('"schemaVersion":42,', ''),
      (text) => text.replace('"schemaVersion":42', '"schemaVersion":"42"'),
      (text) => text.replace('"graphTooltip":1', '"graphTooltip":7'),
      (text) => text.replace('"title"', '"tittle"'),
      (text) => text.replace('"type":"timeseries"', '"type":"timeline"'),
      (text) => text.replace('"gridPos":{"h":8', '"gridPos":{"h":"8"'),
      (text) => text.replace('"legendFormat"', '"legend"'),
      (text) => text.replace(/"expr":"(?:[^"\\]|\\.)*",/, ''),
      (text) => text.replace('"drawStyle":"line"', '"drawStyle":"lines"'),
      (text) => text.replace('"colorMode":"value"', '"colorMode":"loud"'),
      (text) => text.replace('"displayMode":"list"', '"displayMode":1'),
      (text) => text.replace('"type":"query"', '"type":"question"'),
    ];
    const good = JSON.stringify(dashboards.get('overview.json'));
    expect(validate(JSON.parse(good))).to.equal(true);
    for (const mistake of mistakes) {
      const bad = mistake(good);
      expect(bad, String(mistake)).to.not.equal(good);
      expect(validate(JSON.parse(bad)), String(mistake)).to.equal(false);
    }
  });

  it('ask for metrics of the table alone, and together for every one of them', () => {
    const asked = new Set(queries.flatMap(metricsIn));
    // What Prometheus itself writes down about the rules it runs.
    asked.delete('ALERTS');
    const known = Object.keys(METRICS);
    expect([...asked].filter((name) => !known.includes(name))).to.deep.equal([]);
    expect(known.filter((name) => !asked.has(name))).to.deep.equal([]);
  });

  it('group by labels that the metrics have', () => {
    for (const expr of queries) {
      const labels = [...expr.matchAll(/by \(([\w, ]+)\)/g)].flatMap(([, list = '']) => list.split(', '));
      const allowed = metricsIn(expr).flatMap((name) =>
        name in METRICS ? METRICS[name as keyof typeof METRICS].labels : ['alertname', 'severity'],
      );
      expect([...allowed, 'le', 'instance', 'slo'], expr).to.include.members(labels);
    }
  });

  it('name in their legends what they group by', () => {
    for (const { expr, legendFormat } of panels.flatMap((panel) => panel.targets ?? [])) {
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
      const first = /by \(([\w, ]+)\)/.exec(expr)?.[1]?.split(', ') ?? [];
      expect(first, `${legendFormat} of ${expr}`).to.include.members(named);
    }
  });

  it('let people choose the data source, the job and the gateway', () => {
    for (const { templating, panels } of all) {
      expect(templating.list.map(({ name }) => name)).to.deep.equal(['datasource', 'job', 'instance']);
      for (const target of panels.flatMap((panel) => panel.targets ?? [])) {
        if (!/ALERTS|slo:/.test(target.expr)) expect(target.expr).to.include('job=~"$job",instance=~"$instance"');
      }
    }
  });

  it('say for every panel what it shows, and in which unit', () => {
    for (const panel of panels) {
      expect(panel.description, panel.title).to.match(/\.$/);
      expect(panel.fieldConfig?.defaults.unit, panel.title).to.be.a('string');
    }
  });

  it('lay their panels side by side, none over another', () => {
    for (const { title, panels } of all) {
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
      );
      expect(new Set(cells).size, title).to.equal(cells.length);
      expect(Math.max(...panels.map(({ gridPos }) => gridPos.x + gridPos.w)), title).to.equal(24);
    }
  });

  it('are PromQL that Prometheus reads', function () {
    const rules = [...new Set(queries)].map((expr, at) => ({ record: `query:${at}`, expr: filledIn(expr) }));
    const folder = mkdtempSync(join(tmpdir(), 'callsheet-queries-'));
    try {
      const file = join(folder, 'queries.yml');
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
      const { error, status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
      if (error) {
        console.log('    (promtool is not installed: queries were not parsed)');
        this.skip();
      }
      expect(status, stdout + stderr).to.equal(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** The metrics a query reads, without the suffixes of histograms. */
function metricsIn(expr: string): string[] {
  const names = [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{/g)].map(([, name = '']) => name);
  return names.map((name) => (name in METRICS ? name : name.replace(/_bucket$/, '')));
}

/** As Grafana sends it. */
function filledIn(expr: string): string {
  return expr.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '1h').replaceAll(/\$\w+/g, '.*');
}
