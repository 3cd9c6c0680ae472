import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigError } from '../../../src/config/problems.ts';
import { PolicyFile } from '../../../src/policy/file/policy-file.ts';
import type { PolicyRules } from '../../../src/policy/rules.ts';
import { useTempDir } from '../../temp-dir.ts';
import { rules } from '../rules.ts';

const WHOLE = `
version: 1
roles:
  artist: { allow: ["generate_*", "create_video"], deny: ["batch_*", "jobs/retry"] }
  lead:   { same_as: artist, allow: ["audit/*"] }
  user:   { same_as: lead, deny: [create_video] }
limits:
  artist: { rate: "100/60s", burst: 20, in_flight: 16, jobs: 4 }
  user: { rate: off }
tools:
  create_video: { rate: 10/60s }
  "generate_*": { rate: "30/1m+5" }
input: { request_size_kb: 512, array_items_max: 1000 }
paths: { allowed: ["/Game/Core/**", "media/**"] }
allow_write: false
dry_run: true
audit: { hmac_secret_env: MCP_AUDIT_SECRET }
`;

describe('a policy file', () => {
  const temp = useTempDir();
  const write = (text: string | Uint8Array, name = 'policy.yaml'): PolicyFile => {
    const path = join(temp(), name);
    writeFileSync(path, text);
    return new PolicyFile(path, rules({ paths: { allowed: ['**'], forbidden: ['**/.*'] } }));
  };
  /** All that is wrong with the file, a line each. */
  const problems = async (text: string | Uint8Array, name?: string): Promise<string[]> => {
    const failure: unknown = await write(text, name)
      .read()
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    if (!(failure instanceof ConfigError)) throw new Error(`expected a ConfigError, got ${String(failure)}`);
    return failure.problems.map(({ source, key, says }) => `${source}: ${key} ${says}`);
  };

  it('is laid over the settings, role by role and member by member', async () => {
    const { roles, limits, tools, input, paths, allowWrite, dryRun, auditSecretVariable } = await write(WHOLE).read();
    expect([...roles.keys()]).to.include.members(['admin', 'viewer', 'artist', 'lead', 'user']);
    expect(roles.get('admin')).to.deep.equal({ allow: ['*', '*/*', 'others/*'], deny: [] });
    expect(roles.get('artist')).to.deep.equal({
      allow: ['generate_*', 'create_video'],
      deny: ['batch_*', 'jobs/retry'],
    });
    const rate = { calls: 100, windowMs: 60_000, burst: 20 };
    expect(limits.get('artist')).to.deep.equal({ rate, inFlight: 16, jobs: 4 });
    expect(limits.get('user')).to.deep.equal({ rate: 'off' });
    expect([...tools]).to.deep.equal([
      ['create_video', { rate: { calls: 10, windowMs: 60_000, burst: 0 } }],
      ['generate_*', { rate: { calls: 30, windowMs: 60_000, burst: 5 } }],
    ]);
    expect(input).to.deep.equal({ requestSizeBytes: 524_288, arrayItemsMax: 1000 });
    expect(paths).to.deep.equal({ allowed: ['/Game/Core/**', 'media/**'], forbidden: ['**/.*'] });
    expect({ allowWrite, dryRun, auditSecretVariable }).to.deep.equal({
      allowWrite: false,
      dryRun: true,
      auditSecretVariable: 'MCP_AUDIT_SECRET',
    });
  });

  it('lets a role begin as another, limits included', async () => {
    const { roles, limits } = await write(WHOLE).read();
    expect(roles.get('lead')).to.deep.equal({
      allow: ['audit/*', 'generate_*', 'create_video'],
      deny: ['batch_*', 'jobs/retry'],
    });
    expect(roles.get('user')?.deny).to.deep.equal(['create_video', 'batch_*', 'jobs/retry']);
    expect(limits.get('lead')).to.deep.equal(limits.get('artist'));
    const ofDefault = await write('version: 1\nroles: { intern: { same_as: viewer } }').read();
    expect(ofDefault.roles.get('intern')).to.deep.equal(rules().roles.get('viewer'));
  });

  it('may say nothing beyond its version', async () => {
    expect(await write('version: 1').read()).to.deep.equal(rules());
  });

  it('says the same in TOML', async () => {
    const toml = `
      version = 1
      allow_write = false
      dry_run = true
      [roles]
      artist = { allow = ["generate_*", "create_video"], deny = ["batch_*", "jobs/retry"] }
      lead = { same_as = "artist", allow = ["audit/*"] }
      user = { same_as = "lead", deny = ["create_video"] }
      [limits]
      artist = { rate = "100/60s", burst = 20, in_flight = 16, jobs = 4 }
      user = { rate = "off" }
      [tools]
      create_video = { rate = "10/60s" }
      "generate_*" = { rate = "30/1m+5" }
      [input]
      request_size_kb = 512
      array_items_max = 1000
      [paths]
      allowed = ["/Game/Core/**", "media/**"]
      [audit]
      hmac_secret_env = "MCP_AUDIT_SECRET"`;
    const said: PolicyRules = await write(toml, 'policy.toml').read();
    expect(said).to.deep.equal(await write(WHOLE, 'policy.yml').read());
  });

  it('is refused with all that is wrong with it, each with its place and line', async () => {
    const text = `version: 2
roles:
  Artist: { allow: ["*"] }
  user:
    alow: ["*"]
    deny: "x"
    allow: ["ok", "(a+)+", 7]
  a: { same_as: b }
  b: { same_as: a }
  c: { same_as: admni }
limits:
  ghost: { rate: fast }
  user: { burst: 3, in_flight: 0 }
  admin: { rate: "5/s+1", burst: 3 }
  viewer: { rate: "5/1s+1", burst: 3 }
tools:
  "jobs/*": { rate: "1/1s" }
input: { request_size_kb: 1.5 }
paths: { allowed: ["a**"], forbidden: [1] }
allow_write: "no"
audit: { hmac_secret_env: "a b" }
inptu: 1`;
    expect(await problems(text)).to.deep.equal([
      'policy.yaml, line 1: version is 2; expected a whole number from 1 to 1',
      'policy.yaml, line 3: roles.Artist is "Artist"; expected a role name of 1 to 32 of a-z 0-9 _ -',
      'policy.yaml, line 5: roles.user.alow is not known here; did you mean allow?',
      'policy.yaml, line 6: roles.user.deny is "x"; expected a list',
      `policy.yaml, line 7: roles.user.allow[2] is "(a+)+"; expected ${PATTERN}`,
      `policy.yaml, line 7: roles.user.allow[3] is 7; expected ${PATTERN}`,
      `policy.yaml, line 12: limits.ghost.rate is "fast"; expected ${RATE}`,
      'policy.yaml, line 13: limits.user.in_flight is 0; expected a whole number from 1 to 1000000',
      `policy.yaml, line 14: limits.admin.rate is "5/s+1"; expected ${RATE}`,
      'policy.yaml, line 17: tools.jobs/* is "jobs/*"; expected a tool name, in which * stands for any characters',
      'policy.yaml, line 18: input.request_size_kb is 1.5; expected a whole number from 1 to 1048576',
      'policy.yaml, line 19: paths.allowed[1] is "a**"; expected ** to stand alone between slashes',
      `policy.yaml, line 19: paths.forbidden[1] is 1; expected ${GLOB}`,
      'policy.yaml, line 20: allow_write is "no"; expected true or false',
      'policy.yaml, line 21: audit.hmac_secret_env is "a b"; expected the name of an environment variable',
      'policy.yaml, line 22: inptu is not known here; did you mean input?',
      'policy.yaml, line 13: limits.user.burst needs a rate beside it',
      'policy.yaml, line 15: limits.viewer.burst does not go with the rate "5/1s+1"; write calls/window there and the burst here',
      'policy.yaml, line 8: roles.a.same_as leads in a circle: a → b → a',
      'policy.yaml, line 9: roles.b.same_as leads in a circle: b → a → b',
      'policy.yaml, line 10: roles.c.same_as is "admni", which is no role; did you mean admin?',
      'policy.yaml, line 12: limits.ghost limits a role nobody describes',
    ]);
  });

  it('needs a version, and a table', async () => {
    expect(await problems('dry_run: true')).to.deep.equal([
      'policy.yaml, line 1: version is missing; write version: 1',
    ]);
    for (const text of ['', '- a', '"text"', 'null', '7']) {
      const [problem = ''] = await problems(text);
      expect(problem, text).to.match(/expected a table with version, roles/);
    }
    expect(await problems('version: 1\nroles: null\nlimits: []')).to.have.length(2);
    expect(await problems('roles = 1', 'policy.toml')).to.deep.equal([
      'policy.toml: roles is 1; expected a table',
      'policy.toml: version is missing; write version: 1',
    ]);
  });

  it('takes no YAML that means more than it says', async () => {
    const bomb = `a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\nversion: 1`;
    expect(await problems(bomb)).to.deep.equal([
      'policy.yaml, line 2:  uses the alias *a; write it out, or use same_as',
      'policy.yaml, line 2:  uses the alias *a; write it out, or use same_as',
      'policy.yaml, line 3:  uses the alias *b; write it out, or use same_as',
      'policy.yaml, line 3:  uses the alias *b; write it out, or use same_as',
    ]);
    const [tagged = ''] = await problems('version: 1\ndry_run: !!js/function x');
    expect(tagged).to.match(/^policy\.yaml, line 2: /);
    expect(await problems('version: !!int "1"')).to.deep.equal([
      'policy.yaml, line 1:  uses the tag tag:yaml.org,2002:int; write plain values',
    ]);
    expect(await problems('version: 1\nroles:\n  user: {}\n  user: { allow: ["*"] }')).to.deep.equal([
      'policy.yaml, line 4:  says "user" a second time',
    ]);
    expect((await problems('version: 1\n---\nversion: 1')).join()).to.contain('line 2:  begins a second document');
    expect((await problems('version: 1\nroles: {')).join()).to.match(/line \d/);
    expect((await problems('? [a]\n: 1\nversion: 1')).join()).to.contain('line 1');
  });

  it('takes nothing from a merge key or an inherited name', async () => {
    expect(await problems('version: 1\n<<: { dry_run: true }')).to.deep.equal([
      'policy.yaml, line 2: << is not known here',
    ]);
    expect((await problems('version: 1\n__proto__: { dry_run: true }')).join()).to.contain('__proto__ is not known');
    expect((await problems('version: 1\nconstructor: 1')).join()).to.contain('constructor is not known');
    expect((await problems('version = 1\n__proto__.dry_run = true', 'policy.toml')).join()).to.contain('policy.toml');
    const { roles } = await write('version: 1\nroles: { constructor: { same_as: viewer } }').read();
    expect(roles.get('constructor')).to.deep.equal(rules().roles.get('viewer'));
  });

  it('ends the reading of nested, endless and unreadable files', async () => {
    const deep = [
      '['.repeat(250_000),
      `${'['.repeat(33)}${']'.repeat(33)}`,
      '[a: '.repeat(60_000),
      '{a: '.repeat(60_000),
    ];
    for (const nested of [...deep, '- '.repeat(100_000), '? '.repeat(100_000), ': '.repeat(100_000)]) {
      expect(await problems(nested), nested.slice(0, 8)).to.deep.equal(['policy.yaml:  is nested too deeply']);
    }
    const stairs = Array.from({ length: 40 }, (_, n) => `${' '.repeat(n)}a:`).join('\n');
    expect(await problems(stairs)).to.deep.equal(['policy.yaml:  is nested too deeply']);
    expect((await problems(`version: ${'['.repeat(20)}${']'.repeat(20)}`)).join()).to.contain('is a list');
    expect((await problems(`version: 1 # ${'['.repeat(40)}\nx: "${'['.repeat(40)}"`)).join()).to.contain(
      'x is not known',
    );
    expect((await problems(`version = ${'['.repeat(60_000)}`, 'policy.toml')).join()).to.contain('policy.toml');
    expect(await problems(`#${'x'.repeat(262_144)}`)).to.deep.equal(['policy.yaml:  is longer than 262144 bytes']);
    expect(await problems(new Uint8Array([0x61, 0xff]))).to.deep.equal(['policy.yaml:  is not UTF-8 text']);
    expect(await problems('version = ', 'policy.toml')).to.have.length(1);
    expect(await problems('version: 1', 'policy.ini')).to.deep.equal([
      'policy.ini:  ends in ".ini"; expected a name that ends in .yaml, .yml, .toml',
    ]);
  });

  it('tells the first of a great many problems, and how many there are', async () => {
    const names = Array.from({ length: 20_000 }, (_, n) => `  x${n}: 1`).join('\n');
    const told = await problems(`version: 1\ninput:\n${names}`);
    expect(told).to.have.length(51);
    expect(told[49]).to.equal('policy.yaml, line 52: input.x49 is not known here');
    expect(told[50]).to.equal('policy.yaml:  and 19950 more');
  });

  it('is refused when it is missing, or no file', async () => {
    const read = (name: string): Promise<string> =>
      new PolicyFile(join(temp(), name), rules()).read().then(String, (error: Error) => error.message);
    expect(await read('none.yaml')).to.contain('none.yaml: cannot be read (ENOENT)');
    mkdirSync(join(temp(), 'folder.yaml'));
    expect(await read('folder.yaml')).to.contain('folder.yaml: is not a file');
  });
});

const PATTERN =
  'a tool such as "generate_*" or a method such as "jobs/*": 1 to 128 of A-Z a-z 0-9 _ . - / and * for any characters';
const RATE =
  'calls/window+burst, such as "100/60s+20" (window in ms, s, m, h or d, up to a day; burst may be left out), or "off"';
const GLOB =
  'a path such as "media/**" or "D:/Project/*.fbx": ** for any folders, * for a part of a name, ? for one sign';
