import type { AlertNotice } from '../notify/notice.ts';
import { rounded } from '../number-text.ts';

const WORDS = { triggered: 'FIRING', repeated: 'STILL FIRING', resolved: 'RESOLVED' } as const;

/** `[FIRING] high_error_rate: 12 errors`, in one line. */
export function headline({ status, rule_name, annotations }: AlertNotice): string {
  return oneLine(`[${WORDS[status]}] ${rule_name}: ${annotations.summary}`);
}

/** One line about several: the one notice, or how many there are of each kind. */
export function subjectOf(notices: readonly AlertNotice[]): string {
  const [first, ...others] = notices;
  if (first === undefined) return 'No alerts';
  if (others.length === 0) return headline(first);
  const over = notices.filter(({ status }) => status === 'resolved').length;
  const names = [...new Set(notices.map(({ rule_name }) => rule_name))].join(', ');
  return oneLine(`[${notices.length - over} firing, ${over} resolved] ${names}`);
}

/** `metric mcp.operations.error is 12 (> 10), severity warning`. */
export function measurement({ status, metric, value, condition, severity }: AlertNotice): string {
  return oneLine(
    `metric ${metric} ${status === 'resolved' ? 'was' : 'is'} ${rounded(value)} (${condition}), severity ${severity}`,
  );
}

/** Control characters and line ends become spaces: they would begin another header in a mail, another line in a log. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

/** At most so many UTF-16 units, with an ellipsis where something is missing, and no character cut in two. */
export function clip(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = longest - 1;
  const cutsPair = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
  return `${text.slice(0, cutsPair ? end - 1 : end)}…`;
}

/** As RFC 3339 in UTC: `2026-11-21T08:00:00.000Z`. */
export function timestampOf(ms: number): string {
  return new Date(ms).toISOString();
}
