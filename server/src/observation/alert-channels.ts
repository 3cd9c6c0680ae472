import {
  type AlertChannel,
  alertmanager,
  email,
  logChannel,
  pagerDuty,
  type Route,
  type Severity,
  slack,
  webhook,
} from '@callsheet/monitoring';
import type { ToolLog } from '@callsheet/protocol';
import type { Config } from '../config/settings.ts';

type ChannelSettings = Config['alerts']['channels'][string];

/** Least first. */
const SEVERITIES = ['info', 'warning', 'critical'] as const satisfies readonly Severity[];

/** The configured channels, and one that writes to the log when there are none. @throws Error naming the one that cannot be */
export function alertChannels({ alerts, server }: Config, log: ToolLog): readonly AlertChannel[] {
  const configured = Object.entries(alerts.channels).map(([name, settings]) => {
    try {
      return channelOf(name, settings, server.publicUrl, log);
    } catch (error) {
      // The sentence names the option; people know it by the key of its setting.
      const reason = (error instanceof Error ? error.message : String(error)).replace(
        'set allowPrivate to true',
        'set allow_private = true',
      );
      throw new Error(`Cannot use [alerts.channels.${name}]: ${reason}`, { cause: error });
    }
  });
  return configured.length > 0 ? configured : [logChannel({ log })];
}

/** Each channel is told of what matters at least as much as it wants. */
export function alertRoutes({ alerts }: Pick<Config, 'alerts'>): readonly Route[] {
  return Object.entries(alerts.channels).map(([name, { least }]) => ({
    severities: SEVERITIES.slice(SEVERITIES.indexOf(least)),
    channels: [name],
  }));
}

function channelOf(
  name: string,
  settings: ChannelSettings,
  externalUrl: string | undefined,
  log: ToolLog,
): AlertChannel {
  const { type, secret, allowPrivate } = settings;
  const seen = externalUrl === undefined ? {} : { externalUrl };
  switch (type) {
    case 'webhook':
      return webhook({ name, url: urlOf(settings), allowPrivate, ...seen, ...(secret !== undefined && { secret }) });
    case 'slack':
      return slack({ name, url: urlOf(settings), allowPrivate });
    case 'alertmanager':
      return alertmanager({ name, url: urlOf(settings), allowPrivate, log, ...seen });
    case 'pagerduty': {
      if (secret === undefined) throw new TypeError('give the routing key of the integration as "secret"');
      return pagerDuty({
        name,
        routingKey: secret,
        allowPrivate,
        ...(settings.url !== undefined && { url: settings.url }),
      });
    }
    case 'email':
      return mail(name, settings);
    case 'log':
      return logChannel({ name, log });
  }
}

function urlOf({ url }: ChannelSettings): string {
  if (url === undefined) throw new TypeError('give its "url"');
  return url;
}

/** `smtp://user:password@host:587` asks for STARTTLS, `smtps://…` is encrypted from the first byte. */
function mail(name: string, settings: ChannelSettings): AlertChannel {
  const { from, to, allowPrivate } = settings;
  if (from === undefined || to.length === 0) throw new TypeError('give "from" and "to"');
  const text = urlOf(settings);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // It may hold a password: what is wrong with it is said without it.
  if (url === undefined || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    throw new TypeError('give its "url" as "smtp://user:password@host:587" or "smtps://…"');
  }
  const { port, username, password, protocol } = url;
  return email({
    name,
    from,
    to,
    smtp: {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      secure: protocol === 'smtps:',
      // A relay in one's own network often has no certificate.
      requireTls: !allowPrivate,
      ...(port !== '' && { port: Number(port) }),
      ...(username !== '' && { user: decoded(username) }),
      ...(password !== '' && { password: decoded(password) }),
    },
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new TypeError('write a percent sign in the user name or password of its "url" as "%25"');
  }
}
