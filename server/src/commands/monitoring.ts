import { resolve } from 'node:path';
import { type ExportOptions, exportOps, writeExport } from '@callsheet/monitoring';
import type { Config } from '../config/settings.ts';
import { alertRules, availability } from '../observation/alert-rules.ts';
import { defineCommand, UsageError } from './command.ts';

/** `callsheet-server monitoring export --out DIR`. */
const exportFiles = defineCommand({
  words: 'monitoring export',
  summary: 'write what Prometheus, Alertmanager and Grafana need to watch this gateway',
  options: {
    out: { type: 'string', value: 'DIR', help: 'where the files go (required)' },
    url: { type: 'string', value: 'URL', help: 'the gateway as Prometheus reaches it [as configured]' },
    'bearer-file': { type: 'string', value: 'FILE', help: 'file with metrics.token or a key, as Prometheus sees it' },
    prometheus: { type: 'string', value: 'URL', help: 'Prometheus as Grafana reaches it [http://127.0.0.1:9090]' },
    alertmanager: {
      type: 'string',
      value: 'URL',
      help: 'Alertmanager as Prometheus reaches it [http://127.0.0.1:9093]',
    },
    webhook: { type: 'string', value: 'URL', help: 'who Alertmanager tells [nobody]' },
    interval: { type: 'string', value: 'SECONDS', help: 'between two scrapes [15]' },
    'native-histograms': {
      type: 'string',
      value: 'HOW',
      help: 'how Prometheus is told of them: flag, before 3.8, or setting, since then [flag]',
    },
    'traces-uid': { type: 'string', value: 'UID', help: 'data source in Grafana that has the traces [none]' },
    overwrite: { type: 'boolean', help: 'replace files that are there' },
  },
  async run({ terminal: { stdout, cwd }, loaded: { config }, values }) {
    const { out, overwrite = false } = values;
    if (out === undefined) throw new UsageError('Cannot export: say where to, as --out ops');
    const folder = resolve(cwd, out);
    const files = understood(() => exportOps(optionsOf(config, values)));
    await writeExport(folder, files, { overwrite });
    stdout.write(`wrote ${files.length} files to ${folder}; README.md there says what they are for\n`);
    return 0;
  },
});

type Said =
  | 'url'
  | 'bearer-file'
  | 'prometheus'
  | 'alertmanager'
  | 'webhook'
  | 'interval'
  | 'native-histograms'
  | 'traces-uid';
type Values = Readonly<Partial<Record<Said, string | undefined>>>;

function optionsOf(config: Config, values: Values): ExportOptions {
  const { url = addressOf(config), 'bearer-file': bearerFile, prometheus, alertmanager, webhook, interval } = values;
  const { 'native-histograms': nativeHistograms, 'traces-uid': tracesUid } = values;
  const slo = availability(config);
  return {
    rules: alertRules(config),
    ...(slo !== undefined && { slos: [slo] }),
    gateway: { url, ...(bearerFile !== undefined && { bearerFile }) },
    prometheus: {
      ...(prometheus !== undefined && { url: prometheus }),
      ...(interval !== undefined && { scrapeInterval: secondsOf(interval) }),
      ...(nativeHistograms !== undefined && { nativeHistograms: howOf(nativeHistograms) }),
    },
    ...(tracesUid !== undefined && { tracesUid }),
    ...(alertmanager !== undefined && { alertmanager: { url: alertmanager } }),
    ...(webhook !== undefined && { webhook: { url: webhook } }),
  };
}

/** Every address of the machine, as hosts to listen on: nobody can connect to these from elsewhere. */
const ANY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

function addressOf({ server }: Config): string {
  const { publicUrl, host, port, tlsCert } = server;
  if (publicUrl !== undefined) return publicUrl;
  if (port === 0) throw new UsageError('Cannot export: the port is chosen at the start; say --url http://HOST:PORT');
  if (ANY_ADDRESS.has(host)) {
    throw new UsageError(
      `Cannot export: the gateway listens on "${host}", which is no address; say --url http://HOST:${port}`,
    );
  }
  const authority = host.includes(':') ? `[${host}]` : host;
  return `${tlsCert === undefined ? 'http' : 'https'}://${authority}:${port}`;
}

/** What the export refuses with a RangeError was said wrongly, on the command line or in the settings. */
function understood<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function howOf(said: string): 'flag' | 'setting' {
  if (said === 'flag' || said === 'setting') return said;
  throw new UsageError(`Cannot export: --native-histograms is "${said}"; say flag or setting`);
}

function secondsOf(interval: string): number {
  const seconds = Number(interval);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 3_600) return seconds;
  throw new UsageError(`Cannot export: --interval is "${interval}"; give seconds from 1 to 3600`);
}

export const monitoringCommands = [exportFiles];
