import { join } from 'node:path';
import {
  createMonitor,
  FigureHistory,
  type Logs,
  type Monitor,
  mainFigures,
  openLogs,
  type Readings,
  type Redactor,
  type Tracer,
} from '@callsheet/monitoring';
import { type JsonObject, type Principal, SUBPROTOCOL, type ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/settings.ts';
import { KeptTopic } from '../methods/kept-topic.ts';
import { VERSION } from '../version.ts';
import { type Alerts, openAlerts } from './open-alerts.ts';
import { openTracing } from './open-tracing.ts';

export interface ObservationParts {
  readonly readings: Readings;
  readonly clock: Clock;
  readonly log: ToolLog;
  readonly redactor: Redactor;
  /** Whether a caller may use a method: who follows a topic needs the right to its twin. */
  readonly can: (principal: Principal, method: string) => boolean;
  /** Calls back when the process ends without going down; the answer takes that back. */
  readonly atExit: (last: () => void) => () => void;
}

/** What a gateway knows and tells of itself: measurements, alerts, traces, files of events. What the settings leave out is undefined. */
export interface Observation {
  readonly monitor: Monitor | undefined;
  readonly history: FigureHistory | undefined;
  readonly alerts: Alerts | undefined;
  readonly tracer: Tracer | undefined;
  readonly logs: Logs | undefined;
  /** The topics `metrics` and `alerts`, as far as there are any. */
  readonly topics: Readonly<Record<string, KeptTopic>>;
  /** Stops listening, delivers and writes what waits, each for so long at most. Never rejects. */
  close(deadlineMs: number): Promise<void>;
}

/** Frames of the topic `metrics` are for looking at: nobody needs those of yesterday. */
const FRAMES_KEPT = 300;

/**
 * Begins to listen to what the rooms of this process tell. Traces come first: what is measured and written down is joined to
 * them.
 *
 * @throws Error for rules and channels that cannot be used
 */
export async function openObservation(config: Config, parts: ObservationParts): Promise<Observation> {
  const { readings, clock, log, redactor, can, atExit } = parts;
  const { log: files } = config;
  const tracer = await openTracing(config, clock, log);
  const build = { version: VERSION, protocol: SUBPROTOCOL };
  const monitor = config.metrics.enabled ? createMonitor({ build, readings, clock, log, tracer }) : undefined;
  const frames = new KeptTopic({
    ...{ topic: 'metrics', right: 'metrics/snapshot', begin: 0, clock, log, most: FRAMES_KEPT },
    advice: 'Ask metrics/query, then follow without a number',
    mayFollow: (principal) => can(principal, 'metrics/snapshot'),
  });
  const history =
    monitor &&
    new FigureHistory({
      clock,
      source: (name) => monitor.registry.family(name),
      onFrame: (frame) => frames.tell(frame),
      onFault: (error) => log.warn({ fault: String(error) }, 'figures could not be remembered'),
    });
  let logs: Logs | undefined;
  let alerts: Alerts | undefined;
  const close = async (deadlineMs: number): Promise<void> => {
    history?.close();
    frames.close();
    await alerts?.close(deadlineMs);
    monitor?.close();
    await tracer?.close(deadlineMs);
    await logs?.close();
  };
  try {
    logs = await openFiles();
    if (monitor !== undefined && config.alerts.enabled) {
      alerts = await openAlerts(config, {
        ...{ monitor, clock, log },
        mayFollow: (principal) => can(principal, 'alerts/list'),
        happened: (event, members: JsonObject) => logs?.event(event, members),
      });
    }
  } catch (error) {
    await close(0);
    throw error;
  }
  return {
    ...{ monitor, history, alerts, tracer, logs, close },
    topics: { ...(monitor && { metrics: frames }), ...(alerts && { alerts: alerts.topic }) },
  };

  async function openFiles(): Promise<Logs | undefined> {
    if (!files.events && !files.metrics) return undefined;
    return openLogs({
      ...{ clock, log, redactor, atExit },
      folder: join(config.server.dataDir, 'logs'),
      limits: {
        events: files.events,
        metrics: files.metrics,
        maxFileBytes: files.maxFileBytes,
        filesKept: files.filesKept,
        callsAlone: files.callsAlonePerS,
        metricsEveryMs: files.metricsEveryS * 1000,
      },
      snapshot: () => (monitor === undefined ? {} : mainFigures(monitor.snapshot())),
      isJob: (tool) => readings.tools?.().get(tool)?.execution === 'job',
    });
  }
}
