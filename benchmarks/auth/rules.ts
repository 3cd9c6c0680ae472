/** None at all · those of every gateway: a role, a rate per caller and one per connection · rates of the tool and of all callers as well. */
export type Rules = 'no rules' | 'usual rules' | 'every rule';

export const RULES: readonly Rules[] = ['no rules', 'usual rules', 'every rule'];
