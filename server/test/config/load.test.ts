import { expect } from 'chai';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';
import { load, problemsOf } from './loaded.ts';

const KEY = '0123456789abcdef';

describe('loadConfig', () => {
  it('has a default for everything that needs one', () => {
    const { config, notes } = load(undefined);
    expect(notes).to.deep.equal([]);
    expect(config.server).to.include({
      host: '127.0.0.1',
      port: 8081,
      dataDir: '/srv/gate/data',
      publicUrl: undefined,
      engine: 'embedded',
      maxConnections: 10_000,
    });
    expect(config.limits).to.include({
      maxPayloadBytes: 1_048_576,
      maxBatch: 50,
      maxDepth: 64,
      maxArrayItems: 10_000,
      maxInFlight: 64,
      maxInFlightPerPrincipal: 256,
      openingTimeoutMs: 5000,
      heartbeatMs: 25_000,
    });
    expect(config.jobs).to.deep.equal({ cpuSlots: 2, networkSlots: 8, maxQueued: 1000, retentionDays: 30 });
    expect(config.assets.linkTtlS).to.equal(604_800);
    expect(config.auth).to.deep.include({ adminKey: undefined, apiKeys: {}, hmacClients: {}, accessTtlS: 900 });
    expect(config.rate).to.include({ calls: 100, windowS: 60, burst: 20, global: 'off' });
    const roles = ['admin', 'user', 'viewer', 'worker', 'dev', 'artist', 'read_only'];
    expect(Object.keys(config.policy.roles)).to.deep.equal(roles);
  });

  it('gives a machine with one core one slot for heavy jobs', () => {
    const { config } = loadConfig({ env: {}, cwd: '/nowhere', cores: 1 });
    expect(config.jobs.cpuSlots).to.equal(1);
  });

  it('lets the file win over defaults and the environment over the file, and says where each value came from', () => {
    const toml = '[server]\nport = 1000\nhost = "::1"\n[log]\nlevel = "debug"\n';
    const { config, origins } = load(toml, { CALLSHEET_PORT: '2000', CALLSHEET_LOG_FORMAT: 'text' });
    expect(config.server.port).to.equal(2000);
    expect(config.server.host).to.equal('::1');
    expect(config.log).to.include({ level: 'debug', format: 'text' });
    const from = ['server.port', 'server.host', 'log.format', 'jobs.cpu_slots'].map((path) => origins.get(path));
    expect(from).to.deep.equal(['CALLSHEET_PORT', 'callsheet.toml', 'CALLSHEET_LOG_FORMAT', 'default']);
  });

  it('cannot be changed afterwards, at any depth', () => {
    const { config } = load(undefined);
    expect(Object.isFrozen(config.server)).to.equal(true);
    expect(() => Object.assign(config.policy.roles.admin ?? {}, { deny: ['*'] })).to.throw(TypeError);
    expect(() => (config.tools.allow as string[]).push('x')).to.throw(TypeError);
  });

  it('reads the file an argument, else CALLSHEET_CONFIG, else the folder names', () => {
    const asked: string[] = [];
    const readFile = (path: string): string => {
      asked.push(path);
      return '';
    };
    const input = { cwd: '/srv/gate', cores: 2, readFile };
    loadConfig({ ...input, env: { CALLSHEET_CONFIG: '/etc/b.toml' }, file: 'a.toml' });
    loadConfig({ ...input, env: { CALLSHEET_CONFIG: '/etc/b.toml' } });
    loadConfig({ ...input, env: {} });
    expect(asked).to.deep.equal(['/srv/gate/a.toml', '/etc/b.toml', '/srv/gate/callsheet.toml']);
  });

  it('misses a file only when it was named', () => {
    expect(problemsOf(undefined)).to.deep.equal([]);
    expect(problemsOf(undefined, { CALLSHEET_CONFIG: 'my.toml' })).to.deep.equal([
      '/srv/gate/my.toml: the file cannot be read (ENOENT)',
    ]);
  });

  it('counts relative paths from the file that says them, else from where the server was started', () => {
    const readFile = (): string => '[server]\ndata_dir = "var"\n[tools]\nffmpeg_path = "bin/ffmpeg"\n';
    const input = { cwd: '/srv/gate', cores: 2, readFile, file: '/etc/gate/callsheet.toml' };
    const fromFile = loadConfig({ ...input, env: {} }).config;
    expect(fromFile.server.dataDir).to.equal('/etc/gate/var');
    expect(fromFile.tools.ffmpegPath).to.equal('/etc/gate/bin/ffmpeg');
    const env = { CALLSHEET_DATA_DIR: 'var', CALLSHEET_TOOLS_FFMPEG_PATH: 'ffmpeg' };
    const fromEnvironment = loadConfig({ ...input, env }).config;
    expect(fromEnvironment.server.dataDir).to.equal('/srv/gate/var');
    expect(fromEnvironment.tools.ffmpegPath).to.equal('ffmpeg');
  });

  it('tells all that is wrong at once, with source, key, value and expectation', () => {
    const toml = '[server]\nport = 99999\nengine = "redis://r"\n[limits]\nmax_depth = 1.5\n[ollama]\ndetect = "yes"\n';
    expect(problemsOf(toml, { CALLSHEET_LOG_LEVEL: 'loud', CALLSHEET_HOST: '127.0.0.1:80' })).to.deep.equal([
      'environment: CALLSHEET_HOST is "127.0.0.1:80"; expected an address or a host name without a port, such as "127.0.0.1"',
      'callsheet.toml: server.port is 99999; expected a whole number from 0 to 65535',
      'callsheet.toml: server.engine is "redis://r"; expected "embedded" (other storage engines come with a later release)',
      'callsheet.toml: limits.max_depth is 1.5; expected a whole number from 4 to 1000',
      'callsheet.toml: ollama.detect is "yes"; expected true or false',
      'environment: CALLSHEET_LOG_LEVEL is "loud"; expected "trace" or "debug" or "info" or "warn" or "error" or "fatal" or "silent"',
    ]);
  });

  it('counts the problems in its heading and hands them out as data', () => {
    expect(() => load('[server]\nport = -1')).to.throw(
      ConfigError,
      'Cannot use the configuration: one setting is wrong',
    );
    try {
      load('[server]\nport = -1\nhost = ""');
    } catch (error) {
      expect(error).to.include({ name: 'ConfigError' });
      expect((error as ConfigError).message).to.include('2 settings are wrong');
      expect((error as ConfigError).problems.map(({ source, key }) => [source, key])).to.deep.equal([
        ['callsheet.toml', 'server.host'],
        ['callsheet.toml', 'server.port'],
      ]);
    }
  });

  it('refuses values of the wrong kind without repeating what is inside them', () => {
    const toml =
      '[server]\nhost = ["a"]\nport = {a = 1}\nengine = 2026-01-01\n[tools]\nallow = "x"\ndeny = ["ok", "No"]\n';
    expect(problemsOf(toml).map((problem) => problem.replace(/; expected.*/, ''))).to.deep.equal([
      'callsheet.toml: server.host is a list',
      'callsheet.toml: server.port is a table',
      'callsheet.toml: server.engine is a date',
      'callsheet.toml: tools.allow is "x"',
      'callsheet.toml: tools.deny holds "No" at place 2',
    ]);
  });

  it('asks about misspelt and misplaced names', () => {
    const toml = 'port = 1\nzebra = 1\njobs = 5\n[servr]\n[zebras]\n[server]\nprot = 1\ncpu_slots = 1\nzebra = 1\n';
    expect(problemsOf(toml)).to.have.members([
      'callsheet.toml: port stands outside a section; did you mean server.port?',
      'callsheet.toml: zebra stands outside a section',
      'callsheet.toml: jobs is 5; expected a table, [jobs]',
      'callsheet.toml: servr is not a section; did you mean server?',
      'callsheet.toml: zebras is not a section',
      'callsheet.toml: server.prot is not a setting; did you mean server.port?',
      'callsheet.toml: server.cpu_slots is not a setting; did you mean jobs.cpu_slots?',
      'callsheet.toml: server.zebra is not a setting',
    ]);
  });

  it('says where a file stops being TOML', () => {
    expect(problemsOf('[server]\nport = = 1')).to.deep.equal(['callsheet.toml: line 2, column 8: invalid value']);
    expect(problemsOf('[auth.api_keys.__proto__]\nrole = "x"')[0]).to.include('unsafe property');
  });

  it('reads keys and roles by name; a role in the file replaces the default one', () => {
    const toml = `
      [auth.api_keys."render box"]
      key = "${KEY}"
      role = "painter"
      [policy.roles.painter]
      allow = ["generate_*"]
      [policy.roles.user]
      deny = ["batch_*"]`;
    const { config, origins } = load(toml);
    const open = { active: true, scopes: [], allowedOrigins: [] };
    expect(config.auth.apiKeys).to.deep.equal({ 'render box': { key: KEY, role: 'painter', ...open } });
    expect(config.policy.roles).to.deep.include({
      admin: { allow: ['*', '*/*', 'others/*'], deny: [] },
      painter: { allow: ['generate_*'], deny: [] },
      user: { allow: [], deny: ['batch_*'] },
    });
    expect(origins.get('policy.roles.user')).to.equal('callsheet.toml');
    expect(origins.get('policy.roles.admin')).to.equal('default');
  });

  it('says what an entry of a table lacks or has too much', () => {
    const toml = `
      [auth.api_keys.a]
      key = "${KEY}"
      rol = "user"
      [policy.roles]
      Admin = 1
      [policy.roles.x]
      allow = 1`;
    expect(problemsOf(toml)).to.deep.equal([
      'callsheet.toml: auth.api_keys.a has no field "rol"; did you mean role?',
      'callsheet.toml: auth.api_keys.a lacks "role": A role of [policy.roles].',
      'callsheet.toml: policy.roles.Admin has a name that does not fit; expected a role name of 1 to 32 of a-z 0-9 _ -',
      'callsheet.toml: policy.roles.Admin is 1; expected a table with allow, deny',
      'callsheet.toml: policy.roles.x.allow is 1; expected a list of texts, each a tool such as "generate_*" or a method such as "jobs/*", in which * stands for any characters',
    ]);
    expect(problemsOf('[policy]\nroles = 1')[0]).to.include(
      'policy.roles is 1; expected tables, [policy.roles.<name>]',
    );
  });
});

describe('settings that do not fit together', () => {
  const key = (name: string, value: string, role: string): string =>
    `[auth.api_keys.${name}]\nkey = "${value}"\nrole = "${role}"\n`;

  it('are a role nobody described, a key or a name given twice', () => {
    const toml = `[auth]\nadmin_key = "${KEY}"\n${key('one', KEY, 'boss')}${key('admin', `${KEY}2`, 'user')}`;
    expect(problemsOf(toml)).to.deep.equal([
      'callsheet.toml: auth.api_keys."one" has the role "boss"; expected one of admin, user, viewer, worker, dev, artist, read_only, or a description of it in [policy.roles.boss]',
      'callsheet.toml: auth.api_keys."one" has the same key as auth.admin_key; give each its own',
      'callsheet.toml: auth.api_keys."admin" has the name under which auth.admin_key is known; call it something else',
    ]);
    expect(problemsOf(key('x', KEY, 'constructor'))).to.have.length(1);
  });

  it('are keys that can be guessed', () => {
    const expected = 'has 5 characters and can be guessed; expected 16 or more, such as "openssl rand -hex 32" makes';
    expect(problemsOf(key('a', 'short', 'user'))).to.deep.equal([`callsheet.toml: auth.api_keys."a" ${expected}`]);
    expect(problemsOf('', { CALLSHEET_ADMIN_KEY: 'short' })).to.deep.equal([
      `environment: CALLSHEET_ADMIN_KEY ${expected}`,
    ]);
  });

  it('are windows of which the outer is smaller than the inner', () => {
    const toml = '[limits]\nmax_in_flight = 300\n';
    expect(problemsOf(toml)).to.deep.equal([
      'callsheet.toml: limits.max_in_flight does not fit: 300 calls in flight on one connection, but only 256 for its caller',
    ]);
    expect(problemsOf('', { CALLSHEET_LIMITS_MAX_IN_FLIGHT_PER_PRINCIPAL: '10' })[0]).to.match(
      /^environment: CALLSHEET_LIMITS_MAX_IN_FLIGHT_PER_PRINCIPAL does not fit/,
    );
  });

  it('are halves of TLS, certificates nobody asks for, and keys that cannot be of their kind', () => {
    expect(problemsOf('[server]\ntls_cert = "a.pem"\n')).to.deep.equal([
      'callsheet.toml: server.tls_cert needs server.tls_key beside it',
    ]);
    const certificate = '[auth.certificates.box]\nsan = "DNS:box.example"\nrole = "worker"\n';
    expect(problemsOf(certificate)[0]).to.include('needs server.tls_client_certificates');
    expect(problemsOf('[auth.jwt_keys.k1]\nalg = "RS256"\n')).to.deep.equal([
      'callsheet.toml: auth.jwt_keys."k1" is for RS256; give it a key_file with the public key',
    ]);
    const client = `[auth.hmac_clients.box]\nsecret = "${'x'.repeat(32)}"\nrole = "boss"\n`;
    expect(problemsOf(client)[0]).to.include('has the role "boss"');
    // A policy file may describe the role; it is read later, and again whenever it changes.
    expect(problemsOf(`[policy]\nfile = "policy.yaml"\n${client}`)).to.deep.equal([]);
    expect(problemsOf('[limits]\ngive_up_bytes = 65536\n')[0]).to.include('reading pauses at 1048576 unread bytes');
  });

  it('are told beside what is wrong by itself, each mistake once', () => {
    const toml = `[limits]\nmax_in_flight = "x"\n${key('one', KEY, 'boss')}`;
    expect(problemsOf(toml)).to.have.length(2);
    expect(problemsOf('', { CALLSHEET_ADMIN_KEY: 'a b' })).to.have.length(1);
  });
});
