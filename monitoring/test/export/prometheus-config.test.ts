import { expect } from 'chai';
import { parse } from 'yaml';
import { prometheusConfig } from '../../src/export/prometheus-config.ts';

const gateway = { url: 'https://gateway.example.org:8081', bearerFile: '/etc/callsheet/metrics.key' };

describe('prometheusConfig', () => {
  it('scrapes the gateway with a key from a file, and finds workers through it', () => {
    const bearer = { type: 'Bearer', credentials_file: '/etc/callsheet/metrics.key' };
    expect(parse(prometheusConfig({ rules: [], gateway }))).to.deep.equal({
      global: { scrape_interval: '15s', evaluation_interval: '15s' },
      rule_files: ['rules/callsheet.yml'],
      alerting: { alertmanagers: [{ scheme: 'http', static_configs: [{ targets: ['127.0.0.1:9093'] }] }] },
      scrape_configs: [
        {
          job_name: 'callsheet',
          scheme: 'https',
          metrics_path: '/metrics',
          authorization: bearer,
          static_configs: [{ targets: ['gateway.example.org:8081'] }],
        },
        {
          job_name: 'callsheet-workers',
          http_sd_configs: [{ url: 'https://gateway.example.org:8081/v1/sd/prometheus', authorization: bearer }],
        },
      ],
    });
  });

  it('never shows the key of the gateway to workers', () => {
    const { scrape_configs } = parse(prometheusConfig({ rules: [], gateway })) as { scrape_configs: object[] };
    expect(scrape_configs[1]).to.not.have.property('authorization');
  });

  it('takes what it is told: another path, another pace, another Alertmanager, no workers, no key', () => {
    const text = prometheusConfig({
      rules: [],
      gateway: { url: 'http://10.0.0.7/internal/metrics', workers: false },
      prometheus: { scrapeInterval: 1.5 },
      alertmanager: { url: 'https://alerts.example.org/am' },
    });
    const told = parse(text);
    expect(told.global.scrape_interval).to.equal('1500ms');
    expect(told.alerting.alertmanagers).to.deep.equal([
      { scheme: 'https', path_prefix: '/am', static_configs: [{ targets: ['alerts.example.org:443'] }] },
    ]);
    expect(told.scrape_configs).to.deep.equal([
      {
        job_name: 'callsheet',
        scheme: 'http',
        metrics_path: '/internal/metrics',
        static_configs: [{ targets: ['10.0.0.7:80'] }],
      },
    ]);
  });

  it('asks for native histograms in the file only where Prometheus knows the setting', () => {
    const flag = prometheusConfig({ rules: [], gateway });
    expect(JSON.stringify(parse(flag))).to.not.contain('scrape_native_histograms');
    expect(flag).to.contain('# scrape_native_histograms: true');
    const { scrape_configs } = parse(
      prometheusConfig({ rules: [], gateway, prometheus: { nativeHistograms: 'setting' } }),
    ) as { scrape_configs: object[] };
    for (const job of scrape_configs) {
      expect(job).to.include({ scrape_native_histograms: true, always_scrape_classic_histograms: true });
    }
  });

  it('refuses what is no address, no duration, or has a password in it', () => {
    const told =
      (url: string, scrapeInterval = 15) =>
      () =>
        prometheusConfig({ rules: [], gateway: { url }, prometheus: { scrapeInterval } });
    expect(told('gateway:8081')).to.throw(RangeError, 'gateway.url is "gateway:8081"; give an address such as');
    expect(told('ws://127.0.0.1:8081')).to.throw(RangeError, 'gateway.url is "ws://127.0.0.1:8081"');
    expect(told('http://me:secret@gateway'))
      .to.throw(RangeError, 'gateway.url has a password')
      .with.property('message')
      .that.does.not.include('secret');
    expect(told('http://gateway', 0)).to.throw(RangeError, 'prometheus.scrapeInterval is 0; give a number of seconds');
    expect(told('http://gateway', Number.NaN)).to.throw(RangeError, 'prometheus.scrapeInterval is NaN');
  });
});
