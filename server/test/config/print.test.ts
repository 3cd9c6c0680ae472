import { expect } from 'chai';
import { ALL } from '../../src/config/directory.ts';
import { printConfig } from '../../src/config/print.ts';
import { settingsReference } from '../../src/config/reference.ts';
import { load } from './loaded.ts';

describe('printConfig', () => {
  it('gives the same configuration when it is read again', () => {
    const toml = `
      [server]
      host = "::1"
      data_dir = "a \\"quoted\\" folder"
      public_url = "https://gate.test/sheet"
      [policy.roles.read-only]
      allow = ["get_*"]
      [tools]
      diagnostics = true
      deny = ["batch_*", "x"]`;
    const first = load(toml, { CALLSHEET_JOBS_CPU_SLOTS: '3' });
    expect(load(printConfig(first)).config).to.deep.equal(first.config);
  });

  it('says where each value came from, and what is not set', () => {
    const printed = printConfig(load('[server]\nport = 9000\n', { CALLSHEET_HOST: 'localhost' }));
    expect(printed).to.match(/^\[server\]\nhost = "localhost" # CALLSHEET_HOST\nport = 9000 # callsheet\.toml\n/);
    expect(printed).to.include('# public_url is not set\n');
    expect(printed).to.include('max_batch = 50 # default\n');
    expect(printed).to.include('[policy.roles.user] # default\nallow = [ "*" ]\ndeny = []\n');
  });

  it('begins with what is worth telling', () => {
    const printed = printConfig(load('[app]\nmcp_server_port = 1\n'));
    expect(printed).to.match(/^# callsheet\.toml: app\.mcp_server_port is read as server\.port; rename it\n/);
  });

  it('quotes the name of an entry that needs it', () => {
    const toml = '[auth.api_keys."render box"]\nkey = "0123456789abcdef"\nrole = "user"\n';
    expect(printConfig(load(toml))).to.include('[auth.api_keys."render box"] # callsheet.toml\n');
  });
});

describe('settingsReference', () => {
  it('has a row for every setting and every field of a table', () => {
    const table = settingsReference();
    for (const { path } of ALL) expect(table).to.include(`| \`${path}\` |`);
    expect(table).to.include('| `auth.api_keys.<name>.key` |');
    expect(table.split('\n').every((line) => line === '' || line.split(/(?<!\\)\|/).length === 7)).to.equal(true);
  });

  it('says values, defaults and variables', () => {
    const table = settingsReference();
    expect(table).to.include('| `server.port` | 0 to 65535 | `8081` | `CALLSHEET_PORT` | Port to listen on');
    expect(table).to.include('| `log.format` | `json`, `text` | `"json"` | `CALLSHEET_LOG_FORMAT` |');
    expect(table).to.include('| `jobs.cpu_slots` | 1 to 1024 | half the cores, at least 1 |');
    expect(table).to.include(
      '| `policy.roles` | tables, each under a role name of 1 to 32 of a-z 0-9 _ - | admin, user, viewer, worker, dev, artist, read_only |',
    );
    expect(table).to.include('| `auth.api_keys.<name>.role` | a role name of 1 to 32 of a-z 0-9 _ - | required |');
  });
});

describe('SETTINGS', () => {
  it('explain themselves in a sentence each', () => {
    for (const { path, setting } of ALL) expect(setting.help, path).to.match(/^[A-Z].{5,160}\.$/);
  });
});
