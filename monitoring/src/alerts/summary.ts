const PLACE = /\{\{\s*(?:\$value|\$labels\.([A-Za-z_]\w*))\s*\}\}/g;

/** Fills `{{ $value }}` and `{{ $labels.name }}` in: the part of Prometheus' templates that both engines understand. */
export function fillSummary(template: string, value: number, labels: Readonly<Record<string, string>>): string {
  return template.replaceAll(PLACE, (_place, label: string | undefined) =>
    label === undefined ? String(value) : (labels[label] ?? ''),
  );
}

/** What is wrong with a template; undefined when nothing is. */
export function templateFault(template: unknown, by: readonly string[]): string | undefined {
  if (typeof template !== 'string' || template === '') return 'summary needs a text';
  const known = ['alertname', 'severity', ...by];
  for (const [place, label] of template.matchAll(PLACE)) {
    if (label !== undefined && !known.includes(label)) {
      return `summary asks for ${place}; its alerts have the labels ${known.join(', ')}`;
    }
  }
  const rest = template.replaceAll(PLACE, '');
  return /\{\{|\}\}/.test(rest) ? 'summary may hold {{ $value }} and {{ $labels.name }}, no other template' : undefined;
}
