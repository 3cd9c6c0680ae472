import { DASHBOARDS_HOME } from './grafana-provisioning.ts';
import { type ExportOptions, urlOf } from './options.ts';
import { RULES_FILE } from './prometheus-config.ts';

/** `README.md` of the exported folder: what to do with each file. Of webhooks only the origin: their addresses are often secret. */
export function readme({ gateway, prometheus, webhook, tracesUid, slos = [] }: ExportOptions): string {
  const byFlag = prometheus?.nativeHistograms !== 'setting';
  const features = byFlag ? 'exemplar-storage,native-histograms' : 'exemplar-storage';
  return `\
# Watching Callsheet with Prometheus, Alertmanager and Grafana

Written by \`callsheet-server monitoring export\` for the gateway at ${gateway.url}. Every file is yours to edit; export into
another folder and compare when rules or dashboards change.

| file | for | what |
|---|---|---|
| \`prometheus.yml\` | Prometheus | whom to scrape, which rules to judge, whom to tell |
| \`${RULES_FILE}\` | Prometheus | the gateway's own alert rules, and the burn rates of its objectives |
| \`rules_test.yml\` | promtool | for every rule a story in which it fires and calms down again |
${slos.length === 0 ? '' : OBJECTIVES_ROW}| \`alertmanager.yml\` | Alertmanager | who is told, and how often |
| \`grafana/provisioning/\` | Grafana | the data source, and where dashboards are |
| \`grafana/dashboards/\` | Grafana | the dashboards; they can be imported one by one as well |

## Check

\`\`\`sh
promtool check config prometheus.yml
promtool test rules rules_test.yml${slos.length === 0 ? '' : ' objectives_test.yml'}
amtool check-config alertmanager.yml
\`\`\`

## Start

\`\`\`sh
prometheus --config.file=prometheus.yml --storage.tsdb.path=data --enable-feature=${features}
alertmanager --config.file=alertmanager.yml --storage.path=alertmanager-data --cluster.listen-address=
\`\`\`

Debian calls the second one \`prometheus-alertmanager\`. ${byFlag ? BY_FLAG : BY_SETTING}

Grafana, in a container:

\`\`\`sh
docker run --network=host \\
  -v "$PWD/grafana/provisioning:/etc/grafana/provisioning" \\
  -v "$PWD/grafana/dashboards:${DASHBOARDS_HOME}" \\
  grafana/grafana
\`\`\`

Elsewhere: copy \`grafana/provisioning\` to \`/etc/grafana/provisioning\` and \`grafana/dashboards\` to
\`${DASHBOARDS_HOME}\`. The dashboards are then in the folder Callsheet.

## Keys

${gateway.bearerFile === undefined ? NO_KEY : withKey(gateway.bearerFile)}

## Left to do

- ${webhook === undefined ? 'Nobody is told of alerts yet: add a receiver to `alertmanager.yml`.' : `Alerts go to ${urlOf('webhook.url', webhook.url).origin}: see that they arrive (\`amtool alert add test severity=info\`).`}
- ${tracesUid === undefined ? 'Dots on graphs (exemplars) lead nowhere yet: export again with the uid of the data source that has your traces.' : `Dots on graphs lead to the data source "${tracesUid}".`}
- The gateway judges the same rules by itself and may tell people too (\`alerts\` in its settings). Let one of the two do it.
`;
}

const OBJECTIVES_ROW = '| `objectives_test.yml` | promtool | the same for objectives |\n';

const BY_FLAG = `Since Prometheus 3.8 the
flag \`native-histograms\` means nothing; there each job of \`prometheus.yml\` needs \`scrape_native_histograms: true\` and
\`always_scrape_classic_histograms: true\`.`;

const BY_SETTING = 'Prometheus 3.8 or newer is needed.';

const NO_KEY = `Prometheus shows no key. Should the gateway ask for one, make it a key whose role may read metrics, and export again with
the path of a file that holds it.`;

function withKey(file: string): string {
  return `Prometheus reads the key it shows to the gateway from \`${file}\`: one line, readable for Prometheus alone. Its role has to
allow the reading of metrics, and of services for the discovery of workers.`;
}
