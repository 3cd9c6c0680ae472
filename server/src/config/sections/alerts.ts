import type { Sections } from '../setting.ts';

/** `[alerts]` */
export const ALERTS = {
  enabled: { kind: 'flag', default: true, help: 'Judges the measurements by rules; needs metrics.enabled.' },
  every_s: { kind: 'integer', default: 15, min: 1, max: 60, help: 'How often the rules are judged.' },
  defaults: { kind: 'flag', default: true, help: 'Has the usual rules, besides those that are configured.' },
  availability: {
    kind: 'text',
    format: 'percentage',
    help: 'Share of calls that must succeed, in percent, such as "99.9"; alerts when the rest is used up too fast.',
  },
  rules: {
    kind: 'table',
    format: 'client',
    default: {},
    help: 'Rules of your own, by name; one of the name of a usual rule takes its place.',
    entry: {
      metric: { kind: 'text', format: 'text', required: true, help: 'What is judged, such as "mcp.operations.error".' },
      condition: { kind: 'text', format: 'text', required: true, help: 'When it is alarming, such as "> 10".' },
      duration_s: { kind: 'integer', default: 300, min: 0, max: 86_400, help: 'Over or for how long.' },
      cooldown_s: { kind: 'integer', default: 900, min: 1, max: 604_800, help: 'Shortest time between two notices.' },
      severity: {
        kind: 'text',
        choices: ['info', 'warning', 'critical'],
        default: 'warning',
        help: 'How much it matters.',
      },
      enabled: { kind: 'flag', default: true, help: 'Whether it is judged.' },
      by: { kind: 'list', format: 'client', default: [], help: 'Labels whose values are judged apart.' },
      where: {
        kind: 'list',
        format: 'label_filter',
        default: [],
        help: 'Which series count: a label that is one of some values, or none of them; all series when empty.',
      },
      hold_for_s: {
        kind: 'integer',
        default: 0,
        min: 0,
        max: 86_400,
        help: 'How long what is seen over duration_s must stay so before anybody is told.',
      },
      min_samples: {
        kind: 'integer',
        default: 1,
        min: 1,
        max: 1_000_000_000,
        help: 'With fewer events nothing is concluded from a quantile or a rate of success.',
      },
      channels: { kind: 'list', format: 'client', default: [], help: 'Who is told; every channel when empty.' },
      summary: { kind: 'text', format: 'text', help: 'One line for people.' },
      runbook: { kind: 'text', format: 'text', help: 'Where it says what to do.' },
    },
  },
  channels: {
    kind: 'table',
    format: 'client',
    default: {},
    help: 'Who is told of alerts, by name.',
    entry: {
      type: {
        kind: 'text',
        choices: ['webhook', 'slack', 'email', 'alertmanager', 'pagerduty', 'log'],
        required: true,
        help: 'What it is.',
      },
      url: {
        kind: 'text',
        format: 'text',
        secret: true,
        help: 'Where notices go; for email smtp(s)://user:password@host.',
      },
      secret: {
        kind: 'text',
        format: 'text',
        secret: true,
        help: 'What a webhook is signed with, or the routing key of PagerDuty.',
      },
      from: { kind: 'text', format: 'text', help: 'Who writes the mail.' },
      to: { kind: 'list', format: 'text', default: [], help: 'Who gets the mail.' },
      least: {
        kind: 'text',
        choices: ['info', 'warning', 'critical'],
        default: 'info',
        help: 'The least severity that is told here.',
      },
      allow_private: { kind: 'flag', default: false, help: 'Whether the address may be on this network.' },
    },
  },
} as const satisfies Sections[string];
