import { expect } from 'chai';
import { alertRule } from '../../src/alerts/rule.ts';
import type { AlertRuleOptions } from '../../src/alerts/rule-options.ts';
import { slo } from '../../src/alerts/slo.ts';
import { BUSY, HIGH_ERROR_RATE, House } from './house.ts';

const RULES: readonly AlertRuleOptions[] = [{ ...BUSY, duration: 0, cooldown: 300 }];

describe('an alert engine after a restart', () => {
  /** The same engine in a new process, some seconds later. */
  function restart({ engine, wall }: House, rules = RULES, seconds = 60): House {
    return new House(rules, { state: JSON.parse(JSON.stringify(engine)) }, wall + seconds * 1000);
  }

  function firing(rules = RULES): House {
    const house = new House(rules);
    house.gauge('mcp_slow_consumers').cell().set(9);
    house.pass(15);
    return house;
  }

  it('knows what fired, who was told, and who knows of it', () => {
    const house = firing();
    house.engine.acknowledge(house.only, 'ada', 'on it');
    const next = restart(house);
    next.gauge('mcp_slow_consumers').cell().set(9);
    expect(next.pass(600)).deep.equal([]);
    const [alert] = next.engine.list()[0]?.alerts ?? [];
    expect(alert).deep.include({ state: 'firing', id: house.only, firingAt: house.wall });
    expect(alert?.acknowledged).deep.equal({ by: 'ada', at: house.wall, comment: 'on it' });
  });

  it('reminds when the cooldown that began before is over', () => {
    const next = restart(firing());
    next.gauge('mcp_slow_consumers').cell().set(9);
    expect(next.pass(225)).deep.equal([]);
    expect(next.pass(15)).deep.equal(['reminder!']);
    expect(next.events[0]?.isFirst).equal(false);
  });

  it('takes no time for true that lies ahead, or that no calendar has', () => {
    const stored = JSON.parse(JSON.stringify(firing().engine));
    for (const time of [1e300, -1e300, firing().wall + 86_400_000]) {
      Object.assign(stored.firing[0], { activeAt: time, firingAt: time, toldAt: time });
      const next = new House(RULES, { state: stored });
      const [alert] = next.engine.list()[0]?.alerts ?? [];
      for (const at of [alert?.activeAt, alert?.firingAt, alert?.since]) expect(at, `${time}`).within(0, next.wall);
      next.gauge('mcp_slow_consumers').cell().set(9);
      next.pass(15);
      expect(next.states).deep.equal(['firing']);
    }
  });

  it('tells the end of what was over when it came back', () => {
    const next = restart(firing());
    next.gauge('mcp_slow_consumers').cell().set(0);
    expect(next.pass(15)).deep.equal(['resolved!']);
  });

  it('tells no end of what nobody was told the beginning of', () => {
    const house = new House(RULES);
    const matchers = [{ label: 'alertname', operator: '=', value: 'busy' } as const];
    house.engine.silence({ matchers, untilMs: house.wall + 3_600_000, by: 'ada', comment: 'deploying' });
    house.gauge('mcp_slow_consumers').cell().set(9);
    expect(house.pass(15)).deep.equal(['firing']);
    const next = restart(house);
    expect(next.engine.silences().map(({ by }) => by)).deep.equal(['ada']);
    expect(next.pass(15)).deep.equal(['resolved']);
  });

  it("waits no longer for the end of an objective's alert than for its short times", () => {
    const { rules } = slo({
      ...{ name: 'works', objective: 0.999 },
      total: { metric: 'mcp.operations.started' },
      bad: { metric: 'mcp.operations.error' },
    });
    const house = new House(rules);
    const started = house.counter('mcp_operations_started_total').cell('tools/call', 'http');
    house.pass(15);
    started.inc(100);
    house.counter('mcp_operations_error_total').cell('tools/call', 'http', '5020').inc(50);
    expect(house.pass(15)).deep.equal(['firing!', 'firing!']);
    const next = new House(rules, { state: JSON.parse(JSON.stringify(house.engine)) }, house.wall + 60_000);
    next.pass(1785);
    expect(next.states.filter((state) => state === 'firing')).to.have.length(2);
    next.pass(30);
    expect(next.states.filter((state) => state === 'firing')).to.have.length(1);
    next.pass(6 * 3600);
    expect(next.states).not.include('firing');
  });

  it('does not take for over what it has not looked at for long enough', () => {
    const rules = [{ ...HIGH_ERROR_RATE, by: ['code'] }];
    const house = new House(rules);
    const labels = ['tools/call', 'http', 'A'] as const;
    house.pass(15);
    house
      .counter('mcp_operations_error_total')
      .cell(...labels)
      .inc(11);
    house.pass(15);
    const next = restart(house, rules);
    const errors = next.counter('mcp_operations_error_total').cell(...labels);
    expect(next.pass(285)).deep.equal([]);
    expect(next.states).deep.equal(['firing']);
    expect(next.pass(15)).deep.equal(['resolved!']);
    errors.inc(11);
    expect(next.pass(15)).deep.equal(['firing']);
  });

  it('forgets silences that ended meanwhile, and alerts whose rule is gone or split otherwise', () => {
    const house = firing();
    const matchers = [{ label: 'alertname', operator: '=', value: 'busy' } as const];
    house.engine.silence({ matchers, untilMs: house.wall + 30_000, by: 'ada', comment: '' });
    const gone = restart(house, []);
    expect(gone.engine.silences()).deep.equal([]);
    expect(gone.log).deep.equal([]);
    expect(gone.states).deep.equal([]);
    const split = { ...HIGH_ERROR_RATE, name: 'busy', by: ['code'] };
    expect(restart(house, [split]).states).deep.equal([]);
  });

  it('leaves out what is damaged, and takes up the rest', () => {
    const house = firing();
    const [alert] = house.engine.toJSON().firing;
    const damaged = [
      { ...alert, byValues: 5 },
      { ...alert, firingAt: 'x' },
      { ...alert, acknowledged: { by: 5 } },
      null,
    ];
    const silence = {
      id: 's1',
      matchers: [],
      untilMs: house.wall + 1000,
      by: 'ada',
      comment: '',
      createdAt: house.wall,
    };
    const state = { version: 1, silences: [silence, 7, { id: 's2' }], firing: [...damaged, alert] };
    const next = new House(RULES, { state }, house.wall);
    expect(next.states).deep.equal(['firing']);
    expect(next.engine.silences()).deep.equal([]);
    expect(next.log).deep.equal(['A stored silence was left out']);
  });

  it('refuses what is no state', () => {
    for (const state of [null, 7, 'x', [], {}, { version: 2 }]) {
      expect(() => new House(RULES, { state })).throw(RangeError, 'this is no state of an alert engine, version 1');
    }
    expect(new House(RULES, { state: { version: 1 } }).states).deep.equal([]);
  });

  it('is not confused by a clock on the wall that went back', () => {
    const next = restart(firing(), RULES, -3600);
    next.gauge('mcp_slow_consumers').cell().set(9);
    expect(next.pass(285)).deep.equal([]);
    expect(next.pass(15)).deep.equal(['reminder!']);
    expect(alertRule(RULES[0] ?? BUSY).cooldown).equal(300);
  });
});
