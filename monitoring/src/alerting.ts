import type { ToolLog } from '@callsheet/protocol';
import type { Alert, AlertEvent } from './alerts/alert.ts';
import { AlertEngine } from './alerts/engine.ts';
import { type AlertEngineState, readEngineState } from './alerts/engine-state.ts';
import type { AlertChannel } from './alerts/notify/channel.ts';
import { type AlertNotice, alertNotice, type NoticeStatus } from './alerts/notify/notice.ts';
import { Notifier } from './alerts/notify/notifier.ts';
import type { Route } from './alerts/notify/routes.ts';
import type { AlertRule } from './alerts/rule.ts';
import { defineCounter, defineGauge } from './catalogue/define.ts';
import type { MetricRegistry } from './metrics/registry.ts';
import type { MonitorClock } from './monitor-clock.ts';

export interface AlertingOptions {
  readonly registry: MetricRegistry;
  readonly rules: readonly AlertRule[];
  readonly channels: readonly AlertChannel[];
  /** Which severities go where; everything everywhere when there are none. */
  readonly routes: readonly Route[];
  /** Between two evaluations, in milliseconds. */
  readonly everyMs: number;
  readonly clock: MonitorClock;
  readonly log: ToolLog;
  /** 0 up to 1, like Math.random. */
  readonly random: () => number;
  /** Makes ids of silences, each once. */
  readonly makeId: () => string;
  /** What the engine stored before a restart. What is no such thing is left out, and told in the log. */
  readonly state?: unknown;
  /** How long notices wait for others to go with them, in milliseconds; that of the notifier when not said. */
  readonly groupMs?: number | undefined;
}

/** Rules that are judged, and people who are told. */
export interface Alerting {
  readonly engine: AlertEngine;
  readonly notifier: Notifier;
  /** Judges no more, and delivers what waits for so long at most, in milliseconds. */
  close(deadlineMs?: number): Promise<void>;
}

/** Joins rules, channels and what is measured of both. Begins at once. @throws RangeError, TypeError for what does not fit */
export function openAlerting(options: AlertingOptions): Alerting {
  const { registry, rules, channels, routes, everyMs, clock, log, random, makeId, state, groupMs } = options;
  const source = (name: string) => registry.family(name);
  const engine = new AlertEngine({ source, rules, everyMs, clock, log, makeId, ...knownState(state, log) });
  const notifier = new Notifier({ channels, routes, clock, log, random, ...(groupMs !== undefined && { groupMs }) });
  defineGauge(registry, 'mcp_alerts_firing', (family) => {
    for (const [severity, count] of Object.entries(engine.firing())) family.cell(severity).set(count);
  });
  defineCounter(registry, 'mcp_alert_notifications_total', (family) => {
    for (const { channel, sent, failed, dropped } of notifier.counts()) {
      for (const [outcome, count] of Object.entries({ sent, failed, dropped })) {
        family.cell(channel, outcome).follow(count);
      }
    }
  });
  const stop = engine.onEvent((event) => {
    const { alert, notify, change } = event;
    if (change === 'acknowledged') notifier.acknowledge(noticeOf(event, 'triggered'), alert.channels);
    else if (notify) notifier.notify(noticeOf(event, statusOf(event)), alert.channels);
  });
  engine.start();
  return {
    engine,
    notifier,
    close: async (deadlineMs) => {
      engine.stop();
      stop();
      await notifier.close(deadlineMs);
    },
  };
}

/** A damaged file must keep no gateway from starting. */
function knownState(state: unknown, log: Pick<ToolLog, 'warn'>): { readonly state?: AlertEngineState } {
  if (state === undefined) return {};
  try {
    return { state: readEngineState(state) };
  } catch (error) {
    log.warn({ fault: String(error) }, 'what was known of alerts is no such thing; it is left out');
    return {};
  }
}

/** A reminder is a repetition, unless what it reminds of was never told: it was silenced when it began. */
function statusOf({ alert, isFirst }: AlertEvent): NoticeStatus {
  if (alert.state === 'resolved') return 'resolved';
  return isFirst ? 'triggered' : 'repeated';
}

function noticeOf({ alert, at }: AlertEvent, status: NoticeStatus): AlertNotice {
  const { name, metric, value, condition, severity, labels, annotations, activeAt, resolvedAt } = alert;
  return alertNotice({
    rule_name: name,
    metric,
    value,
    condition,
    severity,
    status,
    labels: own(labels),
    annotations: {
      summary: annotations.summary ?? `${metric} is ${value}`,
      ...(annotations.runbook_url !== undefined && { runbook: annotations.runbook_url }),
    },
    startsAt: activeAt,
    ...(status === 'resolved' && { endsAt: resolvedAt ?? at }),
    timestamp: at,
  });
}

/** The notice adds the name and the severity itself. */
function own({ alertname: _name, severity: _severity, ...labels }: Alert['labels']): Readonly<Record<string, string>> {
  return labels;
}
