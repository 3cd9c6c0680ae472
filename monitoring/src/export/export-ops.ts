import { prometheusRules } from '../alerts/rules-file.ts';
import { alertmanagerConfig } from './alertmanager-config.ts';
import { dashboards, type ExportedFile } from './dashboards.ts';
import { dashboardProviders, dataSources } from './grafana-provisioning.ts';
import type { ExportOptions } from './options.ts';
import { prometheusConfig, RULES_FILE } from './prometheus-config.ts';
import { readme } from './readme.ts';
import { ruleTests, sloTests } from './rule-tests.ts';
import { type YamlMap, yamlFile } from './yaml.ts';

/**
 * Everything Prometheus, Alertmanager and Grafana need to watch a gateway as it watches itself: their configuration, its rules
 * with tests of them, dashboards, and a page that says what to do with all that.
 * @throws RangeError for an option that cannot be used, saying which
 */
export function exportOps(options: ExportOptions): readonly ExportedFile[] {
  const { rules, slos = [] } = options;
  return [
    { path: 'README.md', text: readme(options) },
    { path: 'prometheus.yml', text: prometheusConfig(options) },
    { path: RULES_FILE, text: yamlFile({ says: RULES, data: plain(prometheusRules(rules, slos)) }) },
    { path: 'rules_test.yml', text: yamlFile({ says: TESTS, data: plain(ruleTests(rules)) }) },
    ...(slos.length === 0
      ? []
      : [{ path: 'objectives_test.yml', text: yamlFile({ says: SLO_TESTS, data: plain(sloTests(slos)) }) }]),
    { path: 'alertmanager.yml', text: alertmanagerConfig(options) },
    { path: 'grafana/provisioning/datasources/callsheet.yml', text: dataSources(options) },
    { path: 'grafana/provisioning/dashboards/callsheet.yml', text: dashboardProviders() },
    ...dashboards(),
  ];
}

const RULES =
  'The rules the gateway judges itself by, for Prometheus. promtool check rules says whether they can be read.';
const TESTS = 'For every rule a story in which it fires and calms down again: promtool test rules rules_test.yml';
const SLO_TESTS = 'The same for objectives: promtool test rules objectives_test.yml';

/** An interface has no index signature, and says the same. */
function plain(data: object): YamlMap {
  return { ...data };
}
