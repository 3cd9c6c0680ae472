import { expect } from 'chai';
import { parse } from 'yaml';
import { alertRule } from '../../src/alerts/rule.ts';
import { alertmanagerConfig } from '../../src/export/alertmanager-config.ts';

const gateway = { url: 'http://127.0.0.1:8081' };
const rule = (name: string, cooldown?: number, enabled = true) =>
  alertRule({
    name,
    metric: 'mcp_jobs',
    condition: '> 1',
    duration: 60,
    enabled,
    ...(cooldown !== undefined && { cooldown }),
  });

describe('alertmanagerConfig', () => {
  it('reminds of each rule as often as its cooldown says, those with the same together', () => {
    const rules = [rule('usual'), rule('slow', 3600), rule('a.b', 300), rule('c', 300), rule('off', 120, false)];
    const { route } = parse(alertmanagerConfig({ rules, gateway }));
    expect(route).to.deep.equal({
      receiver: 'callsheet',
      group_by: ['alertname'],
      group_wait: '10s',
      group_interval: '1m',
      repeat_interval: '15m',
      routes: [
        { matchers: ['alertname=~"a[.]b|c"'], repeat_interval: '5m' },
        { matchers: ['alertname=~"slow"'], repeat_interval: '1h' },
      ],
    });
  });

  it('does not promise reminders more often than groups are looked at', () => {
    const options = { rules: [rule('eager', 1), rule('keen', 29)], gateway, alertmanager: { groupInterval: 30 } };
    expect(parse(alertmanagerConfig(options)).route.routes).to.deep.equal([
      { matchers: ['alertname=~"eager|keen"'], repeat_interval: '30s' },
    ]);
  });

  it('tells the webhook of the beginning and of the end, with a key from a file', () => {
    const webhook = { url: 'https://people.example.org/hook?token=abc', bearerFile: '/etc/hook.key' };
    expect(parse(alertmanagerConfig({ rules: [], gateway, webhook })).receivers).to.deep.equal([
      {
        name: 'callsheet',
        webhook_configs: [
          {
            url: 'https://people.example.org/hook?token=abc',
            send_resolved: true,
            http_config: { authorization: { type: 'Bearer', credentials_file: '/etc/hook.key' } },
          },
        ],
      },
    ]);
  });

  it('says that nobody is told when there is no webhook', () => {
    const text = alertmanagerConfig({ rules: [], gateway });
    expect(parse(text).receivers).to.deep.equal([{ name: 'callsheet' }]);
    expect(text).to.contain('# Nobody is told yet.');
  });
});
