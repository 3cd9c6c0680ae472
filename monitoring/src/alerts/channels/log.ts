import type { ToolLog } from '@callsheet/protocol';
import type { AlertChannel } from '../notify/channel.ts';
import type { AlertNotice } from '../notify/notice.ts';
import { checkOptions, line, required, withMethods } from '../notify/option-rules.ts';
import { headline } from './headline.ts';

export interface LogChannelOptions {
  /** What rules and routes call the channel; `log` when not said. */
  readonly name?: string;
  readonly log: ToolLog;
}

/** Writes a line for each notice: what is over as information, warnings as such, what is worse as errors. */
export function logChannel(options: LogChannelOptions): AlertChannel {
  checkOptions('make a log channel', options, {
    name: line(80, 'a name'),
    log: required(withMethods('info', 'warn', 'error')),
  });
  const { name = 'log', log } = options;
  return {
    name,
    async deliver(notices) {
      for (const notice of notices) write(log, notice);
    },
  };
}

function write(log: ToolLog, notice: AlertNotice): void {
  const { rule_name: rule, status, severity, metric, condition, labels, fingerprint } = notice;
  // No JSON for what is not finite.
  const value = Number.isFinite(notice.value) ? notice.value : String(notice.value);
  const fields = {
    event: 'alert',
    rule,
    status,
    severity,
    metric,
    value,
    condition,
    labels: { ...labels },
    fingerprint,
  };
  if (status === 'resolved' || severity === 'info') log.info(fields, headline(notice));
  else if (severity === 'warning') log.warn(fields, headline(notice));
  else log.error(fields, headline(notice));
}
