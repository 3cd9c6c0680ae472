import { expect } from 'chai';
import type { Config } from '../../src/config/settings.ts';
import { alertChannels, alertRoutes } from '../../src/observation/alert-channels.ts';
import { alertRules, availability } from '../../src/observation/alert-rules.ts';
import { load, problemsOf } from '../config/loaded.ts';
import { keptLog } from '../kept-log.ts';

const PAGER_KEY = '0123456789abcdef0123456789abcdef';
const settings = (toml: string): Config => load(toml).config;
const channel = (lines: string): string => `[alerts.channels.people]\n${lines}\n`;

describe('channels of alerts, out of the settings', () => {
  const namesOf = (toml: string): string[] => alertChannels(settings(toml), keptLog()).map(({ name }) => name);
  const fault = (toml: string): string => {
    try {
      return `no fault: ${namesOf(toml)}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  it('are the log when nobody is configured, and whoever is otherwise', () => {
    expect(namesOf('')).to.deep.equal(['log']);
    expect(namesOf(channel('type = "log"'))).to.deep.equal(['people']);
  });

  for (const [type, lines] of Object.entries({
    webhook: 'url = "https://hooks.example/alerts"\nsecret = "a secret of the hook"',
    slack: 'url = "https://hooks.slack.example/services/T/B/x"',
    alertmanager: 'url = "http://127.0.0.1:9093"\nallow_private = true',
    pagerduty: `secret = "${PAGER_KEY}"`,
    email:
      'url = "smtp://ada:p%40ss@mail.example:2525"\nfrom = "Callsheet <alerts@gate.example>"\nto = ["ada@example.com"]',
    log: '',
  })) {
    it(`may be of the type ${type}`, () => {
      expect(namesOf(channel(`type = "${type}"\n${lines}`))).to.deep.equal(['people']);
    });
  }

  it('are told where the world finds the gateway, and may be posted to on another address than the usual', () => {
    const more = `${channel(`type = "pagerduty"\nsecret = "${PAGER_KEY}"\nurl = "https://events.example/v2/enqueue"`)}
[alerts.channels.hook]
type = "webhook"
url = "https://hooks.example/alerts"
[alerts.channels.main]
type = "alertmanager"
url = "https://alerts.example"
[server]
public_url = "https://gate.example"
`;
    expect(namesOf(more)).to.deep.equal(['people', 'hook', 'main']);
  });

  for (const [wrong, says] of [
    ['type = "webhook"', 'give its "url"'],
    ['type = "slack"', 'give its "url"'],
    ['type = "alertmanager"', 'give its "url"'],
    ['type = "webhook"\nurl = "not a url"', 'an http or https URL'],
    ['type = "webhook"\nurl = "ftp://hooks.example"', 'the scheme "ftp:"'],
    ['type = "webhook"\nurl = "http://10.0.0.7/alerts"', 'not public; set allow_private = true'],
    ['type = "webhook"\nurl = "https://hooks.example"\nsecret = "short"', 'a text of 16 to 1024 characters'],
    ['type = "slack"\nurl = "https://ada:word@hooks.example"', 'a user name or password'],
    ['type = "pagerduty"', 'the routing key of the integration as "secret"'],
    ['type = "pagerduty"\nsecret = "short"', '32'],
    ['type = "email"\nurl = "smtp://mail.example"', 'give "from" and "to"'],
    ['type = "email"\nfrom = "a@b.c"\nto = ["d@e.f"]', 'give its "url"'],
    ['type = "email"\nfrom = "a@b.c"\nto = ["d@e.f"]\nurl = "mail.example"', 'smtp://user:password@host:587'],
    ['type = "email"\nfrom = "a@b.c"\nto = ["d@e.f"]\nurl = "https://mail.example"', 'smtp://user:password@host:587'],
    ['type = "email"\nfrom = "a@b.c"\nto = ["d@e.f"]\nurl = "smtp:relay"', 'smtp://user:password@host:587'],
    ['type = "email"\nfrom = "a@b.c"\nto = ["nobody"]\nurl = "smtp://mail.example"', 'mail address'],
    ['type = "email"\nfrom = "a@b.c"\nto = ["d@e.f"]\nurl = "smtp://ada@mail.example"', 'user and password'],
    ['type = "email"\nfrom = "a@b.c"\nto = ["d@e.f"]\nurl = "smtp://ada:100%@mail.example"', 'percent sign'],
  ] as const) {
    it(`are refused at the start by their table, without their secrets: ${wrong.replaceAll('\n', ' ')}`, () => {
      expect(fault(channel(wrong)))
        .to.match(/^Cannot use \[alerts\.channels\.people\]: /)
        .and.to.include(says)
        .and.to.not.match(/ada:word|short"|100%/);
    });
  }

  it('are refused by the settings themselves where those can tell', () => {
    expect(problemsOf(channel('type = "pigeon"')).join()).to.match(/type.*webhook/);
    expect(problemsOf(channel('url = "https://hooks.example"')).join()).to.match(/type/);
    expect(problemsOf(channel('type = "log"\nleast = "error"')).join()).to.match(/least.*info.*warning.*critical/);
  });

  it('are told of what matters at least as much as they want', () => {
    const routes = alertRoutes(
      settings(`
[alerts.channels.all]
type = "log"
[alerts.channels.most]
type = "log"
least = "warning"
[alerts.channels.night]
type = "log"
least = "critical"
`),
    );
    expect(routes).to.deep.equal([
      { severities: ['info', 'warning', 'critical'], channels: ['all'] },
      { severities: ['warning', 'critical'], channels: ['most'] },
      { severities: ['critical'], channels: ['night'] },
    ]);
    expect(alertRoutes(settings(''))).to.deep.equal([]);
  });
});

describe('rules of alerts, out of the settings', () => {
  const rule = (name: string, lines: string): string => `[alerts.rules.${name}]\n${lines}\n`;
  const find = (toml: string, name: string) => alertRules(settings(toml)).find((one) => one.name === name);

  it('are the usual ones, unless nobody wants them', () => {
    const names = alertRules(settings('')).map(({ name }) => name);
    expect(names).to.include.members(['high_error_rate', 'low_success_rate', 'breaker_open', 'audit_write_failed']);
    expect(alertRules(settings('[alerts]\ndefaults = false\n'))).to.deep.equal([]);
  });

  it('take the place of a usual one of the same name, and stand behind them otherwise', () => {
    const toml = `${rule('high_error_rate', 'metric = "mcp.operations.error"\ncondition = "> 99"\nseverity = "critical"')}
${rule('slow_films', 'metric = "mcp.tools.duration.p95"\ncondition = "> 60"\nby = ["tool"]\nduration_s = 600\ncooldown_s = 60')}`;
    const rules = alertRules(settings(toml));
    expect(rules).to.have.length(alertRules(settings('')).length + 1);
    expect(rules[0]).to.include({ name: 'high_error_rate', condition: '> 99', severity: 'critical', duration: 300 });
    expect(rules.at(-1)).to.deep.include({ name: 'slow_films', by: ['tool'], duration: 600, cooldown: 60 });
  });

  it('count the series they want, wait, and conclude nothing from too little', () => {
    const toml = rule(
      'own',
      `metric = "mcp.operations.error"
condition = "> 10"
where = ["code=-32603", "code=5021", "method!=ping"]
hold_for_s = 60`,
    );
    expect(find(toml, 'own')).to.deep.include({
      where: { code: ['-32603', '5021'], method: { not: ['ping'] } },
      holdFor: 60,
    });
    const slow = rule('slow', 'metric = "mcp.operations.duration.p95"\ncondition = "> 2"\nmin_samples = 20');
    expect(find(slow, 'slow')).to.deep.include({ minSamples: 20 });
    const both = toml.replace('code=5021', 'code!=5021');
    expect(() => find(both, 'own')).to.throw(RangeError, /\[alerts\.rules\.own\].*"code" cannot be one of/);
    expect(problemsOf(toml.replace('code=5021', 'code')).join()).to.match(/where.*label/);
  });

  it('may be switched off, name their channels, and say what they mean', () => {
    const toml = `${channel('type = "log"')}${rule(
      'mine',
      'metric = "mcp.connections.active"\ncondition = "> 5"\nduration_s = 0\nenabled = false\nchannels = ["people"]\nsummary = "{{ $value }} are here"\nrunbook = "https://runbooks.example/mine"',
    )}`;
    expect(find(toml, 'mine')).to.deep.include({
      ...{ enabled: false, duration: 0, channels: ['people'], summary: '{{ $value }} are here' },
      runbook: 'https://runbooks.example/mine',
    });
    expect(find('', 'high_error_rate')?.channels).to.equal(undefined);
  });

  for (const [lines, says] of [
    ['metric = "mcp.no.such"\ncondition = "> 1"', '"mcp.no.such"'],
    ['metric = "mcp.operations.eror"\ncondition = "> 1"', 'did you mean "mcp.operations.error"?'],
    ['metric = "mcp.tools.durations.p95"\ncondition = "> 1"', 'did you mean "mcp.tools.duration.p95"?'],
    ['metric = "mcp.operations.succes_rate"\ncondition = "< 1"', 'did you mean "mcp.operations.success_rate"?'],
    ['metric = "mcp.operations.error"\ncondition = "many"', 'condition "many"'],
    ['metric = "mcp.operations.error"\ncondition = "> 1"\nduration_s = 0', 'duration is 0'],
    ['metric = "mcp.operations.error"\ncondition = "> 1"\nby = ["colour"]', '"colour"'],
    ['metric = "mcp.operations.error"\ncondition = "> 1"\nrunbook = "page 7"', 'runbook "page 7"'],
    ['metric = "mcp.operations.error"\ncondition = "> 1"\nchannels = ["pigeon"]', 'the channel "pigeon"'],
  ] as const) {
    it(`are refused at the start by their name: ${lines.replaceAll('\n', ' ')}`, () => {
      expect(() => alertRules(settings(rule('mine', lines))))
        .to.throw(RangeError)
        .with.property('message')
        .that.includes('Cannot use [alerts.rules.mine]: ')
        .and.includes(says);
    });
  }

  it('are refused by the settings themselves where those can tell', () => {
    const one = (more: string): string[] =>
      problemsOf(rule('mine', `metric = "mcp.operations.error"\ncondition = "> 1"\n${more}`));
    expect(one('cooldown_s = 0').join()).to.match(/cooldown_s.*1 to 604800/);
    expect(one('severity = "awful"').join()).to.match(/severity.*info.*warning.*critical/);
    expect(problemsOf('[alerts]\nevery_s = 90\n').join()).to.match(/every_s.*1 to 60/);
  });

  it('may tell the log by its name where nobody else is configured', () => {
    const toml = rule('mine', 'metric = "mcp.operations.error"\ncondition = "> 1"\nchannels = ["log"]');
    expect(find(toml, 'mine')?.channels).to.deep.equal(['log']);
  });

  it('watch over an objective where there is one', () => {
    expect(availability(settings(''))).to.equal(undefined);
    const slo = availability(settings('[alerts]\navailability = "99.9"\n'));
    expect(slo?.objective).to.be.closeTo(0.999, 1e-9);
    expect(slo?.rules).to.have.length(2);
    for (const none of ['100', '0']) {
      expect(() => availability(settings(`[alerts]\navailability = "${none}"\n`)), none).to.throw(
        RangeError,
        /objective/,
      );
    }
  });
});
