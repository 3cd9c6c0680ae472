import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { HostRule } from '../../../src/doors/perimeter/host.ts';

const local = new HostRule({
  boundTo: '127.0.0.1',
  allowed: ['Callsheet.Test'],
  publicUrl: 'https://gate.example/calls',
});
const open = new HostRule({ boundTo: '0.0.0.0', allowed: [] });
const named = new HostRule({ boundTo: '0.0.0.0', allowed: ['gate.example', 'fd00::7'] });

function admits(rule: HostRule, host: string | readonly string[] | undefined): boolean {
  try {
    rule.check(host);
    return true;
  } catch (error) {
    expect(CallError.is(error) && error.errorName).to.equal('FORBIDDEN');
    return false;
  }
}

describe('the host rule', () => {
  for (const host of [
    'localhost',
    'localhost:8081',
    'LOCALHOST:1',
    'app.localhost:8081',
    '127.0.0.1:8081',
    '127.8.9.10',
    '[::1]:8081',
    '[0:0:0:0:0:0:0:1]',
    'callsheet.test:80',
    'gate.example',
    'gate.example:8081',
  ]) {
    it(`listening on loopback, serves "${host}"`, () => expect(admits(local, host)).to.equal(true));
  }

  for (const host of [
    'evil.example:8081',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'xlocalhost',
    '.localhost',
    'localhost.',
    '127.1',
    '2130706433',
    '192.168.0.7',
    '[::2]',
    '::1',
    '[::1',
    '[::1%lo]',
    'localhost:',
    'localhost:0',
    'localhost:65536',
    'localhost:80:80',
    'user@localhost',
    'localhost/evil',
    'localhost evil',
    'localhost,evil.example',
    '',
    ' ',
    'a..b',
    '*',
  ]) {
    it(`listening on loopback, refuses "${host}"`, () => expect(admits(local, host)).to.equal(false));
  }

  it('refuses a request with no Host and one with two, where names count', () => {
    expect(admits(local, undefined)).to.equal(false);
    expect(admits(local, ['localhost', 'localhost'])).to.equal(false);
    expect(admits(named, undefined)).to.equal(false);
  });

  it('says which host was refused and which setting admits it', () => {
    expect(() => local.check('evil.example:8081')).to.throw(/"evil\.example:8081".*server\.allowed_hosts/);
    expect(() => named.check('evil.example')).to.throw(/"evil\.example".*server\.allowed_hosts/);
  });

  it('listening for everyone, compares no names until it is told some', () => {
    for (const host of ['any.example', '10.0.0.3:8081', undefined]) expect(admits(open, host)).to.equal(true);
    for (const host of ['no host', ['a.example', 'b.example']]) expect(admits(open, host)).to.equal(false);
    for (const host of ['gate.example', '[fd00::7]:1', 'localhost:8081']) expect(admits(named, host)).to.equal(true);
    for (const host of ['any.example', '10.0.0.3']) expect(admits(named, host)).to.equal(false);
  });

  it('vouches only for names it was told and for addresses: any name may be pointed at this machine', () => {
    for (const host of ['10.0.0.3:8081', '[fd00::9]', 'localhost']) expect(open.vouchesFor(host), host).to.equal(true);
    for (const host of ['rebound.example', 'no host', '']) expect(open.vouchesFor(host), host).to.equal(false);
    expect(named.vouchesFor('gate.example:8081')).to.equal(true);
    expect(named.vouchesFor('10.0.0.3')).to.equal(false);
  });

  it('cannot be made from what names no host', () => {
    expect(() => new HostRule({ boundTo: '127.0.0.1:80', allowed: [] })).to.throw('"127.0.0.1:80"');
    expect(() => new HostRule({ boundTo: '::1', allowed: ['https://gate.example'] })).to.throw(
      '"https://gate.example"',
    );
    expect(() => new HostRule({ boundTo: '::1', allowed: [], publicUrl: 'gate' })).to.throw('"gate"');
  });

  it('answers any text whatever, and serves no name it was not told', () => {
    const piece = fc.constantFrom(
      'localhost',
      '127.0.0.1',
      '[::1]',
      '.',
      ':',
      '8081',
      '@',
      '/',
      '[',
      ']',
      'evil',
      ' ',
      '\0',
      '%',
    );
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    const good =
      /^(?:localhost|(?:[a-z0-9_-]+\.)+localhost|127(?:\.[0-9]{1,3}){3}|\[::1\]|callsheet\.test|gate\.example)(?::[0-9]+)?$/i;
    fc.assert(
      fc.property(text, (host) => {
        if (admits(local, host)) expect(host).to.match(good);
        local.vouchesFor(host);
        admits(named, host);
      }),
      { numRuns: 3_000 },
    );
  });
});
