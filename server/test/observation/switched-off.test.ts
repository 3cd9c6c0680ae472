import { channel } from 'node:diagnostics_channel';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHANNELS } from '@callsheet/protocol';
import { expect } from 'chai';
import { watchedGateways } from './watched-gateway.ts';

const OFF = `
[metrics]
enabled = false
[tracing]
enabled = false
[log]
events = false
metrics = false
`;

/** Channels somebody listens to. */
const heard = (): string[] => Object.values(CHANNELS).filter((name) => channel(name).hasSubscribers);

describe('a gateway that measures nothing', () => {
  const open = watchedGateways();

  it('serves as ever, and nobody listens to what it does', async () => {
    const { gateway, as, dataDir } = await open(`${OFF}[audit]\nenabled = false\n[tools]\ndiagnostics = true\n`);
    expect(heard()).to.deep.equal([]);
    const admin = as('admin');
    const call = await admin.ask('tools/call', { name: 'diagnostics_echo', arguments: { value: 'hello' } });
    expect(call.result, JSON.stringify(call)).to.have.property('structuredContent');
    expect((await admin.ask('server/health')).result).to.include({ status: 'ok' });
    expect((await fetch(`${gateway.httpUrl}/metrics`)).status).to.equal(404);
    expect(existsSync(join(dataDir, 'logs'))).to.equal(false);
    expect(existsSync(join(dataDir, 'alerts.json'))).to.equal(false);
  });

  it('says of each method what it would take, and knows no such topics', async () => {
    const { as } = await open(OFF);
    const admin = as('admin');
    const matchers = [{ label: 'alertname', value: 'x' }];
    for (const [method, params, setting] of [
      ['metrics/snapshot', {}, 'metrics.enabled'],
      ['metrics/query', { metric: 'mcp.operations.started.rate' }, 'metrics.enabled'],
      ['metrics/top', {}, 'metrics.enabled'],
      ['alerts/list', {}, 'alerts.enabled'],
      ['alerts/ack', { alert: 'x' }, 'alerts.enabled'],
      ['alerts/silence', { matchers, minutes: 1 }, 'alerts.enabled'],
      ['alerts/unsilence', { silence: 'x' }, 'alerts.enabled'],
      ['alerts/test', { channel: 'log' }, 'alerts.enabled'],
      ['traces/list', {}, 'tracing.enabled'],
    ] as const) {
      const { error } = await admin.ask(method, params);
      expect(error, method).to.have.nested.property('data.name', 'NOT_IMPLEMENTED');
      expect(error.message, method).to.include(setting);
    }
    for (const topic of ['metrics', 'alerts']) {
      const { error } = await admin.ask('events/subscribe', { topic });
      expect(error, topic).to.have.nested.property('data.name', 'NOT_FOUND');
    }
  });

  it('may measure and judge nothing, trace and not measure, or keep files alone', async () => {
    const measuring = await open('[alerts]\nenabled = false\n');
    expect((await measuring.as('admin').ask('metrics/snapshot')).result).to.be.an('object');
    expect((await measuring.as('admin').ask('alerts/list')).error.message).to.include('alerts.enabled');
    const tracing = await measuring.restart('[metrics]\nenabled = false\n[log]\nevents = false\nmetrics = false\n');
    expect((await tracing.as('admin').ask('traces/list')).result).to.deep.equal({ traces: [] });
    const writing = await tracing.restart('[metrics]\nenabled = false\n[tracing]\nenabled = false\n');
    await writing.as('admin').ask('ping');
    const file = join(writing.dataDir, 'logs', 'events.jsonl');
    expect(existsSync(file)).to.equal(true);
    const started = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"gateway.started"'));
    expect(started).to.not.deep.equal([]);
  });
});

describe('a gateway that cannot start', () => {
  const open = watchedGateways();

  for (const [what, toml, says] of [
    [
      'a rule',
      '[alerts.rules.mine]\nmetric = "mcp.no.such"\ncondition = "> 1"\n',
      /\[alerts\.rules\.mine\].*"mcp\.no\.such"/,
    ],
    [
      'a rule that looks less far than it is judged',
      '[alerts]\nevery_s = 60\n[alerts.rules.mine]\nmetric = "mcp.operations.error"\ncondition = "> 1"\nduration_s = 30\n',
      /alert rule "mine".*longer duration/,
    ],
    ['a channel', '[alerts.channels.people]\ntype = "slack"\n', /\[alerts\.channels\.people\]: give its "url"/],
    ['an objective', '[alerts]\navailability = "100"\n', /objective "availability"/],
  ] as const) {
    it(`for ${what} says why, and leaves nobody behind who listens`, async () => {
      const error = await open(toml).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(Error).with.property('message').that.matches(says);
      expect(heard()).to.deep.equal([]);
      const { as } = await open();
      expect((await as('admin').ask('ping')).result).to.deep.equal({});
    });
  }
});
