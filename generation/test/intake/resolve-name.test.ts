import { expect } from 'chai';
import { isUnanswered, resolveName } from '../../src/intake/resolve-name.ts';

const fails = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
const answers =
  <T>(...addresses: T[]) =>
  () =>
    Promise.resolve(addresses as never);

describe('resolving a name', () => {
  it('asks for both kinds of addresses', async () => {
    const both = { resolve4: answers('8.8.8.8', '8.8.4.4'), resolve6: answers('2606:4700::1') };
    expect(await resolveName('example.com', both)).to.eql(['8.8.8.8', '8.8.4.4', '2606:4700::1']);
  });

  it('is content with one kind', async () => {
    expect(await resolveName('x', { resolve4: answers('8.8.8.8'), resolve6: fails('ENODATA') })).to.eql(['8.8.8.8']);
    expect(await resolveName('x', { resolve4: fails('ETIMEOUT'), resolve6: answers('2606::1') })).to.eql(['2606::1']);
  });

  it('tells a name that does not exist from a service that does not answer', async () => {
    const gone = { resolve4: fails('ENOTFOUND'), resolve6: fails('ENOTFOUND') };
    const silent = { resolve4: fails('ENODATA'), resolve6: fails('ESERVFAIL') };
    const codeOf = (work: Promise<unknown>) => work.catch((error: unknown) => error);
    expect(await codeOf(resolveName('x', gone))).to.have.property('code', 'ENOTFOUND');
    expect(await codeOf(resolveName('x', silent))).to.have.property('code', 'ESERVFAIL');
    expect([
      isUnanswered(await codeOf(resolveName('x', gone))),
      isUnanswered(await codeOf(resolveName('x', silent))),
    ]).to.eql([false, true]);
    expect(isUnanswered('ETIMEOUT')).to.equal(false);
  });
});
