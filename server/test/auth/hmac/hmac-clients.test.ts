import { expect } from 'chai';
import { HmacClients } from '../../../src/auth/hmac/hmac-clients.ts';
import { STUDIO } from './signing-desk.ts';

describe('the clients that sign', () => {
  it('are refused with a short secret, which is not repeated', () => {
    const short = 'thirty-one bytes are not enough';
    expect(() => new HmacClients([{ ...STUDIO, secret: short }]))
      .to.throw(RangeError, /"studio-7": its secret has 31 bytes.*openssl/)
      .with.property('message')
      .that.does.not.include(short);
    expect(new HmacClients([{ ...STUDIO, secret: `${short}!` }]).find(STUDIO.id)).not.to.equal(undefined);
  });

  it('are refused under a name that could be mistaken in a header, and twice under one', () => {
    for (const id of ['', 'a b', 'a,b', 'a=b', '.a', 'ä', 'x'.repeat(129)]) {
      expect(() => new HmacClients([{ ...STUDIO, id }]), id).to.throw(RangeError, `"${id}"`);
    }
    expect(() => new HmacClients([STUDIO, { ...STUDIO, active: false }])).to.throw(RangeError, '"studio-7" twice');
  });

  it('stay as they were when a change is refused', () => {
    const clients = new HmacClients([STUDIO]);
    const before = clients.find(STUDIO.id);
    expect(() => clients.adopt([{ ...STUDIO, role: 'admin', secret: '' }])).to.throw(RangeError);
    expect(clients.find(STUDIO.id)).to.equal(before);
  });

  it('are not found among the properties every object has', () => {
    for (const id of ['constructor', '__proto__', 'toString']) expect(new HmacClients().find(id)).to.equal(undefined);
  });

  it('may say nothing about scopes', () => {
    const { scopes: _, ...plain } = STUDIO;
    const clients = new HmacClients([plain]);
    const client = clients.find(STUDIO.id);
    expect(client?.identity.principal.scopes).to.deep.equal([]);
    clients.adopt([{ ...plain, scopes: [] }]);
    expect(clients.find(STUDIO.id)).to.equal(client);
  });
});
