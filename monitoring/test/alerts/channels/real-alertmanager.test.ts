import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { alertmanager } from '../../../src/alerts/channels/alertmanager.ts';
import type { WebhookBody } from '../../../src/alerts/channels/webhook-body.ts';
import { alertNotice } from '../../../src/alerts/notify/notice.ts';
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
  let program: ChildProcess;
  let base = '';

  before(async function () {
    this.timeout(30_000);
    if (!isInstalled()) {
      console.log(`skipped: ${PROGRAM} is not installed on this machine`);
      this.skip();
    }
    receiver = await startReceiver();
    folder = mkdtempSync(join(tmpdir(), 'callsheet-alertmanager-'));
    writeFileSync(join(folder, 'am.yml'), configuration(receiver.port));
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    program = spawn(
      PROGRAM,
      [
        `--config.file=${join(folder, 'am.yml')}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ],
      { stdio: 'ignore' },
    );
    await until(async () => (await fetch(`${base}/-/ready`)).ok);
  });
  after(async () => {
    if (folder === '') return;
    const ended = once(program, 'exit');
    program.kill('SIGKILL');
    await ended;
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const alerts = async (): Promise<readonly GettableAlert[]> =>
    (await (await fetch(`${base}/api/v2/alerts`)).json()) as readonly GettableAlert[];
  const channel = () => alertmanager({ url: base, allowPrivate: true, externalUrl: 'https://gateway.example/alerts' });

  it('is believed: the alert is there, is delivered, is resolved, and is delivered', async function () {
    this.timeout(30_000);
    const startsAt = Date.now();
    const facts = {
      rule_name: 'high_error_rate',
      metric: 'mcp.operations.error',
      value: 12,
      condition: '> 10',
      severity: 'warning',
      labels: { tool: 'create_video' },
      annotations: { summary: '12 errors in 300 s' },
      startsAt,
      timestamp: startsAt,
    } as const;
    const mine = channel();
    await mine.deliver([alertNotice({ ...facts, status: 'triggered' })], never);
    const [shown = expect.fail('the alert is not there'), ...others] = await alerts();
    expect(others).to.deep.equal([]);
    expect(shown.labels).to.deep.equal({ alertname: 'high_error_rate', severity: 'warning', tool: 'create_video' });
    expect(shown.annotations).to.deep.include({ summary: '12 errors in 300 s', value: '12', condition: '> 10' });
    expect(Date.parse(shown.startsAt)).to.equal(startsAt);
    expect(Date.parse(shown.endsAt)).to.be.above(startsAt + 200_000);
    await receiver.until(1);
    expect((receiver.json() as WebhookBody).status).to.equal('firing');

    const over = Date.now();
    await mine.deliver([alertNotice({ ...facts, status: 'resolved', endsAt: over, timestamp: over })], never);
    await receiver.until(2);
    const body = receiver.json() as WebhookBody;
    expect(body).to.include({ status: 'resolved', version: '4' });
    expect(body.alerts[0]?.labels).to.deep.equal(shown.labels);
    expect(await alerts()).to.deep.equal([]);
    mine.close?.();
  });

  it('sends the same members as it does to webhooks', async () => {
    const { webhookBody } = await import('../../../src/alerts/channels/webhook-body.ts');
    const theirs = receiver.json() as WebhookBody;
    const notice = alertNotice({
      ...{ rule_name: 'a', metric: 'm', value: 1, condition: '> 0', severity: 'info', status: 'triggered' },
      ...{ labels: {}, annotations: { summary: 's' }, startsAt: 0, timestamp: 0 },
    } as const);
    const ours = webhookBody('r', '', [notice]);
    expect(Object.keys(ours).sort()).to.deep.equal(Object.keys(theirs).sort());
    expect(Object.keys(ours.alerts[0] ?? {}).sort()).to.deep.equal(Object.keys(theirs.alerts[0] ?? {}).sort());
    const kinds = (body: WebhookBody) =>
      Object.fromEntries(Object.entries(body).map(([name, value]) => [name, typeof value]));
    expect(kinds(ours)).to.deep.equal(kinds(theirs));
  });

  it('hears why it was refused', async () => {
    const noName = {
      ...alertNotice({
        ...{ rule_name: '', metric: 'm', value: 1, condition: '> 0', severity: 'info', status: 'triggered' },
        ...{ labels: {}, annotations: { summary: 's' }, startsAt: 0, timestamp: 0 },
      } as const),
      labels: {},
    };
    const failure = await failureOf(channel().deliver([noName], never));
    expect(failure).to.have.property('message').that.includes('HTTP status 400');
    expect(failure).to.have.property('retryable', false);
  });
});

function isInstalled(): boolean {
  try {
    execFileSync(PROGRAM, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function configuration(port: number): string {
  return [
    'route: { receiver: us, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }',
    `receivers: [{ name: us, webhook_configs: [{ url: 'http://127.0.0.1:${port}/', send_resolved: true }] }]`,
  ].join('\n');
}

/** A port nobody has now: the program cannot be asked which one it took. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Another program's state, which tells nobody when it changes. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 400; look += 1) {
    if (await isSo().catch(() => false)) return;
    await pause(50);
  }
  expect.fail('Alertmanager did not become ready');
}
