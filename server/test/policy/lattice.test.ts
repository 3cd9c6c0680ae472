import { expect } from 'chai';
import fc from 'fast-check';
import type { Policy } from '../../src/policy/policy.ts';
import { policyWith, principal } from './rules.ts';

const RUNS = { numRuns: 2_000 };
const TOOLS = ['a', 'b', 'aa', 'ab', 'ba', 'a_b', 'list_a'];
const METHODS = [
  ...['ping', 'session/open', 'tools/list', 'tools/call', 'jobs/submit', 'jobs/get', 'events/subscribe'],
  ...['server/health', 'keys/create', 'audit/query', 'services/register', 'assets/read', 'assets/create', 'made/up'],
];

const tool = fc.string({ unit: fc.constantFrom('a', 'b', '_', '*'), minLength: 1, maxLength: 4 });
const method = fc.constantFrom(
  ...['*/*', 'tools/*', '*/call', 'jobs/*', 'tools/call', 'tools/list', 'jobs/submit', 'keys/*', 'services/*'],
  ...['*s/*', 'others/*', 'others/jobs/*', 'others/assets/read', 'server/*', 'session/*', 'p*/*'],
);
const pattern = fc.oneof(tool, method);
const rule = fc.record({ allow: fc.array(pattern, { maxLength: 5 }), deny: fc.array(pattern, { maxLength: 3 }) });
const scope = fc.oneof(pattern, fc.constantFrom('tools:read', 'tools:call', 'openid'));

/** Everything a caller may do, one line for each right. */
function rights(policy: Policy, scopes: readonly string[] = []): Set<string> {
  const caller = principal('r', scopes);
  const found = new Set<string>();
  for (const action of METHODS) {
    if (policy.can(caller, action)) found.add(action);
    if (policy.can(caller, action, { owner: 'somebody' })) found.add(`others ${action}`);
    for (const tool of TOOLS) if (policy.can(caller, action, { tool })) found.add(`${action} ${tool}`);
  }
  for (const tool of policy.visibleTools(caller, TOOLS)) found.add(`sees ${tool}`);
  return found;
}

function expectWithin(some: Set<string>, all: Set<string>): void {
  expect([...some].filter((right) => !all.has(right))).to.deep.equal([]);
}

describe('the rights a policy gives', () => {
  it('show in lists exactly what can be called, for any role and any scopes', () => {
    fc.assert(
      fc.property(rule, fc.array(scope, { maxLength: 4 }), (rule, scopes) => {
        const policy = policyWith({ r: rule });
        const caller = principal('r', scopes);
        const callable = TOOLS.filter(
          (tool) => policy.can(caller, 'tools/call', { tool }) || policy.can(caller, 'jobs/submit', { tool }),
        );
        const listed = policy.visibleTools(caller, TOOLS);
        expect(listed).to.deep.equal(policy.can(caller, 'tools/list') ? callable : []);
      }),
      RUNS,
    );
  });

  it('never grow by one more deny', () => {
    fc.assert(
      fc.property(rule, pattern, ({ allow, deny }, more) => {
        const before = rights(policyWith({ r: { allow, deny } }));
        expectWithin(rights(policyWith({ r: { allow, deny: [...deny, more] } })), before);
      }),
      RUNS,
    );
  });

  it('never shrink by one more allow', () => {
    fc.assert(
      fc.property(rule, pattern, ({ allow, deny }, more) => {
        const before = rights(policyWith({ r: { allow, deny } }));
        expectWithin(before, rights(policyWith({ r: { allow: [...allow, more], deny } })));
      }),
      RUNS,
    );
  });

  it('never grow when scopes narrow them, nor when a scope is taken away', () => {
    fc.assert(
      fc.property(rule, fc.array(scope, { minLength: 1, maxLength: 4 }), (rule, scopes) => {
        const policy = policyWith({ r: rule });
        const whole = rights(policy);
        const narrowed = rights(policy, scopes);
        expectWithin(narrowed, whole);
        if (scopes.length > 1) expectWithin(rights(policy, scopes.slice(1)), narrowed);
      }),
      RUNS,
    );
  });

  it('are the same whoever asks first: what is remembered changes no answer', () => {
    fc.assert(
      fc.property(rule, fc.array(scope, { maxLength: 3 }), (rule, scopes) => {
        const policy = policyWith({ r: rule });
        expect([...rights(policy, scopes)]).to.deep.equal([...rights(policy, scopes)]);
      }),
      { numRuns: 200 },
    );
  });
});
