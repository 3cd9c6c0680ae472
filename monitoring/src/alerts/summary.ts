import { NUMBER_TEXTS, rounded } from './number-text.ts';

const PLACE = /\{\{\s*(?:\$value(?:\s*\|\s*(humanize\w*))?|\$labels\.([A-Za-z_]\w*))\s*\}\}/g;

/**
 * Fills `{{ $value }}`, `{{ $value | humanizeDuration }}` and `{{ $labels.name }}` in: the part of Prometheus' templates that
 * both engines understand.
 */
export function fillSummary(template: string, value: number, labels: Readonly<Record<string, string>>): string {
  return template.replaceAll(PLACE, (_place, how: string | undefined, label: string | undefined) => {
    if (label !== undefined) return labels[label] ?? '';
    return (NUMBER_TEXTS[how ?? ''] ?? rounded)(value);
  });
}

/** What is wrong with a template; undefined when nothing is. */
export function templateFault(template: unknown, by: readonly string[]): string | undefined {
  if (typeof template !== 'string' || template === '') return 'summary needs a text';
  const known = ['alertname', 'severity', ...by];
  const ways = Object.keys(NUMBER_TEXTS);
  for (const [place, how, label] of template.matchAll(PLACE)) {
    if (how !== undefined && !ways.includes(how)) return `summary asks for ${place}; there are ${ways.join(', ')}`;
    if (label !== undefined && !known.includes(label)) {
      return `summary asks for ${place}; its alerts have the labels ${known.join(', ')}`;
    }
  }
  const rest = template.replaceAll(PLACE, '');
  return /\{\{|\}\}/.test(rest)
    ? 'summary may hold {{ $value }}, {{ $value | humanizeDuration }} (or humanize, humanizePercentage) and {{ $labels.name }}, no other template'
    : undefined;
}
