import { expect } from 'chai';
import fc from 'fast-check';
import { pagerDuty } from '../../../src/alerts/channels/pagerduty.ts';
import { type PagerDutyEvent, pagerDutyEvent } from '../../../src/alerts/channels/pagerduty-event.ts';
import type { AlertNotice } from '../../../src/alerts/notify/notice.ts';
import { house } from '../notify/house.ts';
import { itsEnd, someNotice } from '../notify/some-notice.ts';
import { never, useReceivers } from './receiver.ts';

const KEY = 'R0123456789abcdefghijklmnopqrstu';
const SENDER = { routingKey: KEY, source: 'gateway-1' };

/** What PagerDuty publishes of the Events API v2: members, their types, what must be there, and how long it may be. */
function expectValid(event: PagerDutyEvent): void {
  expect(event).to.have.all.keys(
    ...['routing_key', 'event_action', 'dedup_key', 'client'],
    ...(event.event_action === 'trigger' ? ['payload', 'links'] : []),
  );
  expect(event.routing_key).to.match(/^[0-9a-zA-Z]{32}$/);
  expect(event.event_action).to.be.oneOf(['trigger', 'acknowledge', 'resolve']);
  expect(event.dedup_key.length).to.be.within(1, 255);
  if (event.event_action !== 'trigger') return;
  const { payload, links = [] } = event;
  expect(payload).to.include.all.keys(
    'summary',
    'source',
    'severity',
    'timestamp',
    'component',
    'class',
    'custom_details',
  );
  expect(payload?.summary.length).to.be.within(1, 1_024);
  expect(payload?.source).to.be.a('string').that.is.not.equal('');
  expect(payload?.severity).to.be.oneOf(['critical', 'error', 'warning', 'info']);
  expect(payload?.timestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Object.values(payload?.custom_details ?? {})).to.not.include(undefined);
  for (const { href } of links) expect(href).to.match(/^https?:/);
  expect(Buffer.byteLength(JSON.stringify(event))).to.be.below(512 * 1_024);
}

describe('a PagerDuty channel', () => {
  const start = useReceivers();
  const enqueue = () =>
    start((response) => {
      response.writeHead(202).end('{"status":"success","message":"Event processed"}');
    });
  const channelTo = (port: number) =>
    pagerDuty({ routingKey: KEY, source: 'gateway-1', url: `http://127.0.0.1:${port}/v2/enqueue`, allowPrivate: true });

  it('triggers and resolves an incident under the fingerprint of its alert', async () => {
    const receiver = await enqueue();
    const { notifier, clock, countsOf } = house([channelTo(receiver.port)]);
    const allSent = async (count: number) => {
      await clock.advance(5_000);
      await receiver.until(count);
      while (countsOf('pagerduty')?.sent !== count) await clock.advance(0);
    };
    notifier.notify(someNotice({ labels: { service: 'renderers' } }));
    await allSent(1);
    const { fingerprint } = someNotice({ labels: { service: 'renderers' } });
    expect(receiver.json()).to.deep.equal({
      routing_key: KEY,
      event_action: 'trigger',
      dedup_key: fingerprint,
      client: 'callsheet',
      payload: {
        summary: '[FIRING] high_error_rate: 12 errors in 300 s',
        source: 'gateway-1',
        severity: 'warning',
        timestamp: '2026-11-21T13:30:00.000Z',
        component: 'mcp.operations.error',
        group: 'renderers',
        class: 'high_error_rate',
        custom_details: {
          value: '12',
          condition: '> 10',
          labels: { service: 'renderers', alertname: 'high_error_rate', severity: 'warning' },
          description: '',
          runbook: '',
        },
      },
      links: [],
    });
    notifier.acknowledge(someNotice({ labels: { service: 'renderers' } }));
    await allSent(2);
    expect(receiver.json()).to.deep.include({ event_action: 'acknowledge', dedup_key: fingerprint });
    notifier.notify(itsEnd({ labels: { service: 'renderers' } }));
    await allSent(3);
    expect(receiver.json()).to.deep.include({ event_action: 'resolve', dedup_key: fingerprint });
    expect(receiver.received.map(({ path }) => path)).to.deep.equal(['/v2/enqueue', '/v2/enqueue', '/v2/enqueue']);
  });

  it('takes one notice at a time, and reminders as triggers of the same incident', async () => {
    const receiver = await enqueue();
    const channel = channelTo(receiver.port);
    expect(channel.most).to.equal(1);
    await channel.deliver([someNotice({ status: 'repeated' })], never);
    expect(receiver.json()).to.deep.include({ event_action: 'trigger', dedup_key: someNotice().fingerprint });
  });

  it('sends what PagerDuty takes, whatever a rule says', () => {
    const text = fc.oneof(fc.string({ maxLength: 50, unit: 'grapheme' }), fc.constant('\u{1f525}'.repeat(4_000)));
    const labels = fc.dictionary(text, text, { maxKeys: 100 });
    const status = fc.constantFrom('triggered', 'repeated', 'resolved');
    fc.assert(
      fc.property(text, text, labels, status, (rule_name, summary, labels, status) => {
        const annotations = { summary, description: summary, runbook: `https://wiki.example/${rule_name.length}` };
        const notice: AlertNotice = { ...someNotice({ rule_name, annotations, status }), labels };
        for (const action of ['trigger', 'acknowledge', 'resolve'] as const) {
          expectValid(pagerDutyEvent(SENDER, action, notice));
        }
        expectValid(pagerDutyEvent(SENDER, 'trigger', { ...notice, fingerprint: 'f'.repeat(300) }));
      }),
    );
  });

  it('links to a runbook where it is a link', () => {
    const linksOf = (runbook: string) =>
      pagerDutyEvent(SENDER, 'trigger', someNotice({ annotations: { summary: 's', runbook } })).links;
    expect(linksOf('https://wiki.example/a')).to.deep.equal([{ href: 'https://wiki.example/a', text: 'Runbook' }]);
    expect(linksOf('page 7')).to.deep.equal([]);
  });

  it('is refused with options that do not fit', () => {
    expect(() => pagerDuty({ routingKey: 'planted-key' }))
      .to.throw(
        TypeError,
        'option "routingKey" must be the integration key, 32 letters and digits; it is something else',
      )
      .with.property('message')
      .that.does.not.include('planted');
    expect(() => pagerDuty({ routingKey: KEY, url: 'http://events.example/' })).to.throw(TypeError, 'use https:');
    expect(pagerDuty({ routingKey: KEY, url: 'https://events.eu.pagerduty.com/v2/enqueue' }).name).to.equal(
      'pagerduty',
    );
    expect(pagerDuty({ routingKey: KEY }).name).to.equal('pagerduty');
  });

  it('posts to PagerDuty itself when nothing else is said', async () => {
    const urls: string[] = [];
    const channel = pagerDuty({
      routingKey: KEY,
      post: async ({ url, allowPrivate }) => {
        urls.push(`${url.href} ${allowPrivate}`);
        return { status: 202, retryAfter: undefined, text: '' };
      },
    });
    await channel.deliver([someNotice()], never);
    expect(urls).to.deep.equal(['https://events.pagerduty.com/v2/enqueue false']);
  });
});
