import { expect } from 'chai';
import { FakeClock } from '../../server/test/fake-clock.ts';
import { keptLog } from '../../server/test/kept-log.ts';
import { type AlertingOptions, openAlerting } from '../src/alerting.ts';
import type { AlertNotice } from '../src/alerts/notify/notice.ts';
import { alertRule } from '../src/alerts/rule.ts';
import { defineGauge } from '../src/catalogue/define.ts';
import type { GaugeFamily } from '../src/metrics/gauge-family.ts';
import { MetricRegistry } from '../src/metrics/registry.ts';

const RULE = alertRule({
  name: 'breaker_open',
  metric: 'mcp_breaker_state',
  where: { state: 'open' },
  by: ['breaker'],
  condition: '> 0',
  duration: 30,
  cooldown: 60,
  severity: 'critical',
  labels: { team: 'render' },
  summary: 'The breaker {{ $labels.breaker }} is open',
  runbook: 'https://runbooks.test/breaker',
});

/** A channel that keeps what it was told, and its word for what somebody looks after. */
class Told {
  readonly name = 'told';
  readonly notices: AlertNotice[] = [];
  readonly acknowledged: AlertNotice[] = [];

  async deliver(notices: readonly AlertNotice[]): Promise<void> {
    this.notices.push(...notices);
  }

  async acknowledge(notices: readonly AlertNotice[]): Promise<void> {
    this.acknowledged.push(...notices);
  }

  get statuses(): string[] {
    return this.notices.map(({ status }) => status);
  }
}

function open(options: Partial<AlertingOptions> = {}) {
  const clock = new FakeClock();
  const registry = new MetricRegistry();
  const breakers: GaugeFamily = defineGauge(registry, 'mcp_breaker_state');
  const log = keptLog();
  const told = new Told();
  let ids = 0;
  const alerting = openAlerting({
    ...{ registry, clock, log, rules: [RULE], channels: [told], routes: [], everyMs: 15_000 },
    ...{ random: () => 0.5, makeId: () => `sil_${++ids}`, groupMs: 1_000 },
    ...options,
  });
  /** Second by second, because what is delivered needs turns of its own. */
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  /** What waits is delivered until the hands reach the deadline. */
  const close = async (): Promise<void> => {
    const closed = alerting.close(2_000);
    await pass(3);
    await closed;
  };
  const breaker = (value: number): void => breakers.cell('gpu', 'open').set(value);
  const only = () => alerting.engine.list()[0]?.alerts[0] ?? expect.fail('there is no alert');
  const read = (name: string, ...labelValues: string[]): number | undefined =>
    [...(registry.family(name)?.series() ?? [])].find((one) => one.labelValues.join() === labelValues.join())?.value;
  return { alerting, clock, log, told, pass, close, breaker, only, read };
}

describe('rules that are judged, and people who are told', () => {
  it('tells that an alert fires, fires on and is over, with its times, and under one fingerprint', async () => {
    const { clock, told, pass, close, breaker, only } = open();
    breaker(1);
    await pass(15);
    const activeAt = clock.now();
    expect(only().state).to.equal('pending');
    expect(told.notices).to.deep.equal([]);
    await pass(32);
    expect(told.statuses).to.deep.equal(['triggered']);
    const { id, state } = only();
    expect(state).to.equal('firing');
    await pass(60);
    breaker(0);
    await pass(20);
    expect(told.statuses).to.deep.equal(['triggered', 'repeated', 'resolved']);
    const [first, again, over] = told.notices as [AlertNotice, AlertNotice, AlertNotice];
    expect(first).to.deep.equal({
      rule_name: 'breaker_open',
      metric: 'mcp_breaker_state',
      value: 1,
      condition: '> 0',
      severity: 'critical',
      status: 'triggered',
      labels: { alertname: 'breaker_open', severity: 'critical', breaker: 'gpu', team: 'render' },
      annotations: { summary: 'The breaker gpu is open', runbook: 'https://runbooks.test/breaker' },
      startsAt: activeAt,
      timestamp: activeAt + 30_000,
      fingerprint: id,
    });
    expect(again).to.deep.equal({ ...first, status: 'repeated', timestamp: activeAt + 90_000 });
    const endsAt = activeAt + 105_000;
    expect(over).to.deep.equal({ ...first, status: 'resolved', timestamp: endsAt, endsAt });
    await close();
  });

  it('tells who has a word for it that somebody looks after an alert, and reminds nobody until it is over', async () => {
    const { alerting, told, pass, close, breaker, only } = open();
    breaker(1);
    await pass(50);
    alerting.engine.acknowledge(only().id, 'key:ada', 'on it');
    await pass(300);
    expect(told.statuses).to.deep.equal(['triggered']);
    expect(told.acknowledged.map(({ fingerprint, status }) => [fingerprint, status])).to.deep.equal([
      [only().id, 'triggered'],
    ]);
    breaker(0);
    await pass(20);
    expect(told.statuses).to.deep.equal(['triggered', 'resolved']);
    await close();
  });

  it('tells nobody of what is silenced, and of what goes on afterwards that it began, not that it is repeated', async () => {
    const { alerting, clock, told, pass, close, breaker } = open();
    const matchers = [{ label: 'breaker', operator: '=', value: 'gpu' } as const];
    const { id } = alerting.engine.silence({ matchers, untilMs: clock.now() + 3_600_000, by: 'key:ada', comment: '' });
    breaker(1);
    await pass(200);
    expect(told.statuses).to.deep.equal([]);
    alerting.engine.endSilence(id);
    await pass(20);
    expect(told.statuses).to.deep.equal(['triggered']);
    await pass(70);
    expect(told.statuses).to.deep.equal(['triggered', 'repeated']);
    await close();
  });

  it('tells the end of what was told, also when it was silenced meanwhile', async () => {
    const { alerting, clock, told, pass, close, breaker } = open();
    breaker(1);
    await pass(50);
    const matchers = [{ label: 'alertname', operator: '=~', value: 'breaker_.*' } as const];
    alerting.engine.silence({ matchers, untilMs: clock.now() + 3_600_000, by: 'key:ada', comment: '' });
    await pass(100);
    breaker(0);
    await pass(20);
    expect(told.statuses).to.deep.equal(['triggered', 'resolved']);
    await close();
  });

  it('counts what fires, and what became of notices, from the start on', async () => {
    const failing = { name: 'failing', deliver: () => Promise.reject(new TypeError('never')) };
    const { alerting, pass, close, breaker, read } = open({ channels: [failing] });
    for (const severity of ['critical', 'warning', 'info']) {
      expect(read('mcp_alerts_firing', severity), severity).to.equal(0);
    }
    for (const outcome of ['sent', 'failed', 'dropped']) {
      expect(read('mcp_alert_notifications_total', 'failing', outcome), outcome).to.equal(0);
    }
    breaker(1);
    await pass(50);
    expect(read('mcp_alerts_firing', 'critical')).to.equal(1);
    await close();
    const [counts] = alerting.notifier.counts();
    expect((counts?.failed ?? 0) + (counts?.dropped ?? 0)).to.equal(1);
    expect(read('mcp_alert_notifications_total', 'failing', 'failed')).to.equal(counts?.failed);
    expect(read('mcp_alert_notifications_total', 'failing', 'dropped')).to.equal(counts?.dropped);
  });

  it('counts what arrived', async () => {
    const { pass, close, breaker, read } = open();
    breaker(1);
    await pass(50);
    breaker(0);
    await pass(20);
    expect(read('mcp_alert_notifications_total', 'told', 'sent')).to.equal(2);
    expect(read('mcp_alerts_firing', 'critical')).to.equal(0);
    await close();
  });

  it('delivers at the end what waits, and judges no more', async () => {
    const { alerting, clock, told, close, breaker } = open({ groupMs: 5_000 });
    breaker(1);
    clock.advance(45_000);
    expect(told.notices).to.deep.equal([]);
    await close();
    expect(told.statuses).to.deep.equal(['triggered']);
    breaker(0);
    clock.advance(60_000);
    expect(alerting.engine.list()[0]?.state).to.equal('firing');
    expect(clock.pending).to.equal(0);
  });

  it('takes up what was known before, and begins with nothing when that is no such thing', async () => {
    const before = open();
    before.breaker(1);
    await before.pass(50);
    before.alerting.engine.acknowledge(before.only().id, 'key:ada', 'on it');
    const state: unknown = JSON.parse(JSON.stringify(before.alerting.engine));
    await before.close();
    const after = open({ state });
    expect(after.only()).to.deep.include({ state: 'firing', id: before.only().id });
    expect(after.only().acknowledged).to.include({ by: 'key:ada', comment: 'on it' });
    await after.close();
    for (const damaged of [null, [], {}, 'text', { version: 2 }, 7]) {
      const { alerting, close, log } = open({ state: damaged });
      expect(alerting.engine.list()[0], JSON.stringify(damaged)).to.include({ state: 'ok' });
      expect(log.lines.join()).to.include('is no such thing');
      await close();
    }
  });
});
