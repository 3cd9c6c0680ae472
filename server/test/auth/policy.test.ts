import { expect } from 'chai';
import fc from 'fast-check';
import { Policy } from '../../src/auth/policy.ts';

describe('the policy', () => {
  const policy = new Policy({
    admin: { allow: ['*'], deny: [] },
    user: { allow: ['*'], deny: ['diagnostics_*'] },
    viewer: { allow: ['list_*', 'get_current_time'], deny: ['list_secrets'] },
    odd: { allow: ['a.c'], deny: [] },
  });

  it('lets a deny win over every allow', () => {
    expect(policy.allows('user', 'create_video')).to.equal(true);
    expect(policy.allows('user', 'diagnostics_echo')).to.equal(false);
    expect(policy.allows('viewer', 'list_voices')).to.equal(true);
    expect(policy.allows('viewer', 'list_secrets')).to.equal(false);
    expect(policy.allows('viewer', 'create_video')).to.equal(false);
  });

  it('gives a role nobody described nothing', () => {
    for (const role of ['nobody', 'constructor', '__proto__', ''])
      expect(policy.allows(role, 'list_voices')).to.equal(false);
  });

  it('reads everything but the star literally', () => {
    expect(policy.allows('odd', 'a.c')).to.equal(true);
    expect(policy.allows('odd', 'abc')).to.equal(false);
  });

  it('never gains a right from one more deny', () => {
    const name = fc.stringMatching(/^[a-c_*]{1,6}$/);
    const tool = fc.stringMatching(/^[a-c_]{1,8}$/);
    fc.assert(
      fc.property(fc.array(name), fc.array(name), name, tool, (allow, deny, more, asked) => {
        const before = new Policy({ r: { allow, deny } }).allows('r', asked);
        const after = new Policy({ r: { allow, deny: [...deny, more] } }).allows('r', asked);
        expect(after && !before).to.equal(false);
      }),
    );
  });
});
