import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS, type JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { OtlpReceiver } from '../../../monitoring/test/trace/otlp-receiver.ts';
import { Caller } from './caller.ts';
import { type Asked, HostileWorker, toolRow, WORKER_KEYS } from './hostile-worker.ts';
import { ADMIN, BOB, type Target, useTarget, writtenBy } from './target.ts';

const FAILED = {
  metric: 'mcp_tools_calls_total',
  condition: '> 0',
  // Long enough to be reminded of, however late a judgement comes.
  duration_s: 10,
  cooldown_s: 1,
  by: ['tool', 'status'],
};

describe('attacks on what the gateway tells of itself', () => {
  let collector: OtlpReceiver;
  before(async () => {
    collector = await OtlpReceiver.open();
  });
  after(() => collector.close());
  const target = useTarget(() => ({
    auth: { admin_key: ADMIN, api_keys: { bob: { key: BOB, role: 'user' }, ...WORKER_KEYS } },
    log: { level: 'trace', calls_alone_per_s: 1, metrics_every_s: 1 },
    tracing: { sample: '100', endpoint: collector.url },
    alerts: { every_s: 1, rules: { failed: FAILED } },
  }));

  const planted: { readonly where: string; readonly text: string }[] = [];
  const secret = (where: string): string => {
    const text = `sk-proj-${randomBytes(20).toString('hex')}`;
    planted.push({ where, text });
    return text;
  };
  let worker: HostileWorker;
  let bob: Caller;
  let admin: Caller;

  before('secrets are planted wherever a caller or a worker can say something', async () => {
    const tools = [toolRow('speak'), toolRow('film', { execution: 'job' })];
    worker = await HostileWorker.serving(target(), tools, { name: secret('name of a worker') });
    bob = await Caller.open(target(), { key: BOB });
    admin = await Caller.open(target(), { key: ADMIN });
    await plantInCalls();
    await plantInJob();
    await bob.ask(secret('name of a method'));
    for (let call = 0; call < 20; call++) await bob.call(secret('name of a tool'));
  });

  async function plantInCalls(): Promise<void> {
    await asking('argument', ({ id }) => {
      const message = secret('sentence of an error');
      const details = { password: secret('details of an error') };
      worker.refuse(id, { code: -32_000, message, data: { name: secret('name of an error'), details } });
    });
    const exchange = { outcome: 'ok', afterMs: 0, durationMs: 1, costUsd: 1 };
    await asking('another argument', ({ id }) => {
      const named = { provider: secret('provider'), operation: secret('operation'), model: secret('model') };
      const observed = { providers: [{ ...exchange, ...named, quota: { [secret('quota')]: 0.05 } }] };
      worker.socket.send({ jsonrpc: '2.0', id, result: { structuredContent: 'spoken', _meta: { observed } } });
    });
  }

  async function asking(where: string, answer: (asked: Asked) => void): Promise<void> {
    const spoken = bob.call('speak', { text: secret(where) });
    answer(await worker.asked());
    await spoken;
  }

  async function plantInJob(): Promise<void> {
    const events = await Caller.open(target(), { key: BOB });
    const { result } = await events.ask('jobs/submit', {
      name: 'film',
      arguments: { text: secret('argument of a job') },
    });
    const { id } = await worker.asked();
    const progress = (share: number, stage: string, message = ''): void =>
      worker.socket.send({
        ...{ jsonrpc: '2.0', method: 'notifications/progress' },
        params: { progressToken: id, progress: share, stage, message },
      });
    progress(0.1, secret('stage'), secret('message of progress'));
    await until(async () => (await events.ask('jobs/get', { jobId: result.jobId })).result.progress === 0.1);
    progress(0.2, 'next');
    await until(async () => (await events.ask('jobs/get', { jobId: result.jobId })).result.progress === 0.2);
    const { code } = ERRORS.TOOL_FAILED;
    worker.refuse(id, { code, message: secret('error of a job'), data: { name: 'TOOL_FAILED', retryable: false } });
    await until(async () => (await events.ask('jobs/get', { jobId: result.jobId })).result.status === 'failed');
    events.cut();
  }

  async function until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  const survivors = (written: string): string[] =>
    planted.filter(({ text }) => written.includes(text.slice(-20))).map(({ where }) => where);
  const file = ({ folder }: Target, name: string): string => readFileSync(join(folder, 'data', name), 'utf8');
  const page = async (path = '/metrics', accept = 'text/plain'): Promise<string> =>
    (await fetch(`${target().httpUrl}${path}`, { headers: { accept } })).text();

  it('read none of them in a page of metrics, whatever the format', async () => {
    const text = await page();
    expect(text).to.contain('mcp_job_duration_seconds_count{kind="film",stage="other"} 1');
    expect(text).to.match(/mcp_provider_requests_total\{provider="other"/);
    for (const accept of ['text/plain', 'application/openmetrics-text', 'application/vnd.google.protobuf']) {
      expect(survivors(await page('/metrics', accept)), accept).to.deep.equal([]);
    }
  });

  it('read none of them in what operators are shown', async () => {
    await until(async () => JSON.stringify(await admin.ask('alerts/list')).includes('"firing"'));
    for (const [method, params] of [
      ['metrics/snapshot', {}],
      ['metrics/top', {}],
      ['traces/list', { limit: 500 }],
      ['alerts/list', {}],
      ['services/list', {}],
    ] as const) {
      const { result } = await admin.ask(method, params);
      expect(JSON.stringify(result).length, method).to.be.greaterThan(100);
      expect(survivors(JSON.stringify(result)), method).to.deep.equal([]);
    }
  });

  it('read none of them in the files of lines, the state of alerts and the log', async () => {
    await until(async () => file(target(), 'logs/events.jsonl').includes('"alert.firing"'));
    await until(async () => file(target(), 'logs/metrics.jsonl').includes('"calls":'));
    for (const name of ['logs/events.jsonl', 'logs/metrics.jsonl', 'alerts.json']) {
      expect(survivors(file(target(), name)), name).to.deep.equal([]);
    }
    expect(writtenBy(target())).to.contain('"msg":');
    expect(survivors(writtenBy(target()))).to.deep.equal([]);
  });

  it('read none of them in spans that are exported', async () => {
    const names = (): string[] => collector.requests.flatMap(({ spans }) => spans.map(({ name }) => name));
    await until(async () => names().includes('stage _OTHER'));
    expect(names()).to.include('tools/call speak');
    expect(survivors(JSON.stringify(collector.requests))).to.deep.equal([]);
  });

  it('end it with no label they silence', async () => {
    for (const label of ['constructor', '__proto__', 'toString']) {
      const matchers = [
        { label, operator: '=~', value: '.*' },
        { label: 'alertname', value: 'nothing' },
      ];
      const silence: JsonObject = (await admin.ask('alerts/silence', { matchers, minutes: 5 })).result;
      expect(silence.id, label).to.match(/^sil_/);
    }
    const since = (await admin.ask('alerts/list')).result;
    expect(JSON.stringify(since)).to.contain('"silencedBy":[]');
    // Judged again, with somebody to tell.
    const failing = bob.call('speak');
    worker.refuse((await worker.asked()).id, { code: -32_000, message: 'no' });
    await failing;
    const told = (): number => file(target(), 'logs/events.jsonl').split('"alert.reminder"').length;
    const before = told();
    await until(async () => told() > before);
    expect((await admin.ask('ping')).error).to.equal(undefined);
  });
});
