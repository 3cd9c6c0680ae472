import { inspect } from 'node:util';
import { expect } from 'chai';
import { alertmanager } from '../../../src/alerts/channels/alertmanager.ts';
import { pagerDuty } from '../../../src/alerts/channels/pagerduty.ts';
import { slack } from '../../../src/alerts/channels/slack.ts';
import { webhook } from '../../../src/alerts/channels/webhook.ts';
import { DeliveryError } from '../../../src/alerts/notify/channel.ts';
import { someNotice } from '../notify/some-notice.ts';
import { TurnedClock } from '../notify/turned-clock.ts';
import { failureOf, never, useReceivers } from './receiver.ts';

describe('a channel that posts', () => {
  const start = useReceivers();

  it('says whether trying again can help', async () => {
    const expected: [number, boolean, string][] = [
      [301, false, 'it redirects (HTTP status 301), which is not followed; give the URL it redirects to'],
      [400, false, 'it answered with HTTP status 400 and "invalid_blocks"; check its URL and its settings'],
      [404, false, 'it answered with HTTP status 404 and "invalid_blocks"; check its URL and its settings'],
      [408, true, 'it answered with HTTP status 408 and "invalid_blocks"; it is tried again'],
      [429, true, 'it answered with HTTP status 429 and "invalid_blocks"; it is tried again'],
      [500, true, 'it answered with HTTP status 500 and "invalid_blocks"; it is tried again'],
    ];
    for (const [status, retryable, why] of expected) {
      const receiver = await start((response) =>
        response.writeHead(status, { 'retry-after': '2' }).end('invalid_blocks'),
      );
      const channel = webhook({ url: `http://127.0.0.1:${receiver.port}/`, allowPrivate: true });
      const failure = await failureOf(channel.deliver([someNotice()], never));
      expect(failure).to.be.instanceOf(DeliveryError);
      expect(failure).to.include({ retryable, retryAfterMs: retryable ? 2_000 : undefined });
      expect(failure).to.have.property('message', `Cannot deliver to the channel "webhook": ${why}`);
    }
  });

  it('gives up after ten seconds', async () => {
    const clock = new TurnedClock();
    const receiver = await start(() => undefined);
    const channel = webhook({ url: `http://127.0.0.1:${receiver.port}/`, allowPrivate: true, clock });
    const failure = failureOf(channel.deliver([someNotice()], never));
    await receiver.until(1);
    await clock.advance(10_000);
    expect(await failure)
      .to.have.property('message')
      .that.includes('it took longer than 10000 ms; it is tried again');
    expect(clock.pending).to.equal(0);
  });

  it('ends when it is told to', async () => {
    const receiver = await start(() => undefined);
    const channel = webhook({ url: `http://127.0.0.1:${receiver.port}/`, allowPrivate: true });
    const abort = new AbortController();
    const failure = failureOf(channel.deliver([someNotice()], abort.signal));
    await receiver.until(1);
    abort.abort();
    expect(await failure)
      .to.have.property('message')
      .that.includes('it was given up');
  });

  it('says that nobody is there', async () => {
    const receiver = await start();
    await receiver.close();
    const channel = webhook({ url: `http://127.0.0.1:${receiver.port}/`, allowPrivate: true });
    const failure = await failureOf(channel.deliver([someNotice()], never));
    expect(failure).to.be.instanceOf(DeliveryError).with.property('retryable', true);
    expect(failure).to.have.property('message').that.includes('the connection failed (ECONNREFUSED)');
  });

  it('is refused where its name leads inside', async () => {
    const channel = webhook({ url: 'http://localhost:1/' });
    const failure = await failureOf(channel.deliver([someNotice()], never));
    expect(failure).to.be.instanceOf(DeliveryError).with.property('retryable', false);
    expect(failure).to.have.property('message').that.includes('not public; set allowPrivate');
  });

  it('tells no secret, whatever the other side answers with', async () => {
    const receiver = await start((response, { path, headers, body }) => {
      response.writeHead(500).end(`${path} ${JSON.stringify(headers)} ${body}`.slice(0, 2_000));
    });
    const url = `http://127.0.0.1:${receiver.port}/services/T00000001/B00000002/planted-path-secret?auth=planted-query-secret`;
    const headers = { authorization: 'planted-header-secret' };
    const key = 'plantedroutingkey000000000000000';
    const channels = [
      slack({ url, allowPrivate: true }),
      webhook({ url, allowPrivate: true, secret: 'planted-signing-secret', headers }),
      alertmanager({ url, allowPrivate: true, headers }),
      pagerDuty({ url, allowPrivate: true, routingKey: key }),
    ];
    for (const channel of channels) {
      const failure = await failureOf(channel.deliver([someNotice()], never));
      expect(failure, channel.name).to.be.instanceOf(DeliveryError);
      expect(inspect(failure, { depth: 9 }), channel.name).to.not.match(/planted|B00000002/);
      expect(failure).to.have.property('message').that.includes('HTTP status 500');
      expect(inspect(channel, { depth: 9, showHidden: true }), channel.name).to.not.include('planted');
    }
  });
});
