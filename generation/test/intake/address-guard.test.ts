import { expect } from 'chai';
import fc from 'fast-check';
import { type AddressPolicy, checkTarget } from '../../src/intake/address-guard.ts';
import { reasonOf, refusalOf } from './refusal.ts';

const POLICY: AddressPolicy = {
  allowHttp: false,
  allowPrivate: new Set(),
  lookup: async () => ['93.184.216.34'],
  ownAddresses: () => [],
};
const check = (url: string, over: Partial<AddressPolicy> = {}) => checkTarget(url, { ...POLICY, ...over });
const leadingTo = (...addresses: string[]) => ({ lookup: async () => addresses });
const never = { lookup: () => expect.fail('looked a name up') };

describe('the guard of addresses', () => {
  it('lets a public server pass, with the addresses to connect to', async () => {
    const { url, addresses } = await check('https://example.com/a%20b.mp4?x=1', leadingTo('8.8.8.8', '2606:4700::1'));
    expect([url.href, addresses]).to.eql(['https://example.com/a%20b.mp4?x=1', ['8.8.8.8', '2606:4700::1']]);
    expect((await check('https://1.1.1.1/x', never)).addresses).to.eql(['1.1.1.1']);
    expect((await check('https://[2606:4700::1]/x', never)).addresses).to.eql(['2606:4700::1']);
  });

  it('knows names of other alphabets by what they resolve to', async () => {
    const asked: string[] = [];
    const lookup = async (name: string) => {
      asked.push(name);
      return ['8.8.8.8'];
    };
    await check('https://bücher.example/x', { lookup });
    await check('https://xn--bcher-kva.example/x', { lookup });
    expect(asked).to.eql(['xn--bcher-kva.example', 'xn--bcher-kva.example']);
  });

  it('refuses a name as soon as one of its addresses is private', async () => {
    for (const addresses of [['127.0.0.1'], ['8.8.8.8', '10.0.0.1'], ['8.8.8.8', '::1'], ['::ffff:10.0.0.1'], []]) {
      const error = await refusalOf(check('https://example.com/', leadingTo(...addresses)));
      expect([error.errorName, reasonOf(error)], addresses.join()).to.eql(['URL_NOT_ALLOWED', 'address']);
    }
  });

  it('refuses names with very many addresses, and resolvers that answer something else', async () => {
    const many = Array.from({ length: 65 }, (_, index) => `8.8.8.${index}`);
    for (const addresses of [many, ['example.org'], ['8.8.8.8%1']]) {
      expect((await refusalOf(check('https://example.com/', leadingTo(...addresses)))).errorName).to.equal(
        'URL_NOT_ALLOWED',
      );
    }
  });

  it('refuses the addresses of this machine, public or not', async () => {
    const own = { ownAddresses: () => ['2606:4700:0::5', '8.8.4.4'] };
    for (const url of ['https://8.8.4.4/', 'https://[2606:4700::5]/', 'https://[::ffff:8.8.4.4]/']) {
      expect(reasonOf(await refusalOf(check(url, own))), url).to.equal('address');
    }
    await check('https://8.8.8.8/', own);
  });

  it('says the same of a name inside and a name that does not exist', async () => {
    const gone = { lookup: () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })) };
    const missing = await refusalOf(check('https://build.corp/', gone));
    const inside = await refusalOf(check('https://build.corp/', leadingTo('10.1.2.3')));
    expect(missing.toWire()).to.eql(inside.toWire());
    expect(missing.message).to.contain('"build.corp"').and.not.contain('10.1');
    expect(missing.cause).to.equal(undefined);
  });

  it('says when it is the name service that fails, for that passes', async () => {
    const busy = { lookup: () => Promise.reject(Object.assign(new Error('busy'), { code: 'EAI_AGAIN' })) };
    const error = await refusalOf(check('https://example.com/', busy));
    expect([error.errorName, error.retryable]).to.eql(['UPSTREAM_ERROR', true]);
  });

  it('refuses URLs that are read differently by different readers', async () => {
    const odd = [
      'http://example.com/',
      'HTTP://example.com/',
      'ftp://example.com/',
      'file:///etc/passwd',
      'data:image/png;base64,AAAA',
      'gopher://example.com/',
      'https:example.com',
      'https:/example.com',
      'https:///example.com',
      '//example.com/',
      'https://user@example.com/',
      'https://user:secret@example.com/',
      'https://@example.com/',
      'https://example.com:80@10.0.0.1/',
      'https://example.com\\@10.0.0.1/',
      'https://exa\tmple.com/',
      'https://exa\nmple.com/',
      ' https://example.com/',
      'https://example.com/\u0000',
      'https://exam\u00adple.com/',
      'https://exam\u200bple.com/',
      'https://example.com:22/',
      'https://example.com:80/',
      'https://example.com:99999/',
      'https://exa%mple.com/',
      'https://[fe80::1%25eth0]/',
      'https://[::1/',
      'https://1.2.3.4.5/',
      'https://256.256.256.256/',
      `https://example.com/${'x'.repeat(2048)}`,
      '',
    ];
    for (const url of odd) {
      const error = await refusalOf(check(url, never));
      expect([error.errorName, reasonOf(error)], url).to.eql(['URL_NOT_ALLOWED', 'url']);
      expect(error.message, url).to.not.contain('secret');
    }
  });

  it('takes http when it was allowed, at its own port', async () => {
    const http = { allowHttp: true };
    expect((await check('http://example.com/', http)).url.href).to.equal('http://example.com/');
    expect(reasonOf(await refusalOf(check('http://example.com:443/', http)))).to.equal('url');
    expect(reasonOf(await refusalOf(check('http://10.0.0.1/', http)))).to.equal('address');
  });

  it('lets exactly the pairs pass that were allowed by name', async () => {
    const allowed = { allowHttp: true, allowPrivate: new Set(['store.lan:9000', '127.0.0.1:80', '[::1]:8443']) };
    const inside = { ...allowed, ...leadingTo('10.0.0.9') };
    expect((await check('http://store.lan:9000/a', inside)).addresses).to.eql(['10.0.0.9']);
    await check('https://STORE.lan:9000/a', inside);
    await check('http://0x7f.1/a', inside);
    await check('https://[0::1]:8443/a', inside);
    for (const url of [
      'http://store.lan/',
      'http://store.lan:9001/',
      'http://x.store.lan:9000/',
      'https://127.0.0.1/',
    ]) {
      expect((await refusalOf(check(url, inside))).errorName, url).to.equal('URL_NOT_ALLOWED');
    }
    expect(reasonOf(await refusalOf(check('http://store.lan:9000/', { ...allowed, ...leadingTo() })))).to.equal(
      'address',
    );
  });

  it('refuses every spelling of a private IPv4 address', async () => {
    const inside = fc.constantFrom('127.0.0.1', '10.1.2.3', '169.254.169.254', '192.168.0.1', '0.0.0.0', '172.16.9.9');
    await fc.assert(
      fc.asyncProperty(inside.chain(spellings), async (host) => {
        const error = await refusalOf(check(`https://${host}/x`, never));
        expect(error.errorName, host).to.equal('URL_NOT_ALLOWED');
      }),
      { numRuns: 500 },
    );
  });

  it('answers any text with a URL or a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.webUrl()), async (text) => {
        await check(text, leadingTo('127.0.0.1')).then(
          ({ addresses }) => expect(addresses.join()).to.equal('never reached'),
          (error) => expect(error).to.have.property('errorName', 'URL_NOT_ALLOWED'),
        );
      }),
      { numRuns: 500 },
    );
  });
});

/** The many ways in which programs read and write one IPv4 address. */
function spellings(address: string): fc.Arbitrary<string> {
  const octets = address.split('.').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = octets;
  const groups = fc.constantFrom(
    [a, b, c, d],
    [a, b, c * 256 + d],
    [a, (b * 256 + c) * 256 + d],
    [((a * 256 + b) * 256 + c) * 256 + d],
  );
  const write = fc.constantFrom(
    (part: number) => String(part),
    (part: number) => `0x${part.toString(16)}`,
    (part: number) => `0X${part.toString(16).toUpperCase()}`,
    (part: number) => `0${part.toString(8)}`,
    (part: number) => `000${part.toString(8)}`,
  );
  const dotted = groups.chain((parts) =>
    fc.tuple(...parts.map((part) => write.map((how) => how(part)))).map((written) => written.join('.')),
  );
  const hex = (part: number) => part.toString(16);
  const mapped = fc.constantFrom(
    `[::ffff:${address}]`,
    `[::${address}]`,
    `[0:0:0:0:0:ffff:${hex(a * 256 + b)}:${hex(c * 256 + d)}]`,
    `[64:ff9b::${address}]`,
    `[2002:${hex(a * 256 + b)}:${hex(c * 256 + d)}::]`,
  );
  const odd = dotted.chain((text) =>
    fc.constantFrom(
      text,
      `${text}.`,
      text.replaceAll('.', '。'),
      text.replace(/[0-9]/gu, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
      text.replace(/[0-9]/u, (digit) => `%3${digit}`),
    ),
  );
  return fc.oneof(odd, mapped);
}
