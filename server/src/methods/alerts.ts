import type { Alerting, SilenceMatcher } from '@callsheet/monitoring';
import { CallError } from '@callsheet/protocol';
import type { Recorder } from '../audit/recorder.ts';
import type { Clock } from '../clock.ts';
import type { Method } from './method.ts';
import { refusing } from './metrics.ts';

type AlertMethods = 'alerts/list' | 'alerts/ack' | 'alerts/silence' | 'alerts/unsilence' | 'alerts/test';

/** A matcher as callers may write it: equal, when they do not say. */
type WishedMatcher = Omit<SilenceMatcher, 'operator'> & Partial<Pick<SilenceMatcher, 'operator'>>;

export interface AlertMethodsOptions {
  /** Undefined when nothing is judged. */
  readonly alerting: Pick<Alerting, 'engine' | 'notifier'> | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly recorder: Pick<Recorder, 'did'> | undefined;
  /** What is acknowledged and silenced has changed, and is to be remembered. */
  readonly changed: () => void;
}

/** `alerts/*`. What operators change is in the audit trail. */
export function alertMethods({
  alerting,
  clock,
  recorder,
  changed,
}: AlertMethodsOptions): Record<AlertMethods, Method> {
  const known = (): NonNullable<typeof alerting> => {
    if (alerting !== undefined) return alerting;
    throw new CallError('NOT_IMPLEMENTED', 'Cannot show alerts: this gateway judges nothing; see alerts.enabled');
  };
  return {
    'alerts/list': () => {
      const { engine, notifier } = known();
      const rules = engine.list().map(({ rule, state, alerts, dropped, fault }) => ({
        ...{ name: rule.name, metric: rule.metric, condition: rule.condition, severity: rule.severity },
        ...{ duration: rule.duration, cooldown: rule.cooldown, enabled: rule.enabled, state, dropped },
        ...(fault !== undefined && { fault }),
        alerts,
      }));
      return { rules, silences: engine.silences(), channels: notifier.counts() };
    },
    'alerts/ack': ({ alert, comment = '' }, { session }) => {
      const acknowledged = refusing(() =>
        known().engine.acknowledge(String(alert), session.principal.id, String(comment)),
      );
      recorder?.did('alert', 'alerts/ack', { by: session, resource: acknowledged.name });
      changed();
      return acknowledged;
    },
    'alerts/silence': ({ matchers, minutes, comment = '' }, { session }) => {
      const silence = refusing(() =>
        known().engine.silence({
          // Read by the schema of the method.
          matchers: (matchers as unknown as readonly WishedMatcher[]).map((matcher) => ({ operator: '=', ...matcher })),
          untilMs: clock.now() + Number(minutes) * 60_000,
          by: session.principal.id,
          comment: String(comment),
        }),
      );
      recorder?.did('alert', 'alerts/silence', { by: session, resource: silence.id, details: { minutes } });
      changed();
      return silence;
    },
    'alerts/unsilence': ({ silence }, { session }) => {
      const id = String(silence);
      if (!known().engine.endSilence(id)) {
        throw new CallError('NOT_FOUND', `Cannot end the silence "${id}": there is none; see alerts/list`);
      }
      recorder?.did('alert', 'alerts/unsilence', { by: session, resource: id });
      changed();
      return {};
    },
    'alerts/test': async ({ channel }) => {
      const name = String(channel);
      const { notifier } = known();
      if (!notifier.channels.includes(name)) {
        const there = notifier.channels.join(', ');
        throw new CallError('NOT_FOUND', `Cannot test the channel "${name}": the channels are ${there}`);
      }
      try {
        await notifier.test(name);
        return { delivered: true };
      } catch (error) {
        // Its sentence names no address and no key.
        throw new CallError('UPSTREAM_ERROR', error instanceof Error ? error.message : String(error), { cause: error });
      }
    },
  };
}
