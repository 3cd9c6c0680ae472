import type { AlertChannel } from '../notify/channel.ts';
import { checkOptions } from '../notify/option-rules.ts';
import { readAddress } from './address.ts';
import { createSender, POSTING_RULES, type PostingOptions } from './sender.ts';
import { slackMessage } from './slack-message.ts';

/**
 * Posts to an incoming webhook of Slack, or of what understands the same: one message for all notices of a delivery. Slack
 * takes about one message a second and says with 429 and `Retry-After` when it was too much, which is obeyed. `slack` when
 * no name is given.
 *
 * @throws TypeError for options that do not fit
 */
export function slack(options: PostingOptions): AlertChannel {
  const doing = 'make a Slack channel';
  checkOptions(doing, options, POSTING_RULES);
  const { name = 'slack', allowPrivate, post, clock } = options;
  const send = createSender({ channel: name, url: readAddress(doing, options, false), allowPrivate, post, clock });
  return {
    name,
    most: 49,
    deliver: (notices, signal) => send(JSON.stringify(slackMessage(notices)), signal),
  };
}
