import { expect } from 'chai';
import { refuseMore } from '../../src/auth/key-reach.ts';
import { ALICE, identityOf } from '../session/talk.ts';

const NOW = Date.UTC(2026, 10, 21);
const DAY = 86_400_000;

describe('a credential that handles keys', () => {
  const outcome = (caller: Parameters<typeof refuseMore>[0], wanted: Parameters<typeof refuseMore>[1]): string => {
    try {
      refuseMore(caller, wanted, NOW);
      return 'may';
    } catch (error) {
      return (error as Error).message.replace(/^Cannot handle a key for (.*) with a credential.*$/, '$1');
    }
  };
  const holder = (scopes: readonly string[], changes: Parameters<typeof identityOf>[1] = {}) => {
    const principal = { ...ALICE, scopes };
    return { principal, identity: identityOf(principal, changes) };
  };

  it('may handle every key when it is its whole role, without an end and for every page', () => {
    expect(outcome(holder([]), { role: 'admin' })).to.equal('may');
    expect(outcome(holder([]), { role: 'viewer', principal: 'key:bob', expiresInDays: 9 })).to.equal('may');
    expect(outcome(holder([], { means: 'jwt', expiresAt: NOW + 1 }), { role: 'admin' }), 'a token').to.equal('may');
  });

  it('comes to no more than it is when it carries part of its role', () => {
    const narrow = holder(['keys/*', 'tools:read']);
    expect(outcome(narrow, { role: 'admin', scopes: ['tools:read'] })).to.equal('may');
    expect(outcome(narrow, { role: 'admin', scopes: ['tools:read'], principal: ALICE.id })).to.equal('may');
    expect(outcome(narrow, { role: 'admin' })).to.equal('other scopes');
    expect(outcome(narrow, { role: 'admin', scopes: ['tools:read', 'audit/*'] })).to.equal('other scopes');
    expect(outcome(narrow, { role: 'viewer', scopes: ['tools:read'] })).to.equal('the role "viewer"');
    expect(outcome(narrow, { role: 'admin', scopes: ['tools:read'], principal: 'key:bob' })).to.equal('"key:bob"');
  });

  it('comes to no later end and to no other pages', () => {
    const ending = holder([], { expiresAt: NOW + 2 * DAY });
    expect(outcome(ending, { role: 'admin' })).to.equal('a later end');
    expect(outcome(ending, { role: 'admin', expiresInDays: 3 })).to.equal('a later end');
    expect(outcome(ending, { role: 'admin', expiresInDays: 2, principal: 'key:bob' })).to.equal('"key:bob"');
    expect(outcome(ending, { role: 'admin', expiresAt: new Date(NOW + DAY).toISOString() })).to.equal('may');
    const paged = holder([], { allowedOrigins: ['https://a.example'] });
    expect(outcome(paged, { role: 'admin' })).to.equal('other origins');
    expect(outcome(paged, { role: 'admin', allowedOrigins: ['https://a.example'] })).to.equal('may');
  });
});
