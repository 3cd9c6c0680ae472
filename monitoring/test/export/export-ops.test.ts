import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { defaultRules } from '../../src/alerts/defaults.ts';
import { slo } from '../../src/alerts/slo.ts';
import { exportOps } from '../../src/export/export-ops.ts';
import type { ExportOptions } from '../../src/export/options.ts';
import { writeExport } from '../../src/export/write-export.ts';

const OPTIONS: ExportOptions = { rules: defaultRules(), gateway: { url: 'http://127.0.0.1:8081' } };
const AVAILABILITY = slo({
  ...{ name: 'availability', objective: 0.999 },
  ...{ bad: { metric: 'mcp.operations.error' }, total: { metric: 'mcp.operations.started' } },
});
const DASHBOARDS = ['alerts', 'connections', 'jobs', 'overview', 'providers', 'runtime', 'services', 'tools'];

const exported = (options: Partial<ExportOptions> = {}): ReadonlyMap<string, string> =>
  new Map(exportOps({ ...OPTIONS, ...options }).map(({ path, text }) => [path, text]));

describe('exportOps', () => {
  it('writes every file once', () => {
    expect(exportOps(OPTIONS).map(({ path }) => path)).to.deep.equal([
      'README.md',
      'prometheus.yml',
      'rules/callsheet.yml',
      'rules_test.yml',
      'alertmanager.yml',
      'grafana/provisioning/datasources/callsheet.yml',
      'grafana/provisioning/dashboards/callsheet.yml',
      ...DASHBOARDS.map((name) => `grafana/dashboards/${name}.json`),
    ]);
  });

  it('writes rules that are enabled, each with a test, and no others', () => {
    const files = exported();
    const names = OPTIONS.rules.filter(({ enabled }) => enabled).map(({ name }) => name);
    const { groups } = parse(files.get('rules/callsheet.yml') ?? '') as { groups: { rules: { alert: string }[] }[] };
    expect(groups.flatMap(({ rules }) => rules.map(({ alert }) => alert))).to.deep.equal(names);
    const { tests, rule_files } = parse(files.get('rules_test.yml') ?? '');
    expect(tests.map(({ name }: { name: string }) => name)).to.deep.equal(names);
    expect(rule_files).to.deep.equal(['rules/callsheet.yml']);
  });

  it('writes rules of objectives, their tests, and how often people are reminded of them', () => {
    const files = exported({ slos: [AVAILABILITY] });
    expect(files.get('rules/callsheet.yml')).to.contain('alert: availability_burns_fast');
    expect(parse(files.get('objectives_test.yml') ?? '').tests).to.have.length(1);
    expect(files.get('README.md')).to.contain('promtool test rules rules_test.yml objectives_test.yml');
    const { route } = parse(files.get('alertmanager.yml') ?? '');
    expect(route.routes).to.deep.include({ matchers: ['alertname=~"availability_burns_slow"'], repeat_interval: '1d' });
  });

  it('tells Grafana where Prometheus is, how often it scrapes, and where traces are', () => {
    const files = exported({
      prometheus: { url: 'http://prometheus:9090', scrapeInterval: 30 },
      tracesUid: 'tempo',
    });
    const [source] = parse(files.get('grafana/provisioning/datasources/callsheet.yml') ?? '').datasources;
    expect(source).to.deep.include({
      ...{ type: 'prometheus', url: 'http://prometheus:9090' },
      jsonData: {
        httpMethod: 'POST',
        timeInterval: '30s',
        exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: 'tempo' }],
      },
    });
    const [without] = parse(exported().get('grafana/provisioning/datasources/callsheet.yml') ?? '').datasources;
    expect(without.jsonData).to.not.have.property('exemplarTraceIdDestinations');
  });

  it('has Grafana look for dashboards where the page says they are to be put', () => {
    const files = exported();
    const [provider] = parse(files.get('grafana/provisioning/dashboards/callsheet.yml') ?? '').providers;
    expect(files.get('README.md')).to.contain(`grafana/dashboards:${provider.options.path}`);
  });

  it('names in its page every file it wrote', () => {
    for (const slos of [[], [AVAILABILITY]]) {
      const files = exported({ slos });
      const page = files.get('README.md') ?? '';
      const unnamed = [...files.keys()].filter(
        (path) => path !== 'README.md' && !path.startsWith('grafana/') && !page.includes(`| \`${path}\` |`),
      );
      expect(unnamed).to.deep.equal([]);
      expect(page).to.not.match(/undefined|NaN|\[object/);
    }
  });

  it('says what is left to do, and what was said already', () => {
    const bare = exported().get('README.md');
    expect(bare).to.contain('Nobody is told of alerts yet').and.to.contain('Prometheus shows no key');
    expect(bare).to.contain('--enable-feature=exemplar-storage,native-histograms');
    const told = exported({
      gateway: { url: 'https://gateway:8081', bearerFile: '/etc/callsheet.key' },
      webhook: { url: 'https://hooks.example.org/services/T0/secret' },
      prometheus: { nativeHistograms: 'setting' },
      tracesUid: 'tempo',
    }).get('README.md');
    expect(told).to.contain('Alerts go to https://hooks.example.org:').and.to.contain('`/etc/callsheet.key`');
    expect(told).to.not.contain('secret');
    expect(told).to.contain('--enable-feature=exemplar-storage\n').and.to.contain('data source "tempo"');
  });

  it('refuses addresses that are none, whosever they are', () => {
    const wrong: readonly [string, Partial<ExportOptions>][] = [
      ['gateway.url', { gateway: { url: 'nowhere' } }],
      ['prometheus.url', { prometheus: { url: 'nowhere' } }],
      ['alertmanager.url', { alertmanager: { url: 'nowhere' } }],
      ['webhook.url', { webhook: { url: 'nowhere' } }],
    ];
    for (const [name, options] of wrong) {
      expect(() => exported(options), name).to.throw(
        RangeError,
        `Cannot export: ${name} is "nowhere"; give an address`,
      );
    }
  });
});

describe('writeExport', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'callsheet-export-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const files = [
    { path: 'a.yml', text: 'a: 1\n' },
    { path: 'deep/er/b.yml', text: 'b: 2\n' },
  ];
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

  it('makes the folders it needs', async () => {
    await writeExport(join(folder, 'ops'), files);
    expect(read('ops/a.yml')).to.equal('a: 1\n');
    expect(read('ops/deep/er/b.yml')).to.equal('b: 2\n');
  });

  it('touches nothing where a file may have been edited, and names it', async () => {
    writeFileSync(join(folder, 'a.yml'), 'edited\n');
    const refusal = await writeExport(folder, [...files].reverse()).catch((error: Error) => error.message);
    expect(refusal).to.contain('a.yml would be replaced').and.to.not.contain('b.yml');
    expect(read('a.yml')).to.equal('edited\n');
    expect(() => read('deep/er/b.yml')).to.throw();
    await writeExport(folder, files, { overwrite: true });
    expect(read('a.yml')).to.equal('a: 1\n');
  });
});
