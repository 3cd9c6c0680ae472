import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Authority, whyNoCertificates } from '../../../../server/test/doors/tls/certificates.ts';
import { useTempDir } from '../../../../server/test/temp-dir.ts';
import { createPost, type Lookup, PrivateAddress } from '../../../src/alerts/channels/post.ts';
import { failureOf, never, useReceivers } from './receiver.ts';

const nowhere: Lookup = () => expect.fail('nobody was to be asked');
const toward =
  (...addresses: string[]): Lookup =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const postBy = (lookup: Lookup, own: readonly string[] = []) => createPost({ lookup, ownAddresses: () => own });
const request = (url: string, allowPrivate = false) => ({
  url: new URL(url),
  headers: { 'x-own': 'header' },
  body: 'gr\u00fc\u00dfe',
  allowPrivate,
});

describe('a request to somewhere a person named', () => {
  const start = useReceivers();

  it('arrives as it was sent, and brings back the answer', async () => {
    const receiver = await start((response) => response.writeHead(418, { 'retry-after': '7' }).end('short and stout'));
    const answer = await postBy(nowhere)(request(`http://127.0.0.1:${receiver.port}/a?b=c`, true), never);
    expect(answer).to.deep.equal({ status: 418, retryAfter: '7', text: 'short and stout' });
    const [{ path, headers, body } = expect.fail('nothing came')] = receiver.received;
    expect({ path, body }).to.deep.equal({ path: '/a?b=c', body: 'gr\u00fc\u00dfe' });
    expect(headers).to.include({ 'x-own': 'header', 'user-agent': 'callsheet', 'content-length': '7' });
  });

  it('is not sent to private addresses, wherever they stand or come from', async () => {
    const receiver = await start();
    const at = (host: string) => request(`http://${host}:${receiver.port}/`);
    const attempts = [
      postBy(nowhere)(at('127.0.0.1'), never),
      postBy(nowhere)(at('[::1]'), never),
      postBy(nowhere)(at('[::ffff:127.0.0.1]'), never),
      postBy(toward('127.0.0.1'))(at('public.example'), never),
      postBy(toward('8.8.8.8', '127.0.0.1'))(at('public.example'), never),
      postBy(toward('fe80::1'))(at('public.example'), never),
      postBy(toward())(at('nothing.example'), never),
      postBy(toward('8.8.8.8'), ['8.8.8.8'])(at('ourselves.example'), never),
      postBy(nowhere, ['8.8.8.8'])(at('8.8.8.8'), never),
    ];
    for (const attempt of attempts) expect(await failureOf(attempt)).to.be.instanceOf(PrivateAddress);
    expect(receiver.received).to.deep.equal([]);
  });

  it('goes to the address that was judged: a name is asked for once', async () => {
    const receiver = await start();
    const asked: string[] = [];
    const post = postBy(async (hostname) => {
      asked.push(hostname);
      return [{ address: '127.0.0.1', family: 4 }];
    });
    await post(request(`http://inside.example:${receiver.port}/`, true), never);
    expect(asked).to.deep.equal(['inside.example']);
    expect(receiver.received[0]?.headers.host).to.equal(`inside.example:${receiver.port}`);
  });

  it('fails as the name service does', async () => {
    const post = postBy(() => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })));
    expect(await failureOf(post(request('http://gone.example/'), never))).to.have.property('code', 'ENOTFOUND');
  });

  it('does not follow redirects', async () => {
    const target = await start();
    const receiver = await start((response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${target.port}/` }).end(),
    );
    const { status } = await postBy(nowhere)(request(`http://127.0.0.1:${receiver.port}/`, true), never);
    expect(status).to.equal(307);
    expect(target.received).to.deep.equal([]);
  });

  it('reads the beginning of an answer that never ends', async () => {
    const receiver = await start((response) => {
      const more = () => response.write('x'.repeat(65_536), () => response.destroyed || more());
      more();
    });
    const { text } = await postBy(nowhere)(request(`http://127.0.0.1:${receiver.port}/`, true), never);
    expect(text).to.equal('x'.repeat(8_192));
  });

  it('ends with its signal, before the answer and within it', async () => {
    for (const respond of [() => undefined, (response: { write(text: string): void }) => response.write('half')]) {
      const receiver = await start(respond);
      const abort = new AbortController();
      const failure = failureOf(postBy(nowhere)(request(`http://127.0.0.1:${receiver.port}/`, true), abort.signal));
      await receiver.until(1);
      abort.abort();
      expect(await failure).to.have.property('name', 'AbortError');
    }
  });
});

describe('a request over https', () => {
  const directory = useTempDir();

  it('is not sent to a server whose certificate nobody vouches for', async function () {
    const reason = whyNoCertificates();
    if (reason !== undefined) {
      console.log(`skipped: ${reason}`);
      this.skip();
    }
    let heard = 0;
    const server = createServer(
      new Authority(directory()).issue('localhost', ['IP:127.0.0.1']),
      (_request, response) => {
        heard += 1;
        response.end();
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const failure = await failureOf(postBy(nowhere)(request(`https://127.0.0.1:${port}/`, true), never));
    expect(failure).to.have.property('code', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(heard).to.equal(0);
    await new Promise((resolve) => server.close(resolve));
  });
});
