import { randomBytes } from 'node:crypto';
import { type Alerting, type Monitor, openAlerting } from '@callsheet/monitoring';
import type { JsonObject, Principal, ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/settings.ts';
import { KeptTopic } from '../methods/kept-topic.ts';
import { alertChannels, alertRoutes } from './alert-channels.ts';
import { AlertMemory } from './alert-memory.ts';
import { alertRules, availability } from './alert-rules.ts';

export interface AlertsParts {
  readonly monitor: Pick<Monitor, 'registry'>;
  readonly clock: Clock;
  readonly log: ToolLog;
  readonly mayFollow: (principal: Principal) => boolean;
  /** Told of everything that happens to an alert. */
  readonly happened: (event: string, members: JsonObject) => void;
}

/** Alerts of one gateway: judged, told, followed, remembered. */
export interface Alerts {
  readonly alerting: Alerting;
  readonly topic: KeptTopic;
  /** What operators said has changed. */
  remember(): void;
  /** Judges no more: what is measured from now on is how the gateway goes down. */
  rest(): void;
  close(deadlineMs: number): Promise<void>;
}

/** Begins to judge. @throws Error for rules and channels that cannot be used */
export async function openAlerts(config: Config, parts: AlertsParts): Promise<Alerts> {
  const { monitor, clock, log, mayFollow, happened } = parts;
  const memory = new AlertMemory(config.server.dataDir, log);
  const alerting = openAlerting({
    ...{ registry: monitor.registry, clock, log, random: Math.random },
    rules: [...alertRules(config), ...(availability(config)?.rules ?? [])],
    channels: alertChannels(config, log),
    routes: alertRoutes(config),
    everyMs: config.alerts.everyS * 1000,
    makeId: () => `sil_${randomBytes(9).toString('base64url')}`,
    state: await memory.read(),
  });
  const topic = new KeptTopic({
    ...{ topic: 'alerts', right: 'alerts/list', begin: 0, clock, log, mayFollow },
    advice: 'Ask alerts/list, then follow without a number',
  });
  const remember = (): void => void memory.write(() => alerting.engine.toJSON());
  const stop = alerting.engine.onEvent(({ change, at, alert, notify }) => {
    const told = { change, at: new Date(at).toISOString(), notify, alert } as unknown as JsonObject;
    topic.tell(told);
    const { name, severity, value, labels } = alert;
    happened(`alert.${change}`, { alert: name, severity, value, labels });
    if (change === 'firing' || change === 'resolved' || change === 'reminder') remember();
  });
  return {
    alerting,
    topic,
    remember,
    rest: () => alerting.engine.stop(),
    close: async (deadlineMs) => {
      stop();
      topic.close();
      // What is remembered is how things were while there was somebody to watch.
      alerting.engine.stop();
      await memory.write(() => alerting.engine.toJSON());
      await alerting.close(deadlineMs);
    },
  };
}
