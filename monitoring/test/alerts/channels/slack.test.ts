import { expect } from 'chai';
import fc from 'fast-check';
import { slack } from '../../../src/alerts/channels/slack.ts';
import { slackMessage } from '../../../src/alerts/channels/slack-message.ts';
import { house } from '../notify/house.ts';
import { itsEnd, noticeOf, someNotice } from '../notify/some-notice.ts';
import { useReceivers } from './receiver.ts';

describe('a Slack channel', () => {
  const start = useReceivers();

  it('tells in one message what came together', async () => {
    const receiver = await start();
    const { notifier, clock } = house([
      slack({ url: `http://127.0.0.1:${receiver.port}/services/x`, allowPrivate: true }),
    ]);
    for (const notice of [someNotice(), noticeOf('jobs_waiting', { severity: 'critical' })]) notifier.notify(notice);
    await clock.advance(5_000);
    await receiver.until(1);
    expect(receiver.received).to.have.length(1);
    expect(receiver.json()).to.deep.equal({
      text: '[2 firing, 0 resolved] high_error_rate, jobs_waiting',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: '[2 firing, 0 resolved] high_error_rate, jobs_waiting' } },
        section(
          '*[FIRING] high_error_rate: 12 errors in 300 s*',
          'metric mcp.operations.error is 12 (&gt; 10), severity warning',
          'tool=create_video alertname=high_error_rate severity=warning',
          'since 2026-11-21T13:30:00.000Z',
        ),
        section(
          '*[FIRING] jobs_waiting: 12 errors in 300 s*',
          'metric mcp.operations.error is 12 (&gt; 10), severity critical',
          'tool=create_video alertname=jobs_waiting severity=critical',
          'since 2026-11-21T13:30:00.000Z',
        ),
      ],
    });
  });

  it('waits as long as Slack asks for when it was too much', async () => {
    let busy = true;
    const receiver = await start((response) => {
      if (busy) response.writeHead(429, { 'retry-after': '30' }).end('rate_limited');
      else response.end('ok');
      busy = false;
    });
    const channel = slack({ url: `http://127.0.0.1:${receiver.port}/services/x`, allowPrivate: true });
    const { notifier, clock, countsOf } = house([channel], { groupMs: 0, random: () => 0 });
    notifier.notify(someNotice());
    await clock.advance(0);
    await receiver.until(1);
    while (countsOf('slack')?.retries === 0) await clock.advance(0);
    expect(clock.waits).to.deep.equal([30_000]);
    await clock.advance(29_999);
    expect(receiver.received).to.have.length(1);
    await clock.advance(1);
    await receiver.until(2);
    while (countsOf('slack')?.sent === 0) await clock.advance(0);
    expect(countsOf('slack')).to.include({ sent: 1, failed: 0, retries: 1 });
  });

  it('mentions nobody and breaks nothing, whatever a rule, a label or a runbook says', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 80, unit: 'grapheme' }),
      fc.constantFrom(
        '<!channel>',
        '&',
        '&amp;',
        '&'.repeat(5_000),
        '<'.repeat(5_000),
        '\u{1f525}'.repeat(3_000),
        'a\nb',
      ),
      fc.constantFrom('https://wiki.example/a|b>c', 'https://wiki.example/?a=1&b=2', 'javascript:alert(1)'),
    );
    fc.assert(
      fc.property(
        text,
        text,
        text,
        text,
        fc.integer({ min: 1, max: 120 }),
        (rule, summary, description, label, many) => {
          const annotations = { summary, description, runbook: description };
          const notice = someNotice({ rule_name: rule, annotations, labels: { tool: label } });
          const { text: fallback, blocks } = slackMessage(Array.from({ length: many }, () => notice));
          expect(blocks).to.have.length.within(2, 50);
          expect(fallback.length).to.be.within(1, 3_000);
          for (const { type, text } of blocks) {
            expect(text.text.length, type).to.be.within(1, type === 'header' ? 150 : 3_000);
            const withoutLinks = text.text.replace(/<https?:\/\/[^\s|<>]+\|Runbook>/, '');
            expect(withoutLinks).to.not.match(/[<>]|&(?!amp;|lt;|gt;)/);
            expect(text.text, 'half a character').to.not.match(/\p{Cs}/u);
          }
        },
      ),
    );
  });

  it('says how many more there were than it can show', () => {
    const { blocks } = slackMessage(Array.from({ length: 60 }, () => itsEnd()));
    expect(blocks).to.have.length(50);
    expect(blocks.at(-1)?.text.text).to.equal('… and 12 more');
    expect(slackMessage(Array.from({ length: 49 }, () => itsEnd())).blocks.at(-1)?.text.text).to.include('RESOLVED');
  });

  it('links to a runbook where it is a link, and says when it was over', () => {
    const runbook = 'https://wiki.example/a?b=1&c=2';
    const { blocks } = slackMessage([itsEnd({ annotations: { summary: 's', runbook } })]);
    const text = blocks[1]?.text.text ?? '';
    expect(text).to.include('<https://wiki.example/a?b=1&amp;c=2|Runbook>');
    expect(text).to.include('since 2026-11-21T13:30:00.000Z until 2026-11-21T13:30:30.000Z');
    const named = slackMessage([someNotice({ annotations: { summary: 's', runbook: 'page 7' } })]);
    expect(named.blocks[1]?.text.text).to.include('Runbook: page 7');
  });

  it('is posted to over https alone, unless private addresses are allowed', () => {
    expect(() => slack({ url: 'http://hooks.example/services/x' })).to.throw(TypeError, 'use https:');
    expect(slack({ url: 'https://hooks.slack.com/services/x', name: 'ops' })).to.include({ name: 'ops', most: 49 });
  });
});

function section(...sentences: readonly string[]) {
  return { type: 'section', text: { type: 'mrkdwn', text: sentences.join('\n') } };
}
