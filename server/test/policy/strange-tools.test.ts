import { expect } from 'chai';
import { DEFAULT_ROLES } from '../../src/policy/default-roles.ts';
import { strangeTools } from '../../src/policy/strange-tools.ts';
import { policyOf } from './policy-of.ts';

describe('tools of the rules that nobody has', () => {
  it('are the names that are probably misspelt, each once, and no patterns and methods', () => {
    const { rules } = policyOf({
      a: { allow: ['create_vdeo', 'list_*', 'jobs/get'], deny: ['create_vdeo', 'create_video'] },
    });
    const limits = { ...rules, tools: new Map([['creat_music', { rate: 'off' as const }]]) };
    expect(strangeTools(limits, ['create_video'])).to.deep.equal(['create_vdeo', 'creat_music']);
  });

  it('are none in the roles every gateway has, beside the tools every gateway has', () => {
    expect(
      strangeTools(policyOf(DEFAULT_ROLES).rules, ['synthesize_voice', 'create_video', 'import_media']),
    ).to.deep.equal([]);
  });
});
