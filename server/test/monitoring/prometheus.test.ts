import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertRule, defaultRules, exportOps, slo, writeExport } from '@callsheet/monitoring';
import { expect } from 'chai';
import { parse } from 'yaml';
import { AlertReceiver } from './alert-receiver.ts';
import { type BusyDay, busyDay } from './busy-day.ts';
import { type ForeignProgram, missing, startProgram } from './foreign-program.ts';
import { Prometheus } from './prometheus.ts';
import { KEY, Studio } from './studio.ts';
import { until } from './until.ts';

/** Fires with the failures of the busy day, and calms down soon after. */
const STORM = alertRule({
  ...{ name: 'storm_of_failures', metric: 'mcp.operations.error', condition: '> 20', duration: 5, cooldown: 60 },
  severity: 'critical',
});
const AVAILABILITY = slo({
  ...{ name: 'availability', objective: 0.999 },
  ...{ bad: { metric: 'mcp.operations.error' }, total: { metric: 'mcp.operations.started' } },
});
/** Native histograms of ours tell a number from another that is 4.5 % larger (schema 4). */
const P99_MAY_BE_OFF = 0.05;
const SERIES_BUDGET = 2_500;

describe('a gateway that Prometheus and Alertmanager watch', () => {
  let folder = '';
  let studio: Studio;
  let receiver: AlertReceiver;
  let alertmanager: ForeignProgram;
  let prometheus: Prometheus;
  let day: BusyDay;
  const closers: (() => Promise<void>)[] = [];

  before(async function () {
    const reason = missing('prometheus', 'promtool', 'prometheus-alertmanager', 'amtool', 'ffmpeg');
    if (reason !== undefined) {
      console.log(`    (${reason}: nothing was watched)`);
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'callsheet-watched-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    studio = await Studio.open(join(folder, 'studio'));
    closers.push(() => studio.close());
    receiver = new AlertReceiver();
    const webhook = await receiver.open();
    closers.push(() => receiver.close());
    await exportFor({ webhook, alertmanagerUrl: 'http://127.0.0.1:9093' });
    alertmanager = await startAlertmanager();
    closers.push(() => alertmanager.stop());
    // Now that it is known where Alertmanager listens.
    await exportFor({ webhook, alertmanagerUrl: alertmanager.url });
    prometheus = await Prometheus.start(folder);
    closers.push(() => prometheus.stop());
    await until('a first scrape', () => prometheus.number('sum(mcp_operations_error_total)'));
    day = await busyDay(studio);
    await until('the last call to be scraped', async () =>
      (await prometheus.number('sum(mcp_tools_calls_total{tool="diagnostics_sleep"})')) === day.sleeps.length
        ? true
        : undefined,
    );
  });

  after(async () => {
    for (const close of closers.reverse()) await close();
  });

  it('is a target that is up, and leads to the workers that have metrics of their own', async () => {
    const targets = await prometheus.targets('callsheet');
    expect(targets.map(({ health }) => health)).to.deep.equal(['up']);
    const services = (await prometheus.targets('callsheet-workers')).map(({ labels }) => labels.service);
    expect(services.sort()).to.deep.equal(['painter', 'sculptor']);
  });

  it('tells of the alert when it fires', async () => {
    const { labels } = await receiver.alert(STORM.name, 'firing');
    expect(labels).to.include({ alertname: STORM.name, severity: 'critical' });
  });

  it('has data for every panel of every dashboard', async () => {
    let empty = await panelQueries();
    const ask = async (): Promise<true | undefined> => {
      const answers = await Promise.all(empty.map(({ expr }) => prometheus.query(filledIn(expr))));
      empty = empty.filter((_, at) => answers[at]?.length === 0);
      return empty.length === 0 || undefined;
    };
    // A rate needs two scrapes after the first event.
    await until('answers', ask, 5_000).catch(() => undefined);
    expect(empty.map(({ board, title, expr }) => `${board} / ${title}: ${expr}`)).to.deep.equal([]);
  });

  it('has a value for every usual rule, whatever it is compared with', async () => {
    const always = { operator: '>=', threshold: Number.MIN_SAFE_INTEGER } as const;
    const rules = defaultRules().map((rule) => ({ ...rule, enabled: true, test: always, minSamples: 1 }));
    const files = exportOps({ rules, gateway: { url: studio.httpUrl } });
    const text = files.find(({ path }) => path === 'rules/callsheet.yml')?.text ?? '';
    const { groups } = parse(text) as { groups: { rules: { alert: string; expr: string }[] }[] };
    const silent: string[] = [];
    for (const { alert, expr } of groups.flatMap((group) => group.rules)) {
      if ((await prometheus.query(expr)).length === 0) silent.push(`${alert}: ${expr}`);
    }
    expect(silent).to.deep.equal([]);
  });

  it('has quantiles in native histograms as its calls took', async () => {
    const exact = quantile(0.99, day.sleeps);
    const read = await prometheus.number(
      'histogram_quantile(0.99, sum(mcp_tools_duration_seconds{tool="diagnostics_sleep"}))',
    );
    expect(read).to.be.closeTo(exact, exact * P99_MAY_BE_OFF);
    const count = 'histogram_count(sum(mcp_tools_duration_seconds{tool="diagnostics_sleep"}))';
    expect(await prometheus.number(count)).to.equal(day.sleeps.length);
  });

  it('leads from an exemplar to the trace of a call', async () => {
    const found = await prometheus.exemplars('mcp_tools_duration_seconds{tool="diagnostics_echo"}');
    const ids = found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id));
    expect(ids).to.include(day.traceId);
  });

  it('tells of the end of the alert', async () => {
    await receiver.alert(STORM.name, 'resolved');
  });

  it('writes metrics that promtool finds nothing wrong with, within the budget of series', async () => {
    const page = await studio.metrics();
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics', '--extended'], {
      ...{ input: page, encoding: 'utf8' },
    });
    expect(status, stdout + stderr).to.equal(0);
    const series = page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
    expect(series).to.be.within(200, SERIES_BUDGET);
  });

  it('exports files from the command line that promtool and amtool find nothing wrong with', async () => {
    const ops = join(folder, 'ops');
    await studio.exportInto(ops, '--url', studio.httpUrl, '--bearer-file', '../prometheus.key');
    const run = (program: string, ...args: readonly string[]): void => {
      const { status, stdout, stderr } = spawnSync(program, args, { cwd: ops, encoding: 'utf8' });
      expect(status, `${program} ${args.join(' ')}\n${stdout}${stderr}`).to.equal(0);
    };
    run('promtool', 'check', 'config', 'prometheus.yml');
    run('promtool', 'check', 'rules', 'rules/callsheet.yml');
    run('promtool', 'test', 'rules', 'rules_test.yml', 'objectives_test.yml');
    run('amtool', 'check-config', 'alertmanager.yml');
  });

  async function exportFor({ webhook, alertmanagerUrl }: { webhook: string; alertmanagerUrl: string }): Promise<void> {
    const bearerFile = join(folder, 'prometheus.key');
    await writeFile(bearerFile, KEY);
    const files = exportOps({
      rules: [...defaultRules(), STORM],
      slos: [AVAILABILITY],
      gateway: { url: studio.httpUrl, bearerFile },
      prometheus: { scrapeInterval: 1 },
      alertmanager: { url: alertmanagerUrl, groupWait: 0.2, groupInterval: 1 },
      webhook: { url: webhook },
    });
    await writeExport(folder, files, { overwrite: true });
  }

  function startAlertmanager(): Promise<ForeignProgram> {
    const args = (address: string): readonly string[] => [
      '--config.file=alertmanager.yml',
      '--storage.path=alertmanager-data',
      `--web.listen-address=${address}`,
      // No port for gossip.
      '--cluster.listen-address=',
    ];
    return startProgram('prometheus-alertmanager', args, folder);
  }

  async function panelQueries(): Promise<readonly { board: string; title: string; expr: string }[]> {
    const home = join(folder, 'grafana/dashboards');
    const boards = await Promise.all((await readdir(home)).map((file) => readFile(join(home, file), 'utf8')));
    return boards.flatMap((text) => {
      const { title: board, panels } = JSON.parse(text) as {
        title: string;
        panels: { title: string; targets?: { expr: string }[] }[];
      };
      return panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ board, title, expr })));
    });
  }
});

/** As Grafana sends it. */
function filledIn(expr: string): string {
  return expr.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '1m').replaceAll(/\$\w+/g, '.*');
}

/** The smallest of the values that so many of them do not exceed. */
function quantile(q: number, values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.ceil(q * sorted.length) - 1] ?? Number.NaN;
}
