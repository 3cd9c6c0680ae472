import { expect } from 'chai';
import { ALL } from '../../src/config/directory.ts';
import { secretsOf } from '../../src/config/secrets.ts';
import { load } from './loaded.ts';

describe('the secrets the configuration knows', () => {
  it('are all it holds, alone or in tables, and nothing else', () => {
    const long = (name: string): string => `${name}-${'x'.repeat(40)}`;
    const toml = `
      [auth]
      admin_key = "${long('admin')}"
      jwt_secret = "${long('jwt')}"
      [auth.api_keys.box]
      key = "${long('key')}"
      role = "user"
      [auth.hmac_clients.farm]
      secret = "${long('hmac')}"
      role = "user"
      [auth.jwt_keys.other]
      alg = "HS256"
      secret = "${long('other')}"
      [audit]
      secret = "${long('audit')}"
      [workers.dial.gpu]
      url = "wss://gpu.test"
      token = "${long('dial')}"
      [workers.upstreams.other]
      url = "wss://other.test/rpc"
      token = "${long('upstream')}"
      [metrics]
      token = "${long('scrape')}"
      [alerts.channels.pager]
      type = "pagerduty"
      url = "${long('address')}"
      secret = "${long('routing')}"
      [tracing.headers.authorization]
      value = "${long('spans')}"
      [llm]
      api_key = "${long('llm')}"`;
    const names = ['admin', 'key', 'hmac', 'jwt', 'other', 'audit', 'dial', 'upstream'];
    names.push('scrape', 'address', 'routing', 'spans', 'llm');
    expect(secretsOf(load(toml).config)).to.have.members(names.map(long));
    const declared = JSON.stringify(ALL).match(/"secret":true/g) ?? [];
    expect(declared, 'a secret this test does not know').to.have.length(names.length);
    expect(secretsOf(load(undefined).config)).to.deep.equal([]);
  });
});
