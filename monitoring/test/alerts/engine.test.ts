import { expect } from 'chai';
import { alertRule } from '../../src/alerts/rule.ts';
import { BUSY, EVERY, HIGH_ERROR_RATE, House } from './house.ts';

describe('the alert engine', () => {
  it('shows a rule as ok, pending and firing, with value, labels, and since when', () => {
    const house = new House([{ ...BUSY, labels: { team: 'video' }, runbook: 'https://example.org/busy' }]);
    const busy = house.gauge('mcp_slow_consumers').cell();
    house.pass(15);
    expect(house.engine.list()[0]).deep.include({ state: 'ok', alerts: [], dropped: 0, fault: undefined });
    busy.set(7);
    house.pass(15);
    const since = house.wall;
    expect(house.engine.list()[0]?.state).equal('pending');
    house.pass(60);
    const [status] = house.engine.list();
    expect(status?.state).equal('firing');
    expect(status?.alerts[0]).deep.include({
      name: 'busy',
      value: 7,
      labels: { alertname: 'busy', severity: 'warning', team: 'video' },
      annotations: {
        summary: 'mcp_slow_consumers is 7, which is > 5 for 60 s',
        runbook_url: 'https://example.org/busy',
      },
      activeAt: since,
      firingAt: since + 60_000,
      since: since + 60_000,
      resolvedAt: undefined,
    });
    expect(house.engine.firing()).deep.equal({ critical: 0, warning: 1, info: 0 });
  });

  it('goes on when an evaluation throws: out of a timer that would end the process it watches', () => {
    let isBroken = true;
    const said: string[] = [];
    const write = (_fields: object, message: string): void => {
      if (isBroken && message.startsWith('An alert rule')) throw new Error('the log is broken');
      said.push(message);
    };
    const source = () => {
      throw new Error('no such metric');
    };
    const house = new House([BUSY], { source, log: { debug: write, info: write, warn: write, error: write } });
    house.engine.start();
    expect(said).deep.equal(['Alerts could not be evaluated; it is tried again next time']);
    isBroken = false;
    house.move(15);
    house.appointments[0]?.run();
    expect(said.at(-1)).match(/evaluated/);
    expect(house.appointments.length).equal(2);
    house.engine.stop();
  });

  it('has an alert of its own for each value of the labels it is split by', () => {
    const house = new House([{ ...HIGH_ERROR_RATE, by: ['code'], summary: '{{ $value }} of {{ $labels.code }}' }]);
    const errors = house.counter('mcp_operations_error_total');
    house.pass(15);
    errors.cell('tools/call', 'http', 'A').inc(11);
    errors.cell('tools/list', 'http', 'A').inc(1);
    errors.cell('tools/call', 'http', 'B').inc(10);
    expect(house.pass(15)).deep.equal(['firing!']);
    expect(house.events[0]?.alert.annotations.summary).equal('12 of A');
    errors.cell('tools/list', 'http', 'B').inc(1);
    expect(house.pass(15)).deep.equal(['firing!']);
    expect(house.events[1]?.alert.labels).deep.include({ code: 'B' });
    expect(new Set(house.events.map(({ alert }) => alert.id)).size).equal(2);
  });

  it('shows what was resolved for 15 minutes, then forgets it', () => {
    const house = new House([{ ...BUSY, duration: 0, cooldown: 1 }]);
    const busy = house.gauge('mcp_slow_consumers').cell();
    busy.set(7);
    house.pass(15);
    busy.set(0);
    house.pass(15);
    expect(house.engine.list()[0]?.alerts[0]?.resolvedAt).equal(house.wall);
    house.pass(885);
    expect(house.states).deep.equal(['resolved']);
    house.pass(15);
    expect(house.states).deep.equal([]);
  });

  it('goes on firing for as long as it was told to, and not at all when the condition holds again meanwhile', () => {
    const house = new House([{ ...BUSY, duration: 0, keepFiringFor: 60 }]);
    const busy = house.gauge('mcp_slow_consumers').cell();
    busy.set(7);
    expect(house.pass(15)).deep.equal(['firing!']);
    busy.set(0);
    expect(house.pass(60)).deep.equal([]);
    busy.set(7);
    expect(house.pass(15)).deep.equal([]);
    busy.set(0);
    expect(house.pass(60)).deep.equal([]);
    expect(house.pass(15)).deep.equal(['resolved!']);
  });

  it('does not notify twice within the cooldown of what comes and goes, and of no end nobody was told the beginning of', () => {
    const house = new House([{ ...BUSY, duration: 0, cooldown: 300 }]);
    const busy = house.gauge('mcp_slow_consumers').cell();
    const told: string[] = [];
    for (let round = 0; round < 10; round += 1) {
      busy.set(round % 2 === 0 ? 7 : 0);
      told.push(...house.pass(30));
    }
    expect(told).deep.equal([
      ...[
        'firing!',
        'resolved!',
        'firing',
        'resolved',
        'firing',
        'resolved',
        'firing',
        'resolved',
        'firing',
        'resolved',
      ],
    ]);
    busy.set(7);
    expect(house.pass(15)).deep.equal(['firing!']);
  });

  it('tells late of what began within the cooldown and lasts', () => {
    const house = new House([{ ...BUSY, duration: 0, cooldown: 300 }]);
    const busy = house.gauge('mcp_slow_consumers').cell();
    busy.set(7);
    house.pass(15);
    busy.set(0);
    house.pass(15);
    busy.set(7);
    expect(house.pass(270)).deep.equal(['firing']);
    expect(house.pass(15)).deep.equal(['reminder!']);
    expect(house.events.at(-1)?.isFirst).equal(true);
    expect(house.pass(300)).deep.equal(['reminder!']);
    expect(house.events.at(-1)?.isFirst).equal(false);
  });

  it('sends no reminders of what was acknowledged, but its end, and begins anew afterwards', () => {
    const house = new House([{ ...BUSY, duration: 0, cooldown: 30 }]);
    const busy = house.gauge('mcp_slow_consumers').cell();
    busy.set(7);
    house.pass(15);
    const alert = house.engine.acknowledge(house.only, 'ada', 'on it');
    expect(alert.acknowledged).deep.equal({ by: 'ada', at: house.wall, comment: 'on it' });
    expect(house.since(1)).deep.equal(['acknowledged']);
    expect(house.pass(600)).deep.equal([]);
    busy.set(0);
    expect(house.pass(15)).deep.equal(['resolved!']);
    busy.set(7);
    expect(house.pass(15)).deep.equal(['firing!']);
    expect(house.events.at(-1)?.alert.acknowledged).equal(undefined);
  });

  it('acknowledges nothing that does not fire', () => {
    const house = new House([BUSY]);
    expect(() => house.engine.acknowledge('cafe', 'ada')).throw(RangeError, 'Cannot acknowledge the alert "cafe"');
    house.gauge('mcp_slow_consumers').cell().set(9);
    house.pass(15);
    expect(() => house.engine.acknowledge(house.only, 'ada')).throw('it is not firing');
  });

  it('tells nobody of what is silenced until the silence ends', () => {
    const house = new House([{ ...BUSY, duration: 0 }]);
    const busy = house.gauge('mcp_slow_consumers').cell();
    const matchers = [{ label: 'alertname', operator: '=', value: 'busy' } as const];
    const silence = house.engine.silence({ matchers, untilMs: house.wall + 60_000, by: 'ada', comment: 'deploying' });
    busy.set(7);
    expect(house.pass(45)).deep.equal(['firing']);
    expect(house.events[0]?.alert.silencedBy).deep.equal([silence.id]);
    expect(house.pass(15)).deep.equal(['reminder!']);
    expect(house.events.at(-1)).deep.include({ isFirst: true });
    expect(house.engine.silences()).deep.equal([]);
  });

  it('tells the end of what was told before it was silenced, once', () => {
    const house = new House([{ ...BUSY, duration: 0, cooldown: 15 }]);
    const busy = house.gauge('mcp_slow_consumers').cell();
    busy.set(7);
    house.pass(15);
    const matchers = [{ label: 'severity', operator: '!=', value: 'critical' } as const];
    house.engine.silence({ matchers, untilMs: house.wall + 600_000, by: 'ada', comment: '' });
    expect(house.pass(60)).deep.equal([]);
    busy.set(0);
    expect(house.pass(60)).deep.equal(['resolved!']);
    busy.set(7);
    expect(house.pass(15)).deep.equal(['firing']);
    busy.set(0);
    expect(house.pass(15)).deep.equal(['resolved']);
  });

  it('ends a silence when asked to', () => {
    const house = new House([{ ...BUSY, duration: 0 }]);
    house.gauge('mcp_slow_consumers').cell().set(7);
    const matchers = [{ label: 'alertname', operator: '=~', value: 'bu.*' } as const];
    const { id } = house.engine.silence({ matchers, untilMs: house.wall + 600_000, by: 'ada', comment: '' });
    expect(house.pass(15)).deep.equal(['firing']);
    expect(house.engine.endSilence(id)).equal(true);
    expect(house.engine.endSilence(id)).equal(false);
    expect(house.pass(15)).deep.equal(['reminder!']);
  });

  it('ends what a rule fired when the rule is taken away or replaced', () => {
    const house = new House([{ ...BUSY, duration: 0 }]);
    house.gauge('mcp_slow_consumers').cell().set(7);
    house.pass(15);
    house.engine.setRule(alertRule({ ...BUSY, duration: 0, condition: '> 6' }));
    expect(house.since(1)).deep.equal(['resolved!']);
    expect(house.pass(15)).deep.equal(['firing!']);
    expect(house.engine.removeRule('busy')).equal(true);
    expect(house.engine.removeRule('busy')).equal(false);
    expect(house.since(3)).deep.equal(['resolved!']);
    expect(house.pass(60)).deep.equal([]);
    expect(house.engine.list()).deep.equal([]);
  });

  it('does not look for rules that are off, and lists them', () => {
    const house = new House([{ ...BUSY, duration: 0, enabled: false }]);
    house.gauge('mcp_slow_consumers').cell().set(7);
    expect(house.pass(60)).deep.equal([]);
    expect(house.engine.list()[0]).deep.include({ state: 'ok', alerts: [] });
  });

  it('keeps 200 alerts of a rule, and says how many had no room', () => {
    const rule = {
      name: 'open',
      metric: 'mcp_breaker_state',
      by: ['breaker'],
      condition: '> 0',
      duration: 0,
      cooldown: 1,
    };
    const house = new House([rule]);
    const states = house.gauge('mcp_breaker_state');
    for (let breaker = 0; breaker < 250; breaker += 1) states.cell(`b${breaker}`, 'open').set(1);
    house.pass(15);
    expect(house.states.length).equal(200);
    expect(house.engine.list()[0]?.dropped).equal(50);
    // The first ones calm down, and make room for those that wait.
    for (let breaker = 0; breaker < 20; breaker += 1) states.cell(`b${breaker}`, 'open').set(0);
    house.pass(30);
    expect(house.states.filter((state) => state === 'firing').length).equal(200);
    expect(house.engine.list()[0]?.dropped).equal(30);
  });

  it('goes on when a listener throws, and tells the others', () => {
    const house = new House([{ ...BUSY, duration: 0 }]);
    const heard: string[] = [];
    house.engine.onEvent(() => {
      throw new Error('deaf');
    });
    const stop = house.engine.onEvent(({ change }) => heard.push(change));
    const busy = house.gauge('mcp_slow_consumers').cell();
    busy.set(7);
    house.pass(15);
    expect(heard).deep.equal(['firing']);
    expect(house.log).deep.equal(['A listener of alerts threw']);
    stop();
    busy.set(0);
    house.pass(15);
    expect(heard).deep.equal(['firing']);
  });

  it('refuses a pace that cannot be, and rules that look over less than a step', () => {
    expect(() => new House([], { everyMs: 10 })).throw(RangeError, 'everyMs is 10');
    const house = new House([{ ...BUSY, duration: 5 }]);
    expect(() => house.engine.setRule(alertRule({ ...HIGH_ERROR_RATE, duration: 5 }))).throw(
      'Cannot watch the alert rule "high_error_rate": it looks over 5 s, and alerts are evaluated every 15 s',
    );
  });

  it('looks at once when started, then in step with its start, and no more when stopped', () => {
    const house = new House([{ ...BUSY, duration: 0 }]);
    const busy = house.gauge('mcp_slow_consumers').cell();
    busy.set(7);
    house.engine.start();
    expect(house.since(0)).deep.equal(['firing!']);
    expect(house.appointments.map(({ ms }) => ms)).deep.equal([EVERY * 1000]);
    // Late by 2 seconds: the next one comes earlier.
    house.move(EVERY + 2);
    busy.set(0);
    house.appointments.shift()?.run();
    expect(house.since(1)).deep.equal(['resolved!']);
    expect(house.appointments.map(({ ms }) => ms)).deep.equal([(EVERY - 2) * 1000]);
    house.engine.stop();
    expect(house.appointments).deep.equal([]);
  });

  it('can be stopped by who is told of something', () => {
    const house = new House([{ ...BUSY, duration: 0 }]);
    house.engine.onEvent(() => house.engine.stop());
    house.engine.start();
    house.gauge('mcp_slow_consumers').cell().set(7);
    house.move(EVERY);
    house.appointments.shift()?.run();
    expect(house.since(0)).deep.equal(['firing!']);
    expect(house.appointments).deep.equal([]);
  });
});
