import { addressOf, duration, type ExportOptions } from './options.ts';
import { yamlFile } from './yaml.ts';

/** Where Grafana finds the dashboards, when nobody says otherwise: the README mounts or copies them there. */
export const DASHBOARDS_HOME = '/var/lib/grafana/dashboards/callsheet';

/** `grafana/provisioning/datasources/callsheet.yml`. */
export function dataSources({ prometheus, tracesUid }: ExportOptions): string {
  const url = prometheus?.url ?? 'http://127.0.0.1:9090';
  addressOf('prometheus.url', url);
  return yamlFile({
    data: {
      apiVersion: 1,
      datasources: [
        {
          name: 'Callsheet Prometheus',
          uid: 'callsheet-prometheus',
          type: 'prometheus',
          access: 'proxy',
          url,
          jsonData: {
            httpMethod: 'POST',
            // From it Grafana reckons $__rate_interval: it must be what Prometheus scrapes with.
            timeInterval: duration('prometheus.scrapeInterval', prometheus?.scrapeInterval ?? 15),
            exemplarTraceIdDestinations:
              tracesUid === undefined ? undefined : [{ name: 'trace_id', datasourceUid: tracesUid }],
          },
        },
      ],
    },
  });
}

/** `grafana/provisioning/dashboards/callsheet.yml`. */
export function dashboardProviders(): string {
  return yamlFile({
    says: 'Grafana loads every dashboard it finds in this folder. Put the files of grafana/dashboards there.',
    data: {
      apiVersion: 1,
      providers: [
        {
          name: 'callsheet',
          folder: 'Callsheet',
          type: 'file',
          allowUiUpdates: true,
          options: { path: DASHBOARDS_HOME },
        },
      ],
    },
  });
}
