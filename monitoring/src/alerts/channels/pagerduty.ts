import type { AlertChannel } from '../notify/channel.ts';
import type { AlertNotice } from '../notify/notice.ts';
import { checkOptions, line, required, secret } from '../notify/option-rules.ts';
import { readAddress } from './address.ts';
import { type PagerDutyEvent, pagerDutyEvent } from './pagerduty-event.ts';
import { createSender, POSTING_RULES, type PostingOptions } from './sender.ts';

export interface PagerDutyOptions extends Omit<PostingOptions, 'url'> {
  /** Of an integration with the Events API v2: 32 letters and digits. */
  readonly routingKey: string;
  /** What is affected, e.g. the name of the gateway; `callsheet` when not said. */
  readonly source?: string;
  /** For accounts in the European region and for tests; PagerDuty's own when not said. */
  readonly url?: string;
}

const ENQUEUE = 'https://events.pagerduty.com/v2/enqueue';

const ROUTING_KEY = {
  expected: 'the integration key, 32 letters and digits',
  fits: (value: unknown) => typeof value === 'string' && /^[0-9a-z]{32}$/i.test(value),
};

/**
 * Tells PagerDuty's Events API v2 of each alert under its fingerprint: trigger, acknowledge, resolve. A repeated notice is a
 * trigger with the same key, which PagerDuty adds to the open incident. `pagerduty` when no name is given.
 *
 * @throws TypeError for options that do not fit
 */
export function pagerDuty(options: PagerDutyOptions): AlertChannel {
  const doing = 'make a PagerDuty channel';
  checkOptions(doing, options, {
    ...POSTING_RULES,
    url: { ...POSTING_RULES.url, required: false },
    routingKey: required(secret(ROUTING_KEY)),
    source: line(255),
  });
  const { name = 'pagerduty', routingKey, source = 'callsheet', url: text = ENQUEUE, ...posting } = options;
  const { allowPrivate, post, clock } = posting;
  const url = readAddress(doing, { ...posting, url: text }, false);
  const send = createSender({ channel: name, url, allowPrivate, secrets: [routingKey], post, clock });
  const tell = async (
    action: (notice: AlertNotice) => PagerDutyEvent['event_action'],
    notices: readonly AlertNotice[],
    signal: AbortSignal,
  ) => {
    for (const notice of notices) {
      await send(JSON.stringify(pagerDutyEvent({ routingKey, source }, action(notice), notice)), signal);
    }
  };
  return {
    name,
    // One event a request: of several only some might arrive.
    most: 1,
    deliver: (notices, signal) =>
      tell(({ status }) => (status === 'resolved' ? 'resolve' : 'trigger'), notices, signal),
    acknowledge: (notices, signal) => tell(() => 'acknowledge', notices, signal),
  };
}
