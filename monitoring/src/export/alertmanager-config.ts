import type { AlertRule } from '../alerts/rule.ts';
import { duration, type ExportOptions, urlOf } from './options.ts';
import { type YamlMap, yamlFile } from './yaml.ts';

/** How often people are reminded of an alert when its rule says nothing else, in seconds: the default of rules. */
const USUAL_COOLDOWN = 900;

/** `alertmanager.yml`: who is told, how often, and what is not worth telling beside something worse. */
export function alertmanagerConfig({ rules, slos = [], alertmanager, webhook }: ExportOptions): string {
  const groupInterval = alertmanager?.groupInterval ?? 60;
  return yamlFile(
    {
      says: INTRODUCTION,
      data: {
        route: {
          receiver: 'callsheet',
          group_by: ['alertname'],
          group_wait: duration('alertmanager.groupWait', alertmanager?.groupWait ?? 10),
          group_interval: duration('alertmanager.groupInterval', groupInterval),
          repeat_interval: duration('cooldown', Math.max(USUAL_COOLDOWN, groupInterval)),
          routes: routes([...rules, ...slos.flatMap((slo) => slo.rules)], groupInterval),
        },
      },
    },
    { says: INHIBITION, data: { inhibit_rules: [INHIBIT] } },
    {
      says: webhook === undefined ? NOBODY : undefined,
      data: { receivers: [{ name: 'callsheet', webhook_configs: webhook && [webhookConfig(webhook)] }] },
    },
  );
}

const INTRODUCTION = `\
Alertmanager for Callsheet. repeat_interval is the cooldown of rules: the least time between two messages about an alert that
goes on firing.`;

const INHIBITION = 'Who is told of the critical alert of a name need not be told of the lesser ones.';

const NOBODY = `\
Nobody is told yet. Add webhook_configs, email_configs, slack_configs or pagerduty_configs, or export again with a webhook.`;

const INHIBIT: YamlMap = {
  source_matchers: ['severity="critical"'],
  target_matchers: ['severity=~"warning|info"'],
  equal: ['alertname'],
};

/** Rules with another cooldown than the usual, those with the same one in one route. */
function routes(rules: readonly AlertRule[], groupInterval: number): readonly YamlMap[] | undefined {
  const names = new Map<number, string[]>();
  for (const { name, cooldown, enabled } of rules) {
    if (!enabled || cooldown === USUAL_COOLDOWN) continue;
    // Alertmanager reminds at the border of groups: more often than they are looked at is not possible.
    const seconds = Math.max(cooldown, groupInterval);
    names.set(seconds, [...(names.get(seconds) ?? []), name]);
  }
  if (names.size === 0) return undefined;
  return [...names]
    .sort(([one], [other]) => one - other)
    .map(([seconds, together]) => ({
      matchers: [`alertname=~"${together.map(pattern).join('|')}"`],
      repeat_interval: duration('cooldown', seconds),
    }));
}

/** Names of rules have letters, digits, `_`, `-`, `.` and `:`; of these only the dot means something in a pattern. */
function pattern(name: string): string {
  return name.replaceAll('.', '[.]');
}

function webhookConfig({ url, bearerFile }: { readonly url: string; readonly bearerFile?: string }): YamlMap {
  urlOf('webhook.url', url);
  const authorization = bearerFile === undefined ? undefined : { type: 'Bearer', credentials_file: bearerFile };
  return {
    url,
    send_resolved: true,
    http_config: authorization && { authorization },
  };
}
