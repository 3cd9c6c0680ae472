import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type ForeignProgram, missing, startProgram } from '../../../../server/test/monitoring/foreign-program.ts';
import { alertmanager } from '../../../src/alerts/channels/alertmanager.ts';
import { type WebhookBody, webhookBody } from '../../../src/alerts/channels/webhook-body.ts';
import { someNotice } from '../notify/some-notice.ts';
import { failureOf, never, type Receiver, startReceiver } from './receiver.ts';

const PROGRAM = 'prometheus-alertmanager';

interface GettableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly status: { readonly state: string };
}

describe('an Alertmanager channel, at a real Alertmanager', () => {
  let folder = '';
  let receiver: Receiver;
  let program: ForeignProgram;
  const closers: (() => Promise<unknown>)[] = [];

  before(async function () {
    const reason = missing(PROGRAM);
    if (reason !== undefined) {
      console.log(`    (${reason}: no Alertmanager was told)`);
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'callsheet-alertmanager-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    receiver = await startReceiver();
    closers.push(() => receiver.close());
    await writeFile(join(folder, 'am.yml'), configuration(receiver.port));
    program = await startProgram(PROGRAM, argumentsFor, folder);
    closers.push(() => program.stop());
  });
  after(async () => {
    for (const close of closers.reverse()) await close();
  });

  const alerts = async () => (await program.get('/api/v2/alerts')) as readonly GettableAlert[];
  const channel = () =>
    alertmanager({ url: program.url, allowPrivate: true, externalUrl: 'https://gateway.example/alerts' });

  it('is believed: the alert is there, is delivered, is resolved, and is delivered', async () => {
    // Alertmanager looks at its own clock.
    const startsAt = Date.now();
    const mine = channel();
    await mine.deliver([someNotice({ startsAt, timestamp: startsAt })], never);
    const [shown = expect.fail('the alert is not there'), ...others] = await alerts();
    expect(others).to.deep.equal([]);
    expect(shown.labels).to.deep.equal({ alertname: 'high_error_rate', severity: 'warning', tool: 'create_video' });
    expect(shown.annotations).to.deep.include({ summary: '12 errors in 300 s', value: '12', condition: '> 10' });
    expect(Date.parse(shown.startsAt)).to.equal(startsAt);
    expect(Date.parse(shown.endsAt)).to.be.above(startsAt + 200_000);
    await receiver.until(1);
    expect((receiver.json() as WebhookBody).status).to.equal('firing');

    const over = Date.now();
    await mine.deliver([someNotice({ status: 'resolved', startsAt, endsAt: over, timestamp: over })], never);
    await receiver.until(2);
    const body = receiver.json() as WebhookBody;
    expect(body).to.include({ status: 'resolved', version: '4' });
    expect(body.alerts[0]?.labels).to.deep.equal(shown.labels);
    expect(await alerts()).to.deep.equal([]);
    mine.close?.();
  });

  it('sends the same members as we do to webhooks', () => {
    const theirs = receiver.json() as WebhookBody;
    const ours = webhookBody('us', '', [someNotice()]);
    const shape = (value: object) =>
      Object.entries(value)
        .map(([name, member]) => `${name}: ${typeof member}`)
        .sort();
    expect(shape(ours)).to.deep.equal(shape(theirs));
    expect(shape(ours.alerts[0] ?? {})).to.deep.equal(shape(theirs.alerts[0] ?? {}));
  });

  it('hears why it was refused', async () => {
    const failure = await failureOf(channel().deliver([{ ...someNotice(), labels: {} }], never));
    expect(failure).to.have.property('message').that.includes('HTTP status 400');
    expect(failure).to.have.property('retryable', false);
  });
});

function argumentsFor(address: string): readonly string[] {
  return [
    '--config.file=am.yml',
    '--storage.path=data',
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
  ];
}

function configuration(port: number): string {
  return [
    'route: { receiver: us, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }',
    `receivers: [{ name: us, webhook_configs: [{ url: 'http://127.0.0.1:${port}/', send_resolved: true }] }]`,
  ].join('\n');
}
