import { addressOf, duration, type ExportOptions, type GatewayAddress } from './options.ts';
import { type YamlMap, yamlFile } from './yaml.ts';

/** Where the rules are, seen from `prometheus.yml`. */
export const RULES_FILE = 'rules/callsheet.yml';

/** `prometheus.yml`: whom to scrape, which rules to judge, whom to tell. */
export function prometheusConfig({ gateway, prometheus, alertmanager }: ExportOptions): string {
  const interval = duration('prometheus.scrapeInterval', prometheus?.scrapeInterval ?? 15);
  const teller = addressOf('alertmanager.url', alertmanager?.url ?? 'http://127.0.0.1:9093');
  const native = prometheus?.nativeHistograms === 'setting' ? NATIVE : {};
  return yamlFile(
    { says: INTRODUCTION, data: { global: { scrape_interval: interval, evaluation_interval: interval } } },
    { data: { rule_files: [RULES_FILE] } },
    {
      data: {
        alerting: {
          alertmanagers: [
            {
              scheme: teller.scheme,
              path_prefix: teller.path === '/' ? undefined : teller.path,
              static_configs: [{ targets: [teller.target] }],
            },
          ],
        },
      },
    },
    {
      says: prometheus?.nativeHistograms === 'setting' ? NATIVE_BY_SETTING : NATIVE_BY_FLAG,
      data: {
        scrape_configs: [
          { ...gatewayJob(gateway), ...native },
          ...(gateway.workers === false ? [] : [{ ...workersJob(gateway), ...native }]),
        ],
      },
    },
  );
}

const INTRODUCTION = `\
Prometheus for Callsheet. Start it from this folder:
prometheus --config.file=prometheus.yml --enable-feature=exemplar-storage,native-histograms`;

const NATIVE_BY_FLAG = `\
Durations of requests and tools come in exponential buckets too (native histograms): quantiles to a few percent from one
series. Prometheus before 3.8 takes them with --enable-feature=native-histograms; since 3.8 each job needs
scrape_native_histograms: true, and with always_scrape_classic_histograms: true it keeps the other buckets as well.`;

const NATIVE_BY_SETTING = `\
Durations of requests and tools come in exponential buckets too (native histograms): quantiles to a few percent from one
series. The other buckets are kept as well, for queries that name them.`;

const NATIVE: YamlMap = { scrape_native_histograms: true, always_scrape_classic_histograms: true };

function gatewayJob(gateway: GatewayAddress): YamlMap {
  const { scheme, target, path } = addressOf('gateway.url', gateway.url);
  return {
    job_name: 'callsheet',
    scheme,
    metrics_path: path === '/' ? '/metrics' : path,
    authorization: bearer(gateway.bearerFile),
    static_configs: [{ targets: [target] }],
  };
}

/** Workers are found through the gateway. Its key is shown to the gateway alone, never to them. */
function workersJob(gateway: GatewayAddress): YamlMap {
  const { origin } = addressOf('gateway.url', gateway.url);
  return {
    job_name: 'callsheet-workers',
    http_sd_configs: [{ url: `${origin}/v1/sd/prometheus`, authorization: bearer(gateway.bearerFile) }],
  };
}

/** By file, so that no secret stands here and a new key needs no new file. */
function bearer(file: string | undefined): YamlMap | undefined {
  return file === undefined ? undefined : { type: 'Bearer', credentials_file: file };
}
