import type { ToolLog } from '@callsheet/protocol';
import type { AlertChannel } from '../notify/channel.ts';
import { systemClock } from '../notify/clock.ts';
import { checkOptions, line, whole, withMethods } from '../notify/option-rules.ts';
import { ActiveAlerts } from './active-alerts.ts';
import { readAddress } from './address.ts';
import { headersRule } from './headers.ts';
import { postableAlert } from './postable-alert.ts';
import { createSender, POSTING_RULES, type PostingOptions } from './sender.ts';

export interface AlertmanagerOptions extends PostingOptions {
  /** E.g. `http://alertmanager:9093`; `/api/v2/alerts` is added, unless it stands there. */
  readonly url: string;
  /** How often what is active is sent again, 30,000 to 180,000 ms; 60,000 when not said. */
  readonly resendMs?: number;
  /** Headers of every request, e.g. `authorization`. Their values are kept secret. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where people look at alerts, for `generatorURL`. */
  readonly externalUrl?: string;
  /** Told when sending again failed; nobody when not said. */
  readonly log?: ToolLog;
}

const API = '/api/v2/alerts';

/**
 * Posts to the API v2 of Alertmanager (prometheus.io/docs/alerting/latest/clients): what is active is sent again until it is
 * resolved, each time with an end four periods ahead, so that it ends by itself when nobody is left to say so. Alertmanager
 * usually has a private address: say `allowPrivate` then. `alertmanager` when no name is given.
 *
 * @throws TypeError for options that do not fit
 */
export function alertmanager(options: AlertmanagerOptions): AlertChannel {
  const doing = 'make an Alertmanager channel';
  checkOptions(doing, options, {
    ...POSTING_RULES,
    resendMs: whole(30_000, 180_000, 'milliseconds'),
    headers: headersRule,
    externalUrl: line(2_048, 'a URL'),
    log: withMethods('warn'),
  });
  const { name = 'alertmanager', resendMs = 60_000, headers = {}, externalUrl, allowPrivate, post, log } = options;
  const { clock = systemClock } = options;
  const url = readAddress(doing, options, true);
  if (!url.pathname.endsWith(API)) url.pathname = `${url.pathname.replace(/\/$/, '')}${API}`;
  const send = createSender({ channel: name, url, allowPrivate, headers, post, clock });
  const active = new ActiveAlerts({
    clock,
    everyMs: resendMs,
    send: (notices, signal) => {
      const until = clock.now() + 4 * resendMs;
      return send(JSON.stringify(notices.map((notice) => postableAlert(notice, until, externalUrl))), signal);
    },
    onFailure: (error) => log?.warn({ event: 'alert_resend_failed', channel: name }, messageOf(error)),
  });
  return {
    name,
    deliver: (notices, signal) => active.tell(notices, signal),
    close: () => active.close(),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
