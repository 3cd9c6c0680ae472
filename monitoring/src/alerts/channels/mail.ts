import type { AlertNotice } from '../notify/notice.ts';
import { clip, headline, measurement, oneLine, subjectOf, timestampOf } from './headline.ts';

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

const LONGEST_SUBJECT = 200;
const LONGEST_TEXT = 2_000;

/**
 * Plain text, as nothing in it is ours: rules, labels and summaries come from elsewhere. Whatever becomes a header is one
 * line, whoever sends it. Mails about one alert refer to the same message, so that they stand together in a mailbox.
 */
export function mailOf(notices: readonly AlertNotice[]): Mail {
  const fingerprints = notices.map(({ fingerprint }) => fingerprint.replaceAll(/[^\w.-]/g, '')).join(', ');
  const [only, ...others] = notices;
  const thread = only === undefined || others.length > 0 ? {} : { References: `<${fingerprints}@callsheet.invalid>` };
  return {
    subject: clip(oneLine(subjectOf(notices)), LONGEST_SUBJECT),
    text: notices.map(paragraphOf).join('\n\n'),
    headers: { 'X-Alert-Fingerprint': fingerprints, 'Auto-Submitted': 'auto-generated', ...thread },
  };
}

function paragraphOf(notice: AlertNotice): string {
  const { annotations, labels, startsAt, endsAt, fingerprint } = notice;
  const { description, runbook } = annotations;
  return [
    headline(notice),
    measurement(notice),
    ...(description === undefined ? [] : [description]),
    ...(runbook === undefined ? [] : [`runbook: ${runbook}`]),
    `since ${timestampOf(startsAt)}${endsAt === undefined ? '' : ` until ${timestampOf(endsAt)}`}`,
    ...Object.entries(labels).map(([name, value]) => `${name}: ${oneLine(value)}`),
    `fingerprint: ${fingerprint}`,
  ]
    .map((sentence) => clip(sentence, LONGEST_TEXT))
    .join('\n');
}
