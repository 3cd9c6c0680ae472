import { expect } from 'chai';
import { verifyWebhook } from '../../../src/alerts/channels/signature.ts';
import { webhook } from '../../../src/alerts/channels/webhook.ts';
import { itsEnd, noticeOf, someNotice } from '../notify/some-notice.ts';
import { TurnedClock } from '../notify/turned-clock.ts';
import { never, useReceivers } from './receiver.ts';

const SECRET = 'whsec-0123456789abcdef';

describe('a webhook channel', () => {
  const start = useReceivers();

  it('posts the body of Alertmanager, version 4', async () => {
    const receiver = await start();
    const channel = webhook({
      url: `http://127.0.0.1:${receiver.port}/hook`,
      allowPrivate: true,
      externalUrl: 'https://gateway.example/alerts',
    });
    const runbook = 'https://wiki.example/errors';
    const notice = someNotice({ annotations: { summary: '12 errors', description: 'too many', runbook } });
    await channel.deliver([notice], never);
    const annotations = {
      summary: '12 errors',
      description: 'too many',
      runbook_url: runbook,
      metric: 'mcp.operations.error',
      value: '12',
      condition: '> 10',
    };
    const labels = { tool: 'create_video', alertname: 'high_error_rate', severity: 'warning' };
    expect(receiver.json()).to.deep.equal({
      version: '4',
      groupKey: '{}:{alertname="high_error_rate"}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'webhook',
      groupLabels: { alertname: 'high_error_rate' },
      commonLabels: labels,
      commonAnnotations: annotations,
      externalURL: 'https://gateway.example/alerts',
      alerts: [
        {
          status: 'firing',
          labels,
          annotations,
          startsAt: '2026-11-21T13:30:00.000Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'https://gateway.example/alerts',
          fingerprint: notice.fingerprint,
        },
      ],
    });
    expect(receiver.received[0]?.headers)
      .to.include({ 'content-type': 'application/json' })
      .and.not.have.property('x-signature');
  });

  it('says what several have in common, and that one still fires', async () => {
    const receiver = await start();
    const channel = webhook({ url: `http://127.0.0.1:${receiver.port}/`, allowPrivate: true, name: 'pages' });
    await channel.deliver([itsEnd(), someNotice({ labels: { tool: 'mix' }, status: 'repeated' })], never);
    expect(receiver.json()).to.deep.include({
      status: 'firing',
      receiver: 'pages',
      commonLabels: { alertname: 'high_error_rate', severity: 'warning' },
      externalURL: '',
    });
    await channel.deliver([itsEnd(), noticeOf('other', { status: 'resolved', endsAt: 1 })], never);
    expect(receiver.json()).to.deep.include({ status: 'resolved', groupKey: '{}:{}', groupLabels: {} });
    expect(receiver.json()).to.have.nested.property('alerts[0].endsAt', '2026-11-21T13:30:30.000Z');
  });

  it('posts each rule by itself', () => {
    const { groupOf } = webhook({ url: 'https://hooks.example/' });
    expect(groupOf?.(someNotice())).to.equal('high_error_rate');
  });

  it('signs what it posts, and sends the headers it was given', async () => {
    const receiver = await start();
    const clock = new TurnedClock();
    const channel = webhook({
      url: `http://127.0.0.1:${receiver.port}/`,
      allowPrivate: true,
      secret: SECRET,
      headers: { authorization: 'Bearer abc' },
      clock,
    });
    await channel.deliver([someNotice()], never);
    const [{ headers, body } = expect.fail('nothing came')] = receiver.received;
    const header = String(headers['x-signature']);
    expect(verifyWebhook({ header, body, secret: SECRET, now: clock.now() })).to.equal(true);
    expect(headers.authorization).to.equal('Bearer abc');
  });

  it('says where nothing could be measured', async () => {
    const receiver = await start();
    const channel = webhook({ url: `http://127.0.0.1:${receiver.port}/`, allowPrivate: true });
    await channel.deliver([someNotice({ value: Number.NaN })], never);
    expect(receiver.json()).to.have.nested.property('alerts[0].annotations.value', 'NaN');
  });

  it('is refused with options that do not fit, and the URL is not quoted', () => {
    const url = 'https://hooks.example/secret-path';
    const sentences: [object, string][] = [
      [{}, 'option "url" must be an http or https URL of at most 2048 characters; it is missing'],
      [{ url: 'secret-path' }, 'option "url" must be an http or https URL'],
      [{ url: 'ftp://hooks.example/secret-path' }, 'the option "url" has the scheme "ftp:"; use https: or http:'],
      [{ url: 'https://u:secret-path@hooks.example/' }, 'holds a user name or password'],
      [{ url: `${url}\t` }, 'holds spaces, backslashes or invisible characters'],
      [{ url: 'http://127.0.0.1/secret-path' }, 'not public; set allowPrivate to true if that is meant'],
      [{ url: 'http://[::1]/secret-path' }, 'not public; set allowPrivate to true if that is meant'],
      [{ url: 'http://0x7f000001/secret-path' }, 'not public; set allowPrivate to true if that is meant'],
      [{ url, secret: 'secret-path' }, 'option "secret" must be a text of 16 to 1024 characters; it is something else'],
      [{ url, headers: { 'x-signature': 'secret-path' } }, 'option "headers" must be'],
      [{ url, headers: { 'x-a': 'secret-path\r\nx-b: c' } }, 'option "headers" must be'],
      [{ url, headers: { 'x a': 'secret-path' } }, 'option "headers" must be'],
      [{ url, headers: ['secret-path'] }, 'option "headers" must be'],
      [{ url, externalUrl: '' }, 'option "externalUrl" must be'],
    ];
    for (const [options, sentence] of sentences) {
      expect(() => webhook(options as { url: string }), sentence)
        .to.throw(TypeError, sentence)
        .with.property('message')
        .that.does.not.include('secret-path');
    }
  });
});
