import type { AlertNotice } from '../notify/notice.ts';
import { timestampOf } from './headline.ts';

/** The body of Alertmanager's webhook, version 4 (prometheus.io/docs/alerting/latest/configuration/#webhook_config). */
export interface WebhookBody {
  readonly version: '4';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  /** `firing` while any of them is. */
  readonly status: 'firing' | 'resolved';
  readonly receiver: string;
  readonly groupLabels: StringMap;
  readonly commonLabels: StringMap;
  readonly commonAnnotations: StringMap;
  readonly externalURL: string;
  readonly alerts: readonly WebhookAlert[];
}

export interface WebhookAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

export type StringMap = Readonly<Record<string, string>>;

/** What Alertmanager writes where an end is not known: the zero time of Go. */
const NO_END = '0001-01-01T00:00:00Z';

export function webhookBody(receiver: string, externalURL: string, notices: readonly AlertNotice[]): WebhookBody {
  const alerts = notices.map((notice) => alertOf(notice, externalURL));
  const commonLabels = common(alerts.map(({ labels }) => labels));
  const { alertname } = commonLabels;
  return {
    version: '4',
    groupKey: groupKeyOf(alertname),
    truncatedAlerts: 0,
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    receiver,
    groupLabels: alertname === undefined ? {} : { alertname },
    commonLabels,
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL,
    alerts,
  };
}

/** As annotations of Prometheus: what was measured is said in texts too, for those who show nothing else. */
export function annotationsOf({ annotations, metric, value, condition }: AlertNotice): StringMap {
  const { summary, description, runbook } = annotations;
  return {
    summary,
    ...(description !== undefined && { description }),
    ...(runbook !== undefined && { runbook_url: runbook }),
    metric,
    value: String(value),
    condition,
  };
}

function alertOf(notice: AlertNotice, generatorURL: string): WebhookAlert {
  const { labels, startsAt, endsAt, timestamp, fingerprint } = notice;
  const isOver = notice.status === 'resolved';
  return {
    status: isOver ? 'resolved' : 'firing',
    labels,
    annotations: annotationsOf(notice),
    startsAt: timestampOf(startsAt),
    endsAt: isOver ? timestampOf(endsAt ?? timestamp) : NO_END,
    generatorURL,
    fingerprint,
  };
}

/** As Alertmanager writes it for `group_by: [alertname]` in the one route there is. */
function groupKeyOf(alertname: string | undefined): string {
  return alertname === undefined ? '{}:{}' : `{}:{alertname=${JSON.stringify(alertname)}}`;
}

/** What all of them say alike. */
function common(maps: readonly StringMap[]): StringMap {
  const [first = {}, ...others] = maps;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((map) => map[name] === value)),
  );
}
