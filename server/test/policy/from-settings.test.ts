import { expect } from 'chai';
import { callRules, rulesFromSettings } from '../../src/policy/from-settings.ts';
import { load } from '../config/loaded.ts';

const rate = (calls: number, windowMs: number, burst = 0): object => ({ calls, windowMs, burst });

describe('the rules of the settings', () => {
  it('are the roles, paths and switches they name', () => {
    const { config } = load(
      '[policy]\nallow_write = false\nallowed_paths = ["/srv"]\n[policy.roles.a]\nallow = ["x"]\n',
    );
    const rules = rulesFromSettings(config);
    expect(rules).to.deep.include({ allowWrite: false, dryRun: false, input: {} });
    expect(rules.paths).to.deep.equal({ allowed: ['/srv'], forbidden: ['**/.*', '**/.*/**'] });
    expect(rules.roles.get('a')).to.deep.equal({ allow: ['x'], deny: [] });
    expect([...rules.roles.keys()]).to.include.members(['admin', 'read_only']);
  });
});

describe('the rates of the settings and the policy file', () => {
  const { config } = load(
    '[rate]\nglobal = "1000/1s"\n[rate.tools.echo]\nrate = "5/1s"\n[rate.tools."x_*"]\nrate = "off"\n',
  );

  it('are those of the settings where the file says nothing', () => {
    expect(callRules(config, { limits: new Map(), tools: new Map() })).to.deep.equal({
      global: rate(1_000, 1_000),
      principal: rate(100, 60_000, 20),
      roles: {},
      tools: [
        { pattern: 'echo', rate: rate(5, 1_000) },
        { pattern: 'x_*', rate: undefined },
      ],
    });
  });

  it('are those of the file where it says something, a role without one among them', () => {
    const slow = { calls: 1, windowMs: 60_000, burst: 0 };
    const limits = new Map([
      ['artist', { rate: slow }],
      ['admin', { rate: 'off' as const }],
      ['user', { jobs: 3 }],
    ]);
    const rules = callRules(config, { limits, tools: new Map([['echo', { rate: slow }]]) });
    expect(rules.roles).to.deep.equal({ artist: slow, admin: undefined });
    expect(Object.hasOwn(rules.roles ?? {}, 'admin')).to.equal(true);
    expect(rules.tools?.[0]).to.deep.equal({ pattern: 'echo', rate: slow });
  });
});
