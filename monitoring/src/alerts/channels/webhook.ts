import type { AlertChannel } from '../notify/channel.ts';
import { systemClock } from '../notify/clock.ts';
import { checkOptions, line, secret as secretRule } from '../notify/option-rules.ts';
import { readAddress } from './address.ts';
import { headersRule } from './headers.ts';
import { createSender, POSTING_RULES, type PostingOptions } from './sender.ts';
import { SIGNATURE_HEADER, signWebhook } from './signature.ts';
import { webhookBody } from './webhook-body.ts';

export interface WebhookOptions extends PostingOptions {
  /** Signs every body, so that the receiver knows whose it is: see `verifyWebhook`. 16 characters or more; random ones. */
  readonly secret?: string;
  /** Headers of every request, e.g. `authorization`. Their values are kept secret. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where people look at alerts, for `externalURL` and `generatorURL`; empty when not said. */
  readonly externalUrl?: string;
}

const SECRET = { expected: 'a text of 16 to 1024 characters', fits: isSecret };

/**
 * Posts what Alertmanager would post to a webhook, version 4, one request per rule, signed with `X-Signature` when there is
 * a secret. `webhook` when no name is given.
 *
 * @throws TypeError for options that do not fit
 */
export function webhook(options: WebhookOptions): AlertChannel {
  const doing = 'make a webhook channel';
  checkOptions(doing, options, {
    ...POSTING_RULES,
    secret: secretRule(SECRET),
    headers: headersRule,
    externalUrl: line(2_048, 'a URL'),
  });
  const { name = 'webhook', secret, headers = {}, externalUrl = '', allowPrivate, post, clock = systemClock } = options;
  const url = readAddress(doing, options, true);
  const secrets = secret === undefined ? [] : [secret];
  const send = createSender({ channel: name, url, allowPrivate, headers, secrets, post, clock });
  return {
    name,
    groupOf: ({ rule_name }) => rule_name,
    deliver(notices, signal) {
      const body = JSON.stringify(webhookBody(name, externalUrl, notices));
      return send(
        body,
        signal,
        secret === undefined ? {} : { [SIGNATURE_HEADER]: signWebhook(secret, body, clock.now()) },
      );
    },
  };
}

function isSecret(value: unknown): boolean {
  return typeof value === 'string' && value.length >= 16 && value.length <= 1_024;
}
