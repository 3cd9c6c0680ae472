import { expect } from 'chai';
import { configuredKeys } from '../../src/config/keys.ts';
import { load, problemsOf } from './loaded.ts';

/** The example of MoneyPrinterTurbo's manual, in its own order. */
const EXAMPLE = `
[app]
mcp_server_host = "localhost"
mcp_server_port = 8082
mcp_max_connections = 100
mcp_rate_limit_requests = 100
mcp_rate_limit_window = 60
mcp_jwt_secret = "your-secret-key"
mcp_jwt_expiration = 3600
[app.mcp_api_keys]
admin_key = { name = "Admin User", role = "admin", active = true }
user_key = { name = "Regular User", role = "user", active = true }
mcp_circuit_breaker_threshold = 5
mcp_circuit_breaker_timeout = 60
mcp_heartbeat_interval = 30
mcp_health_check_interval = 10
mcp_service_timeout = 90
`;
const HONOURED = EXAMPLE.split('\n')
  .filter((line) => !line.includes('jwt_secret'))
  .join('\n');

describe('[app] mcp_* settings', () => {
  it('are read where they have a home here, each with a note', () => {
    const { config, notes, origins } = load(HONOURED);
    expect(config.server).to.include({ host: 'localhost', port: 8082, maxConnections: 100 });
    expect(config.rate).to.include({ calls: 100, windowS: 60 });
    expect(config.auth.accessTtlS).to.equal(3600);
    expect(configuredKeys(config)).to.deep.equal([
      { name: 'Admin User', key: 'admin_key', role: 'admin' },
      { name: 'Regular User', key: 'user_key', role: 'user' },
    ]);
    expect(origins.get('server.port')).to.equal('callsheet.toml, app.mcp_server_port');
    expect(notes).to.include('callsheet.toml: app.mcp_server_port is read as server.port; rename it');
    expect(notes.filter((note) => note.includes('can be guessed'))).to.have.length(2);
  });

  it('turn seconds into milliseconds, and let the times between them follow', () => {
    const { config, notes, origins } = load(HONOURED);
    expect(config.workers).to.include({ failuresInRow: 5, ejectionMs: 60_000, longestEjectionMs: 120_000 });
    expect(config.workers).to.include({ heartbeatMs: 30_000, suspectAfterMs: 60_000, deadAfterMs: 90_000 });
    expect(config.workers).to.include({ probeIntervalMs: 10_000, graceMs: 3000 });
    expect(origins.get('workers.heartbeat_ms')).to.equal('callsheet.toml, app.mcp_heartbeat_interval × 1000');
    expect(notes).to.include(
      'callsheet.toml: app.mcp_service_timeout is read as workers.dead_after_ms, in milliseconds; rename it',
    );
    expect(notes).to.include(
      'callsheet.toml, app.mcp_heartbeat_interval × 1000: workers.suspect_after_ms follows workers.heartbeat_ms and workers.dead_after_ms and is 60000; set it when you mean another',
    );
    expect(load('[app]\nmcp_heartbeat_interval = 0.5\n').config.workers.heartbeatMs).to.equal(500);
    expect(problemsOf('[app]\nmcp_heartbeat_interval = 86400\nmcp_service_timeout = "90"')).to.deep.equal([
      'callsheet.toml: app.mcp_heartbeat_interval × 1000 is 86400000; expected a whole number from 100 to 3600000',
      'callsheet.toml: app.mcp_service_timeout is "90"; expected a whole number from 300 to 86400000',
    ]);
  });

  it('do not repeat a secret that is too short', () => {
    const problems = problemsOf(EXAMPLE);
    expect(problems).to.deep.equal([
      'callsheet.toml: app.mcp_jwt_secret is "********"; expected a secret of at least 32 bytes, such as "openssl rand -hex 32" makes',
    ]);
  });

  it('do not open the gateway to the world with keys that can be guessed', () => {
    const problems = problemsOf(HONOURED.replace('localhost', '0.0.0.0'));
    expect(problems.map((problem) => problem.replace(/ and can.*/, ''))).to.deep.equal([
      'callsheet.toml: app.mcp_api_keys."Admin User" has 9 characters',
      'callsheet.toml: app.mcp_api_keys."Regular User" has 8 characters',
    ]);
  });

  it('must not contradict the names of today', () => {
    expect(problemsOf('[app]\nmcp_server_port = 1\n[server]\nport = 2\n')).to.deep.equal([
      'callsheet.toml: server.port and app.mcp_server_port set the same thing; keep one',
    ]);
  });

  it('are checked like these', () => {
    expect(problemsOf('[app]\nmcp_server_port = "x"\nmcp_api_keys = 5\nvideo_source = "pexels"')).to.deep.equal([
      'callsheet.toml: app.video_source is not a setting; of [app] only mcp_server_host, mcp_server_port, mcp_max_connections, mcp_api_keys, mcp_rate_limit_requests, mcp_rate_limit_window, mcp_jwt_secret, mcp_jwt_expiration, mcp_circuit_breaker_threshold, mcp_circuit_breaker_timeout, mcp_heartbeat_interval, mcp_health_check_interval, mcp_service_timeout are read',
      'callsheet.toml: app.mcp_server_port is "x"; expected a whole number from 0 to 65535',
      'callsheet.toml: app.mcp_api_keys is "********"; expected tables, [auth.api_keys.<name>]',
    ]);
    expect(problemsOf('app = 5')).to.deep.equal(['callsheet.toml: app stands outside a section']);
  });

  it('keep keys without a name, or with the same one, apart', () => {
    const toml = `[app.mcp_api_keys]
      aaaaaaaaaaaaaaaaaaaa = { role = "user" }
      bbbbbbbbbbbbbbbbbbbb = { name = "Box", role = "user", active = false }
      cccccccccccccccccccc = { name = "Box", role = "user" }`;
    const { config } = load(toml);
    expect(Object.keys(config.auth.apiKeys)).to.deep.equal(['key 1', 'Box', 'Box 2']);
    expect(configuredKeys(config).map(({ name }) => name)).to.deep.equal(['key 1', 'Box 2']);
  });
});

describe('variables of the Unreal tool server', () => {
  it('are read where they have a home here, each with a note', () => {
    const { config, notes } = load(undefined, {
      MCP_ALLOW_WRITE: '0',
      MCP_DRY_RUN: '1',
      MCP_ALLOWED_PATHS: '/Game/Core;/Game/Art',
      MCP_POLICY_PATH: 'policy.yaml',
      MCP_AUDIT_SECRET: 'x'.repeat(32),
      MCP_SOMETHING_ELSE: '1',
    });
    expect(config.policy).to.include({ allowWrite: false, dryRun: true, file: '/srv/gate/policy.yaml' });
    expect(config.policy.allowedPaths).to.deep.equal(['/Game/Core', '/Game/Art']);
    expect(config.audit.secret).to.equal('x'.repeat(32));
    expect(notes).to.include('environment: MCP_DRY_RUN is read as policy.dry_run').and.to.have.length(5);
  });

  it('are checked like these', () => {
    expect(problemsOf(undefined, { MCP_ALLOW_WRITE: 'perhaps' })).to.deep.equal([
      'environment: MCP_ALLOW_WRITE is "perhaps"; expected true or false',
    ]);
  });
});
