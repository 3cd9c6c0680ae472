import { expect } from 'chai';
import { observing } from './observing.ts';
import { exchange, tell } from './told.ts';

describe('counting exchanges with providers', () => {
  const observe = observing();

  it('counts what became of them, how long they took and what they cost', () => {
    const seen = observe();
    tell('providerEnd', exchange({ costUsd: 0.25, credits: 3, units: { tokens_in: 100, tokens_out: 20 } }));
    tell('providerEnd', exchange({ costUsd: 0.5, outcome: 'rate_limited' }));
    expect(seen.value('mcp_provider_requests_total', 'openai', 'chat', 'ok')).to.equal(1);
    expect(seen.value('mcp_provider_requests_total', 'openai', 'chat', 'rate_limited')).to.equal(1);
    expect(seen.sum('mcp_provider_duration_seconds', 'openai', 'chat')).to.equal(3);
    expect(seen.value('mcp_provider_cost_usd_total', 'openai', 'chat')).to.equal(0.75);
    expect(seen.value('mcp_provider_credits_total', 'openai', 'chat')).to.equal(3);
    expect(seen.value('mcp_provider_units_total', 'openai', 'tokens_in')).to.equal(100);
    expect(seen.value('mcp_provider_units_total', 'openai', 'tokens_out')).to.equal(20);
  });

  it('shows a quota that is used up as 0', () => {
    const seen = observe();
    tell('providerEnd', exchange({ quota: { requests: 0.5, credits: 0 } }));
    tell('providerEnd', exchange({ quota: { requests: 0 } }));
    expect(seen.value('mcp_provider_quota_remaining', 'openai', 'requests')).to.equal(0);
    expect(seen.value('mcp_provider_quota_remaining', 'openai', 'credits')).to.equal(0);
  });

  it('shows no costs of a provider that tells none', () => {
    const seen = observe();
    tell('providerEnd', exchange());
    for (const name of ['cost_usd_total', 'credits_total', 'units_total', 'quota_remaining']) {
      expect(seen.size(`mcp_provider_${name}`), name).to.equal(0);
    }
  });

  it('takes an exchange nobody says the outcome of for an error', () => {
    const seen = observe();
    tell('providerEnd', exchange({ outcome: undefined }));
    expect(seen.value('mcp_provider_requests_total', 'openai', 'chat', 'error')).to.equal(1);
  });
});
