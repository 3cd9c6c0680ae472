import { expect } from 'chai';
import { keptLog } from '../../../../server/test/kept-log.ts';
import { type AlertmanagerOptions, alertmanager } from '../../../src/alerts/channels/alertmanager.ts';
import type { PostRequest } from '../../../src/alerts/channels/post.ts';
import { itsEnd, someNotice } from '../notify/some-notice.ts';
import { TurnedClock } from '../notify/turned-clock.ts';
import { never } from './receiver.ts';

function recorded(options: Partial<AlertmanagerOptions> = {}, status = () => 200) {
  const clock = new TurnedClock();
  const requests: PostRequest[] = [];
  const channel = alertmanager({
    url: 'http://alerts.example:9093',
    clock,
    post: async (request) => {
      requests.push(request);
      return { status: status(), retryAfter: undefined, text: '' };
    },
    ...options,
  });
  const bodies = () => requests.map(({ body }) => JSON.parse(body));
  return { clock, channel, requests, bodies };
}

describe('an Alertmanager channel', () => {
  it('posts alerts that end by themselves unless they are sent again', async () => {
    const { channel, requests, bodies } = recorded({ externalUrl: 'https://gateway.example/alerts' });
    await channel.deliver([someNotice()], never);
    expect(requests[0]?.url.href).to.equal('http://alerts.example:9093/api/v2/alerts');
    expect(bodies()[0]).to.deep.equal([
      {
        labels: { tool: 'create_video', alertname: 'high_error_rate', severity: 'warning' },
        annotations: {
          summary: '12 errors in 300 s',
          metric: 'mcp.operations.error',
          value: '12',
          condition: '> 10',
        },
        startsAt: '2026-11-21T13:30:00.000Z',
        endsAt: '2026-11-21T13:34:00.000Z',
        generatorURL: 'https://gateway.example/alerts',
      },
    ]);
    channel.close?.();
  });

  it('sends them again with a later end, and at last with their own', async () => {
    const { channel, clock, bodies } = recorded({ resendMs: 30_000 });
    await channel.deliver([someNotice()], never);
    await clock.advance(60_000);
    await channel.deliver([itsEnd()], never);
    await clock.advance(600_000);
    expect(bodies().map(([{ endsAt }]) => endsAt)).to.deep.equal([
      '2026-11-21T13:32:00.000Z',
      '2026-11-21T13:32:30.000Z',
      '2026-11-21T13:33:00.000Z',
      '2026-11-21T13:30:30.000Z',
    ]);
  });

  it('is never over before it began', async () => {
    const { channel, bodies } = recorded();
    await channel.deliver([itsEnd({ endsAt: 0 })], never);
    expect(bodies()[0][0].endsAt).to.equal('2026-11-21T13:30:00.000Z');
  });

  it('has not begun later than it ends: Alertmanager would refuse whatever it came with', async () => {
    const { channel, clock, bodies } = recorded();
    await channel.deliver([someNotice({ startsAt: clock.now() + 3_600_000 })], never);
    const [{ startsAt, endsAt }] = bodies()[0];
    expect(startsAt).to.equal(endsAt);
    channel.close?.();
  });

  it('says in the log that sending again failed', async () => {
    const log = keptLog();
    let status = 200;
    const { channel, clock } = recorded({ log }, () => status);
    await channel.deliver([someNotice()], never);
    status = 503;
    await clock.advance(60_000);
    expect(log.lines).to.deep.equal([
      'Cannot deliver to the channel "alertmanager": it answered with HTTP status 503; it is tried again',
    ]);
    channel.close?.();
  });

  it('finds the API wherever it stands', async () => {
    const paths: [string, string][] = [
      ['https://a.example', '/api/v2/alerts'],
      ['https://a.example/', '/api/v2/alerts'],
      ['https://a.example/prefix/', '/prefix/api/v2/alerts'],
      ['https://a.example/prefix/api/v2/alerts', '/prefix/api/v2/alerts'],
    ];
    for (const [url, path] of paths) {
      const { channel, requests } = recorded({ url });
      await channel.deliver([itsEnd()], never);
      expect(requests[0]?.url.pathname, url).to.equal(path);
    }
  });

  it('is refused with options that do not fit', () => {
    expect(() => recorded({ resendMs: 20_000 })).to.throw(
      TypeError,
      'option "resendMs" must be a whole number of milliseconds, 30000 to 180000; it is 20000',
    );
    expect(() => recorded({ url: 'http://10.0.0.7:9093' })).to.throw(TypeError, 'set allowPrivate to true');
    expect(recorded({ url: 'http://10.0.0.7:9093', allowPrivate: true }).channel.name).to.equal('alertmanager');
  });
});
