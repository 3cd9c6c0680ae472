import { expect } from 'chai';
import { defaultRules } from '../../src/alerts/defaults.ts';
import { alertRule } from '../../src/alerts/rule.ts';
import { HIGH_ERROR_RATE, House } from './house.ts';

const CALL = ['tools/call', 'websocket', '-32603'] as const;

describe('the rule of the requirements: more than 10 errors, duration 300', () => {
  it('fires as soon as there were 11 errors within 5 minutes, and resolves when they are 5 minutes old', () => {
    const house = new House([HIGH_ERROR_RATE]);
    const errors = house.counter('mcp_operations_error_total').cell(...CALL);
    expect(house.pass(300)).deep.equal([]);
    errors.inc(10);
    expect(house.pass(30)).deep.equal([]);
    errors.inc();
    expect(house.pass(15)).deep.equal(['firing!']);
    expect(house.events[0]?.alert).deep.include({ name: 'high_error_rate', value: 11, state: 'firing' });
    // The 10 came 30 seconds before the last one.
    expect(house.pass(240)).deep.equal([]);
    expect(house.pass(60)).deep.equal(['resolved!']);
  });

  it('stays calm over what was counted long ago, however much that is', () => {
    const house = new House([HIGH_ERROR_RATE]);
    const errors = house.counter('mcp_operations_error_total').cell(...CALL);
    errors.inc(1_000_000);
    expect(house.pass(3600)).deep.equal([]);
    errors.inc(10);
    expect(house.pass(3600)).deep.equal([]);
  });

  it('goes on firing while errors go on, reminding every 15 minutes, and resolves once', () => {
    const house = new House([HIGH_ERROR_RATE]);
    const errors = house.counter('mcp_operations_error_total').cell(...CALL);
    house.pass(15);
    const told: string[] = [];
    for (let minute = 0; minute < 120; minute += 1) {
      errors.inc(4);
      told.push(...house.pass(60));
    }
    // 2 hours: at once when it fires in the third minute, then 7 times more.
    expect(told).deep.equal(['firing!', ...new Array(7).fill('reminder!')]);
    expect(house.pass(3600)).deep.equal(['resolved!']);
  });

  it('of a gauge waits until it held for the whole duration without a break', () => {
    const house = new House([
      { name: 'too_many', metric: 'mcp.connections.active', condition: '> 100', duration: 60, cooldown: 300 },
    ]);
    const open = house.gauge('mcp_connections_active').cell('websocket');
    open.set(101);
    expect(house.pass(45)).deep.equal(['pending']);
    open.set(100);
    expect(house.pass(15)).deep.equal(['ok']);
    open.set(500);
    expect(house.pass(60)).deep.equal(['pending']);
    expect(house.pass(15)).deep.equal(['firing!']);
    open.set(3);
    expect(house.pass(15)).deep.equal(['resolved!']);
  });

  it('of a quantile looks at what was observed within the duration alone', () => {
    const house = new House([
      { name: 'slow', metric: 'mcp.operations.duration.p95', condition: '> 5.0', duration: 300, cooldown: 600 },
    ]);
    const took = house.histogram('mcp_operations_duration_seconds').cell('tools/call', 'http');
    house.pass(15);
    for (let call = 0; call < 10_000; call += 1) took.observe(0.02);
    house.pass(600);
    for (let call = 0; call < 10; call += 1) took.observe(8);
    expect(house.pass(15)).deep.equal(['firing!']);
    expect(house.events[0]?.alert.value).equal(9.75);
    expect(house.pass(300)).deep.equal(['resolved!']);
  });

  it('of the success rate says nothing without traffic, and little traffic can be excused', () => {
    const rule = { metric: 'mcp.operations.success_rate', condition: '< 0.95', duration: 300, cooldown: 600 };
    const house = new House([
      { ...rule, name: 'any' },
      { ...rule, name: 'enough', minSamples: 20 },
    ]);
    const success = house.counter('mcp_operations_success_total').cell('tools/call', 'http');
    const errors = house.counter('mcp_operations_error_total');
    expect(house.pass(600)).deep.equal([]);
    success.inc(18);
    errors.cell('tools/call', 'http', '5020').inc();
    house.pass(15);
    expect(house.events.map(({ alert }) => alert.name)).deep.equal(['any']);
    errors.cell('tools/call', 'http', 'tool_error').inc();
    house.pass(15);
    expect(house.events.map(({ alert }) => alert.name)).deep.equal(['any', 'enough']);
    expect(house.pass(600)).deep.equal(['resolved!', 'resolved!']);
  });

  it('counts every request as failed where none ever succeeded', () => {
    const house = new House([
      { name: 'down', metric: 'mcp.operations.success_rate', condition: '< 0.5', duration: 300 },
    ]);
    const errors = house.counter('mcp_operations_error_total').cell('tools/call', 'http', '-32603');
    house.pass(15);
    errors.inc(5);
    expect(house.pass(15)).deep.equal(['firing!']);
    expect(house.events[0]?.alert.value).equal(0);
  });

  it('blames nobody but the callers for what they do wrong, and nobody for what is not over yet', () => {
    const house = new House(defaultRules());
    const errors = house.counter('mcp_operations_error_total');
    house.counter('mcp_operations_success_total').cell('tools/call', 'websocket').inc(100);
    house.counter('mcp_operations_started_total').cell('tools/call', 'websocket').inc(10_000);
    house.pass(15);
    for (const code of ['-32602', '4041', '4290', '4990', '5010', '5032']) {
      errors.cell('tools/call', 'websocket', code).inc(1_000);
    }
    expect(house.pass(300)).deep.equal([]);
    errors.cell('tools/call', 'websocket', '5020').inc(11);
    house.pass(15);
    expect(house.events.map(({ alert }) => alert.annotations.summary)).deep.equal([
      '11 requests failed within 5 minutes, and not by the fault of their callers',
    ]);
  });

  it('has patience with a loop that was blocked while the gateway started, and none with one that stays so', () => {
    const house = new House(defaultRules());
    const lag = house.histogram('nodejs_eventloop_lag_seconds').cell();
    house.pass(15);
    lag.observe(0.9);
    for (let n = 0; n < 50; n += 1) lag.observe(0.001);
    expect(house.pass(15)).deep.equal(['pending']);
    for (let n = 0; n < 700; n += 1) lag.observe(0.001);
    expect(house.pass(15)).deep.equal(['ok']);
    for (let n = 0; n < 45; n += 1) lag.observe(0.9);
    expect(house.pass(15)).deep.equal(['pending']);
    expect(house.pass(30)).deep.equal(['firing!']);
  });

  it('has its four rules among the default ones, as they were written, with another meaning', () => {
    const [errors, success, slow, connections] = defaultRules();
    const said = [errors, success, slow, connections].map((rule) => [
      ...[rule?.name, rule?.metric, rule?.condition, rule?.duration, rule?.cooldown, rule?.severity],
    ]);
    expect(said).deep.equal([
      ['high_error_rate', 'mcp.operations.error', '> 10', 300, 900, 'warning'],
      ['low_success_rate', 'mcp.operations.success_rate', '< 0.95', 300, 600, 'critical'],
      ['high_response_time', 'mcp.operations.duration.p95', '> 5.0', 300, 600, 'warning'],
      ['too_many_connections', 'mcp.connections.active', '> 100', 60, 300, 'warning'],
    ]);
  });

  it('takes the place of the default rule of its name', () => {
    const house = new House(defaultRules());
    house.engine.setRule(alertRule({ ...HIGH_ERROR_RATE, condition: '> 1000' }));
    const found = house.engine.list().filter(({ rule }) => rule.name === 'high_error_rate');
    expect(found.map(({ rule }) => rule.condition)).deep.equal(['> 1000']);
  });
});
