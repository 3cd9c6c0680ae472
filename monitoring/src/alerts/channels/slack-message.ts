import type { AlertNotice } from '../notify/notice.ts';
import { clip, headline, measurement, oneLine, subjectOf, timestampOf } from './headline.ts';

/** What an incoming webhook of Slack takes. */
export interface SlackMessage {
  /** For notifications, and for clients that show no blocks. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

export type SlackBlock =
  | { readonly type: 'header'; readonly text: { readonly type: 'plain_text'; readonly text: string } }
  | { readonly type: 'section'; readonly text: { readonly type: 'mrkdwn'; readonly text: string } };

/** Of Block Kit: blocks of a message. */
const MOST_BLOCKS = 50;
/** Of Block Kit: characters of a header. */
const LONGEST_HEADER = 150;
/** Slack cuts longer fallbacks at a place of its own. */
const LONGEST_TEXT = 3_000;
/** Of what a section says, escaped: Block Kit takes 3,000 in all. */
const LONGEST = { headline: 500, measurement: 400, description: 1_000, labels: 500, runbook: 400 } as const;

/** One header and a section for each notice; when there are more than Slack shows, how many more there were. */
export function slackMessage(notices: readonly AlertNotice[]): SlackMessage {
  const subject = subjectOf(notices);
  const room = MOST_BLOCKS - 1;
  const shown = notices.length <= room ? notices : notices.slice(0, room - 1);
  const more = notices.length - shown.length;
  return {
    text: part(subject, LONGEST_TEXT),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: part(subject, LONGEST_HEADER) } },
      ...shown.map((notice) => section(sentencesOf(notice))),
      ...(more > 0 ? [section(`… and ${more} more`)] : []),
    ],
  };
}

function sentencesOf(notice: AlertNotice): string {
  const { annotations, labels, startsAt, endsAt } = notice;
  const { description, runbook } = annotations;
  const labelled = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const until = endsAt === undefined ? '' : ` until ${timestampOf(endsAt)}`;
  return [
    `*${part(headline(notice), LONGEST.headline)}*`,
    part(measurement(notice), LONGEST.measurement),
    ...(description === undefined ? [] : [part(description, LONGEST.description)]),
    part(labelled.join(' '), LONGEST.labels),
    `since ${timestampOf(startsAt)}${until}`,
    ...(runbook === undefined ? [] : [runbookOf(runbook)]),
  ].join('\n');
}

/** A link where it is one: `|`, `<` and `>` would end it early. */
function runbookOf(runbook: string): string {
  const link = escaped(runbook);
  const isLink = /^https?:\/\/[^\s|<>]+$/.test(runbook) && link.length <= LONGEST.runbook;
  return isLink ? `<${link}|Runbook>` : `Runbook: ${part(runbook, LONGEST.runbook)}`;
}

/** One line, escaped, and then no longer than `longest`: escapes are not cut in two. */
function part(text: string, longest: number): string {
  const plain = oneLine(text);
  let room = longest;
  let shown = escaped(clip(plain, room));
  while (shown.length > longest) {
    // A character becomes five at most, so that this never takes away too many.
    room -= Math.ceil((shown.length - longest) / 5);
    shown = escaped(clip(plain, room));
  }
  return shown;
}

/** The three characters Slack gives a meaning (docs.slack.dev, «Escaping text»): without them nobody can be mentioned. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function section(text: string): SlackBlock {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}
