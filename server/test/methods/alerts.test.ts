import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { BUSY, type Caller, type Watched, watchedGateways } from '../observation/watched-gateway.ts';

describe('alerts/*', () => {
  const open = watchedGateways();
  const refused = async ({ ask }: Caller, method: string, params: object): Promise<string> => {
    const { error } = (await ask(method, params)) as unknown as { error: JsonObject & { data: JsonObject } };
    return `${error.data.name}: ${error.message} ${JSON.stringify(error.data.issues ?? '')}`;
  };

  async function firing() {
    const watched = await open(BUSY);
    const dev = watched.as('dev');
    await dev.ask('ping');
    watched.clock.advance(3_000);
    const [alert] = await alertsOf(dev);
    return { ...watched, dev, alert: alert ?? {} };
  }
  const alertsOf = async ({ ask }: Caller): Promise<JsonObject[]> =>
    ((await ask('alerts/list')).result.rules as JsonObject[]).flatMap(({ alerts }) => alerts as JsonObject[]);
  const matchers = [{ label: 'alertname', value: 'busy' }];

  it('are for operators', async () => {
    const { as } = await open();
    for (const role of ['viewer', 'user'] as const) {
      const caller = as(role);
      for (const [method, params] of [
        ['alerts/list', {}],
        ['alerts/ack', { alert: 'x' }],
        ['alerts/silence', { matchers, minutes: 1 }],
        ['alerts/unsilence', { silence: 'x' }],
        ['alerts/test', { channel: 'log' }],
        ['events/subscribe', { topic: 'alerts' }],
      ] as const) {
        expect(await refused(caller, method, params), `${role} ${method}`).to.match(/^FORBIDDEN/);
      }
    }
    for (const role of ['dev', 'admin'] as const) {
      expect((await as(role).ask('alerts/list')).result, role).to.have.property('rules');
    }
  });

  it('list every rule with what it asks, what fires, what is silenced and how channels are doing', async () => {
    const { dev, alert, clock, restart } = await firing();
    const { result } = await dev.ask('alerts/list');
    const [rule] = result.rules as JsonObject[];
    expect(rule).to.deep.include({
      ...{ name: 'busy', metric: 'mcp.connections.active', condition: '> 0', severity: 'critical', duration: 2 },
      ...{ cooldown: 60, enabled: true, state: 'firing', dropped: 0 },
    });
    expect(rule).to.not.have.property('fault');
    expect(alert).to.deep.include({
      ...{ name: 'busy', state: 'firing', value: 1, silencedBy: [] },
      labels: { alertname: 'busy', severity: 'critical' },
      activeAt: clock.now() - 2_000,
      firingAt: clock.now(),
    });
    expect(alert.id).to.match(/^[0-9a-f]{40}$/);
    expect(result.silences).to.deep.equal([]);
    expect((result.channels as JsonObject[])[0]).to.include({ channel: 'log', failed: 0 });
    const usual = await restart('');
    const rules = (await usual.as('dev').ask('alerts/list')).result.rules as JsonObject[];
    expect(rules.map(({ name, state }) => [name, state])).to.deep.include(['high_error_rate', 'ok']);
  });

  it('acknowledge what fires, and say when there is no such alert', async () => {
    const { dev, alert, clock } = await firing();
    const { result } = await dev.ask('alerts/ack', { alert: alert.id, comment: 'looking' });
    expect(result.acknowledged).to.include({ comment: 'looking', at: clock.now() });
    expect((result.acknowledged as JsonObject).by).to.match(/^key:/);
    expect((await alertsOf(dev))[0]?.acknowledged).to.deep.equal(result.acknowledged);
    expect(await refused(dev, 'alerts/ack', { alert: 'nope' })).to.match(
      /^INVALID_PARAMS: Cannot acknowledge the alert "nope": it is not firing; list the alerts/,
    );
    expect(await refused(dev, 'alerts/ack', {})).to.match(/^INVALID_PARAMS.*alert/);
  });

  it('silence what matches for a while, and end a silence before its time', async () => {
    const { dev, clock } = await firing();
    const { result: silence } = await dev.ask('alerts/silence', { matchers, minutes: 5, comment: 'moving' });
    expect(silence).to.deep.include({
      matchers: [{ label: 'alertname', operator: '=', value: 'busy' }],
      untilMs: clock.now() + 300_000,
      createdAt: clock.now(),
      comment: 'moving',
    });
    expect(silence.id).to.match(/^sil_[\w-]{12}$/);
    expect((await alertsOf(dev))[0]?.silencedBy).to.deep.equal([silence.id]);
    const others = [{ label: 'alertname', operator: '=~', value: 'idle|.*_rate' }];
    const { result: other } = await dev.ask('alerts/silence', { matchers: others, minutes: 1 });
    expect((await alertsOf(dev))[0]?.silencedBy).to.deep.equal([silence.id]);
    expect((await dev.ask('alerts/unsilence', { silence: silence.id })).result).to.deep.equal({});
    expect((await alertsOf(dev))[0]?.silencedBy).to.deep.equal([]);
    expect((await dev.ask('alerts/list')).result.silences).to.deep.equal([other]);
    expect(await refused(dev, 'alerts/unsilence', { silence: silence.id })).to.match(
      /^NOT_FOUND: Cannot end the silence "sil_.*": there is none; see alerts\/list/,
    );
  });

  it('say what is wrong with a silence', async () => {
    const { as } = await open();
    const dev = as('dev');
    for (const [params, says] of [
      [{ matchers: [], minutes: 1 }, /matchers/],
      [{ matchers, minutes: 0 }, /minutes/],
      [{ matchers, minutes: 525_601 }, /minutes/],
      [{ matchers: [{ label: 'alertname' }], minutes: 1 }, /value/],
      [{ matchers: [{ label: 'alertname', value: 'x', operator: '>' }], minutes: 1 }, /operator/],
      [{ matchers: [{ label: 'alertname', value: '(a+)+$', operator: '=~' }], minutes: 1 }, /"\(" of the pattern/],
      [{ matchers }, /minutes/],
    ] as const) {
      expect(await refused(dev, 'alerts/silence', params))
        .to.match(/^INVALID_PARAMS/)
        .and.match(says);
    }
  });

  it('send a test through one channel, and say which there are', async () => {
    const { as } = await open('[alerts.channels.people]\ntype = "log"\n');
    const dev = as('dev');
    expect((await dev.ask('alerts/test', { channel: 'people' })).result).to.deep.equal({ delivered: true });
    expect(await refused(dev, 'alerts/test', { channel: 'pigeon' })).to.match(
      /^NOT_FOUND: Cannot test the channel "pigeon": the channels are people/,
    );
  });

  it('say that a test did not arrive, and nothing of the address', async () => {
    const url = 'http://127.0.0.1:9/services/T00/B00/the-secret-part';
    const { as } = await open(`[alerts.channels.people]\ntype = "slack"\nallow_private = true\nurl = "${url}"\n`);
    const says = await refused(as('dev'), 'alerts/test', { channel: 'people' });
    expect(says)
      .to.match(/^UPSTREAM_ERROR: .*"people"/)
      .and.not.include('the-secret-part');
  });

  it('are in the audit trail when they change something, with who did it', async () => {
    const { as, dev, alert } = await firing();
    await dev.ask('alerts/list');
    await dev.ask('alerts/ack', { alert: alert.id });
    const { result: silence } = await dev.ask('alerts/silence', { matchers, minutes: 5 });
    await dev.ask('alerts/unsilence', { silence: silence.id });
    await dev.ask('alerts/unsilence', { silence: silence.id });
    await as('viewer').ask('alerts/ack', { alert: alert.id });
    const { result } = await as('admin').ask('audit/query', { limit: 100 });
    const lines = result.lines as JsonObject[];
    const told = lines.filter(({ action }) => String(action).startsWith('alerts/')).reverse();
    expect(told.map(({ action, kind, decision, resource }) => [action, kind, decision, resource])).to.deep.equal([
      ['alerts/ack', 'alert', 'allowed', 'busy'],
      ['alerts/silence', 'alert', 'allowed', silence.id],
      ['alerts/unsilence', 'alert', 'allowed', silence.id],
      ['alerts/ack', 'method', 'refused', undefined],
    ]);
    expect(told[1]?.details).to.deep.equal({ minutes: 5 });
    expect(told[0]?.principal).to.equal(silence.by);
  });

  describe('followed as the topic "alerts"', () => {
    async function following(watched: Watched) {
      const dev = watched.as('dev');
      await dev.ask('events/subscribe', { topic: 'alerts' });
      const next = async (): Promise<string> => {
        const { data } = (await dev.event()) as { data: JsonObject };
        const { name, state } = data.alert as JsonObject;
        return `${data.change} ${data.notify} ${name} ${state}`;
      };
      return { dev, next };
    }

    it('are every change of an alert, and when people are told', async () => {
      const watched = await open(BUSY);
      const { clock } = watched;
      const { dev, next } = await following(watched);
      clock.advance(1_000);
      expect(await next()).to.equal('pending false busy pending');
      clock.advance(2_000);
      expect(await next()).to.equal('firing true busy firing');
      clock.advance(60_000);
      expect(await next()).to.equal('reminder true busy firing');
      const [alert] = await alertsOf(dev);
      await dev.ask('alerts/ack', { alert: alert?.id });
      expect(await next()).to.equal('acknowledged false busy firing');
    });

    it('tell that it is over, and give what was missed to who comes back', async () => {
      const watched = await open(BUSY.replace('"> 0"', '"> 1"'));
      const { clock } = watched;
      const { dev, next } = await following(watched);
      const other = watched.as('user');
      await other.ask('ping');
      clock.advance(3_000);
      expect([await next(), await next()]).to.deep.equal(['pending false busy pending', 'firing true busy firing']);
      await other.peer.leave();
      while (watched.gateway.health().connections > 1) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(1_000);
      expect(await next()).to.equal('resolved true busy resolved');
      const late = watched.as('admin');
      await late.ask('events/subscribe', { topic: 'alerts', after: 1 });
      const seen = [(await late.event()).seq, (await late.event()).seq];
      expect(seen).to.deep.equal([2, 3]);
      expect(await refused(late, 'events/subscribe', { topic: 'alerts', after: 9 })).to.match(
        /^CONFLICT: .*the newest is 3; the gateway was restarted\. Ask alerts\/list/,
      );
      expect((await dev.ask('ping')).result).to.deep.equal({});
    });
  });
});
