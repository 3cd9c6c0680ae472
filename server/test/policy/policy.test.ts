import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { accessFrom } from '../../src/policy/access.ts';
import { Policy } from '../../src/policy/policy.ts';
import type { Resource } from '../../src/policy/refusal.ts';
import type { RoleRule } from '../../src/policy/role.ts';
import { ACCESS, policyWith, principal, rules } from './rules.ts';

const TOOLS = ['batch_render', 'create_video', 'generate_music', 'get_current_time', 'list_voices'];

function refusalOf(run: () => void): { name: string; message: string; details: unknown } {
  try {
    run();
  } catch (error) {
    if (!CallError.is(error)) throw error;
    return { name: error.errorName, message: error.message, details: error.facts.details };
  }
  throw new Error('expected a refusal');
}

describe('the policy', () => {
  const policy = new Policy(rules(), ACCESS);
  const may = (role: string, action: string, resource?: Resource, scopes: readonly string[] = []): boolean =>
    policy.can(principal(role, scopes), action, resource);
  const tools = (role: string, scopes: readonly string[] = []): string[] =>
    policy.visibleTools(principal(role, scopes), TOOLS);

  it('lets a deny win over every allow', () => {
    expect(may('artist', 'tools/call', { tool: 'create_video' })).to.equal(true);
    expect(may('artist', 'tools/call', { tool: 'batch_render' })).to.equal(false);
    expect(may('dev', 'keys/create')).to.equal(false);
    const both = policyWith({ r: { allow: ['*', 'a'], deny: ['a'] } });
    expect(both.can(principal('r'), 'tools/call', { tool: 'a' })).to.equal(false);
  });

  it('shows the tools a role may call', () => {
    expect(tools('admin')).to.deep.equal(TOOLS);
    expect(tools('viewer')).to.deep.equal(['get_current_time', 'list_voices']);
    expect(tools('artist')).to.deep.equal(['create_video', 'generate_music', 'get_current_time', 'list_voices']);
    expect(tools('worker')).to.deep.equal([]);
  });

  it('gives a role nobody described nothing at all', () => {
    for (const role of ['nobody', 'constructor', '__proto__', 'toString', '', 'Admin']) {
      for (const action of ['ping', 'session/open', 'tools/list', 'server/health']) {
        expect(may(role, action), `${role} ${action}`).to.equal(false);
      }
      expect(tools(role)).to.deep.equal([]);
    }
    expect(refusalOf(() => policy.demand(principal('nobody'), 'tools/list'))).to.include({
      name: 'FORBIDDEN',
      message: 'Cannot use "tools/list": no policy describes the role "nobody"',
    });
  });

  it('gives every role the methods for everyone, and only to whom it is said those for operators and workers', () => {
    for (const role of ['admin', 'user', 'viewer', 'worker', 'dev', 'artist', 'read_only']) {
      expect(may(role, 'jobs/get'), role).to.equal(true);
      expect(may(role, 'assets/read'), role).to.equal(true);
    }
    expect(may('user', 'keys/create')).to.equal(false);
    expect(may('admin', 'keys/create')).to.equal(true);
    expect(may('worker', 'services/register')).to.equal(true);
    expect(may('user', 'services/register')).to.equal(false);
    expect(may('worker', 'keys/create')).to.equal(false);
  });

  it('lets roles store files of their own, except those that look and those that work for others', () => {
    for (const role of ['admin', 'user', 'dev', 'artist']) expect(may(role, 'assets/create'), role).to.equal(true);
    for (const role of ['viewer', 'read_only', 'worker']) expect(may(role, 'assets/create'), role).to.equal(false);
  });

  it('treats a method nobody described as one that must be named', () => {
    expect(accessFrom({})('tomorrow/method')).to.equal(undefined);
    expect(may('user', 'tomorrow/method')).to.equal(false);
    expect(may('admin', 'tomorrow/method')).to.equal(true);
  });

  it('takes methods for everyone away where they are denied, but never the session itself', () => {
    const strict = policyWith({ r: { allow: ['*'], deny: ['*/*', 'jobs/*'] } });
    const caller = principal('r');
    for (const action of ['ping', 'session/open', 'session/close', 'session/refresh']) {
      expect(strict.can(caller, action), action).to.equal(true);
    }
    for (const action of ['jobs/get', 'tools/call', 'events/subscribe']) {
      expect(strict.can(caller, action), action).to.equal(false);
    }
    expect(may('viewer', 'jobs/submit')).to.equal(false);
    expect(may('viewer', 'jobs/list')).to.equal(true);
  });

  it('keeps what belongs to one caller from the others, except from a role that reaches them by name', () => {
    const foreign = { owner: 'key:somebody' };
    expect(may('user', 'jobs/get', { owner: 'key:user' })).to.equal(true);
    expect(may('user', 'jobs/get', foreign)).to.equal(false);
    expect(may('dev', 'jobs/get', foreign)).to.equal(false);
    expect(may('admin', 'jobs/get', foreign)).to.equal(true);
    expect(may('admin', 'assets/read', foreign)).to.equal(true);
    const support = policyWith({ r: { allow: ['others/jobs/*', 'others/assets/read'], deny: ['others/*/cancel'] } });
    const reaches = (action: string): boolean => support.can(principal('r'), action, foreign);
    expect(reaches('jobs/get')).to.equal(true);
    expect(reaches('assets/read')).to.equal(true);
    expect(reaches('jobs/cancel')).to.equal(false);
    expect(support.can(principal('r'), 'jobs/cancel', { owner: 'key:r' })).to.equal(true);
    expect(reaches('events/subscribe')).to.equal(false);
  });

  it('names a foreign thing in the words of a missing one', () => {
    const act = (): void => policy.demand(principal('user'), 'jobs/get', { owner: 'x', thing: 'the job "job_1"' });
    expect(refusalOf(act)).to.deep.equal({
      name: 'NOT_FOUND',
      message: 'Cannot find the job "job_1": there is none with this id, or it is not yours',
      details: undefined,
    });
  });

  it('says which is missing: the tool, the method or the scope', () => {
    const demand = (role: string, action: string, resource?: Resource, scopes: readonly string[] = []) =>
      refusalOf(() => policy.demand(principal(role, scopes), action, resource));
    expect(demand('viewer', 'tools/call', { tool: 'create_video' })).to.deep.equal({
      name: 'TOOL_DENIED',
      message: 'Cannot call "create_video": the role "viewer" may not use it',
      details: undefined,
    });
    expect(demand('user', 'keys/create')).to.deep.equal({
      name: 'FORBIDDEN',
      message: 'Cannot use "keys/create": the role "user" may not',
      details: undefined,
    });
    expect(demand('admin', 'tools/call', { tool: 'create_video' }, ['tools:read'])).to.deep.equal({
      name: 'FORBIDDEN',
      message: 'Cannot use "tools/call": the credential lacks the scope "tools:call"; use one that has it',
      details: { missingScope: 'tools:call' },
    });
    expect(demand('admin', 'keys/create', {}, ['tools:call']).details).to.deep.equal({ missingScope: 'keys/create' });
    expect(demand('admin', 'tools/list', {}, ['keys/*']).details).to.deep.equal({ missingScope: 'tools:read' });
    expect(demand('admin', 'tools/call', { tool: 'create_video' }, ['get_*'])).to.deep.include({
      name: 'TOOL_DENIED',
      details: { missingScope: 'tools:call' },
    });
    expect(demand('viewer', 'tools/call', { tool: 'create_video' }, ['get_*']).details).to.equal(undefined);
    expect(demand('user', 'jobs/get', { owner: 'x' }).details).to.equal(undefined);
    expect(() => policy.demand(principal('admin'), 'keys/create')).to.not.throw();
  });

  describe('with a credential that carries scopes', () => {
    it('lets tools:read look and tools:call work', () => {
      const looks = ['tools/list', 'server/health', 'jobs/get', 'jobs/list', 'events/subscribe', 'assets/read', 'ping'];
      for (const action of looks) {
        expect(may('admin', action, {}, ['tools:read']), action).to.equal(true);
      }
      for (const action of ['tools/call', 'jobs/submit', 'jobs/cancel', 'keys/create']) {
        expect(may('admin', action, {}, ['tools:read']), action).to.equal(false);
      }
      for (const action of [
        'tools/list',
        'tools/call',
        'jobs/submit',
        'jobs/cancel',
        'events/subscribe',
        'assets/read',
        'session/close',
      ]) {
        expect(may('admin', action, {}, ['tools:call']), action).to.equal(true);
      }
      expect(may('admin', 'assets/create', {}, ['tools:call'])).to.equal(true);
      expect(may('admin', 'assets/create', {}, ['tools:read'])).to.equal(false);
      expect(may('admin', 'server/health', {}, ['tools:call'])).to.equal(false);
      expect(may('admin', 'keys/create', {}, ['tools:call'])).to.equal(false);
    });

    it('lists for a credential what it may call, and for one that only reads nothing', () => {
      expect(tools('admin', ['tools:read'])).to.deep.equal([]);
      expect(tools('viewer', ['tools:call'])).to.deep.equal(['get_current_time', 'list_voices']);
    });

    it('lets a tool pattern stand for those tools and the methods for everyone', () => {
      expect(tools('admin', ['get_*'])).to.deep.equal(['get_current_time']);
      expect(may('admin', 'tools/call', { tool: 'get_current_time' }, ['get_*'])).to.equal(true);
      expect(may('admin', 'jobs/submit', { tool: 'create_video' }, ['get_*'])).to.equal(false);
      expect(may('admin', 'server/health', {}, ['get_*'])).to.equal(true);
      expect(may('admin', 'keys/create', {}, ['*'])).to.equal(false);
    });

    it('never grants together what no scope grants alone', () => {
      const call = { tool: 'create_video' };
      expect(may('admin', 'tools/call', call, ['tools:read', 'tools/call'])).to.equal(false);
      expect(may('admin', 'tools/call', call, ['tools:read', 'get_*'])).to.equal(false);
      expect(may('admin', 'tools/call', call, ['*/*'])).to.equal(false);
      expect(may('admin', 'tools/call', call, ['*/*', '*'])).to.equal(true);
    });

    it('grants nothing beyond the role, and nothing for scopes of somebody else', () => {
      expect(may('viewer', 'keys/create', {}, ['keys/*'])).to.equal(false);
      expect(may('viewer', 'tools/call', { tool: 'create_video' }, ['tools:call'])).to.equal(false);
      for (const scope of ['', 'tools:write', 'a b', 'x'.repeat(200), 'https://idp.example/scope?x']) {
        expect(may('admin', 'tools/list', {}, [scope]), scope).to.equal(false);
        expect(may('admin', 'ping', {}, [scope]), scope).to.equal(true);
      }
    });

    it('reaches others only with a scope that says so', () => {
      const foreign = { owner: 'key:somebody' };
      expect(may('admin', 'jobs/get', foreign, ['tools:read'])).to.equal(false);
      expect(may('admin', 'jobs/get', foreign, ['*/*'])).to.equal(false);
      expect(may('admin', 'jobs/get', foreign, ['tools:read', 'others/*'])).to.equal(true);
      expect(may('user', 'jobs/get', foreign, ['tools:read', 'others/*'])).to.equal(false);
    });
  });

  describe('when it is replaced', () => {
    it('forgets every answer and changes its version', () => {
      const changing = new Policy(rules(), ACCESS);
      const caller = principal('user');
      const call = { tool: 'create_video' };
      const before = changing.version;
      expect(changing.can(caller, 'tools/call', call)).to.equal(true);
      changing.replace(rules({ roles: new Map([['user', { allow: ['get_*'], deny: [] }]]) }));
      expect(changing.can(caller, 'tools/call', call)).to.equal(false);
      expect(changing.version)
        .to.match(/^[0-9a-f]{64}$/)
        .and.to.not.equal(before);
      changing.replace(rules());
      expect(changing.version).to.equal(before);
      expect(changing.can(caller, 'tools/call', call)).to.equal(true);
    });

    it('has the same version however the rules are ordered, and another for every rule', () => {
      const version = (changes: Parameters<typeof rules>[0]): string => new Policy(rules(changes), ACCESS).version;
      const a = ['a', { allow: ['x'], deny: [] }] as const;
      const b = ['b', { deny: [], allow: ['y'] }] as const;
      const ordered = (...entries: readonly (readonly [string, RoleRule])[]): string =>
        version({ roles: new Map(entries) });
      expect(ordered(a, b)).to.equal(ordered(b, a));
      const versions = [{}, { dryRun: true }, { allowWrite: false }, { input: { arrayItemsMax: 1 } }].map(version);
      expect(new Set(versions).size).to.equal(4);
    });

    it('stays as it was when the new rules are none', () => {
      const changing = new Policy(rules(), ACCESS);
      const { version } = changing;
      const bad = rules({ roles: new Map([['user', { allow: ['(a+)+'], deny: [] }]]) });
      expect(() => changing.replace(bad)).to.throw('Cannot describe the role "user" with "(a+)+"');
      const lost = rules({ paths: { allowed: ['a**b'], forbidden: [] } });
      expect(() => changing.replace(lost)).to.throw('Cannot judge paths by "a**b"');
      expect(changing.version).to.equal(version);
      expect(changing.can(principal('user'), 'tools/call', { tool: 'a' })).to.equal(true);
    });
  });

  it('remembers only so many names, and decides the others all the same', () => {
    const caller = principal('viewer');
    for (let n = 0; n < 10_000; n++) {
      expect(policy.can(caller, 'tools/call', { tool: `get_${n}` })).to.equal(true);
      expect(policy.can(caller, `made/up_${n}`)).to.equal(false);
    }
  });
});
