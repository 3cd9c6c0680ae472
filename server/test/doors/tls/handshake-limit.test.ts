import { once } from 'node:events';
import { connect as dial, type Socket } from 'node:net';
import { expect } from 'chai';
import { TlsFiles } from '../../../src/doors/tls/files.ts';
import { type HandshakeLimitOptions, limitHandshakes } from '../../../src/doors/tls/handshake-limit.ts';
import { keptLog } from '../../kept-log.ts';
import { useTempDir } from '../../temp-dir.ts';
import { Authority, whyNoCertificates } from './certificates.ts';
import { serveTls, type TlsServer } from './tls-server.ts';

const missing = whyNoCertificates();

describe(`the limit of handshakes${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  before(function () {
    if (missing !== undefined) this.skip();
  });
  const folder = useTempDir();
  let served: TlsServer;
  let refused: string[];
  let lift: () => void;

  async function serve(options: HandshakeLimitOptions, handshakeTimeout = 10_000): Promise<void> {
    const authority = new Authority(folder());
    const pair = authority.issue('server', ['IP:127.0.0.1']);
    const files = await TlsFiles.open(
      { cert: pair.certFile, key: pair.keyFile, clientCertificates: 'off' },
      { log: keptLog(), clock: { now: () => Date.now() } },
    );
    refused = [];
    const onRefused = (address: string): void => void refused.push(address);
    served = await serveTls({ ...files.options, handshakeTimeout }, (server) => {
      lift = limitHandshakes(server, { onRefused, ...options });
    });
  }
  afterEach(() => served.close());

  /** A connection that says nothing, once the server has it. */
  async function silent(): Promise<Socket> {
    const accepted = once(served.server, 'connection');
    const socket = dial(served.port, '127.0.0.1').on('error', () => {});
    socket.resume();
    await accepted;
    return socket;
  }
  /** With TLS 1.3 the client is done before the server is, so both are waited for. */
  const handshake = (): Promise<unknown> => {
    const secured = once(served.server, 'secureConnection');
    return served.connect({ rejectUnauthorized: false }).then(
      () => secured.then(() => 'finished'),
      () => 'refused',
    );
  };

  it('ends the connections of an address beyond it before any TLS', async () => {
    await serve({ perAddress: 2 });
    const held = [await silent(), await silent()];
    const third = await silent();
    if (!third.closed) await once(third, 'close');
    expect(refused).to.deep.equal(['127.0.0.1']);
    expect(held.some(({ closed }) => closed)).to.equal(false);
    expect(await handshake()).to.equal('refused');
  });

  it('counts only handshakes that are not finished', async () => {
    await serve({ perAddress: 1 });
    for (let times = 0; times < 5; times++) expect(await handshake()).to.equal('finished');
    expect(refused).to.deep.equal([]);
  });

  it('makes room when a handshake is given up, fails, or takes too long', async () => {
    await serve({ perAddress: 1 }, 150);
    const gone = async (end: (socket: Socket) => void): Promise<void> => {
      const [[accepted], socket] = await Promise.all([once(served.server, 'connection'), silent()]);
      const closed = once(accepted as Socket, 'close');
      end(socket);
      await closed;
    };
    await gone((socket) => socket.destroy());
    expect(await handshake()).to.equal('finished');
    await gone((socket) => socket.write('this is no TLS at all\r\n\r\n'));
    expect(await handshake()).to.equal('finished');
    await gone(() => {});
    expect(await handshake()).to.equal('finished');
    expect(refused).to.deep.equal([]);
  });

  it('counts together what belongs together, and never a proxy', async () => {
    let key: string | undefined = 'network';
    await serve({ perAddress: 1, keyOf: () => key });
    await silent();
    expect(await handshake()).to.equal('refused');
    key = 'elsewhere';
    expect(await handshake()).to.equal('finished');
    key = undefined;
    await silent();
    await silent();
    expect(await handshake()).to.equal('finished');
  });

  it('can be lifted, and must be a number that admits anybody', async () => {
    await serve({ perAddress: 1 });
    await silent();
    lift();
    expect(await handshake()).to.equal('finished');
    for (const perAddress of [0, -1, 1.5, Number.NaN]) {
      expect(() => limitHandshakes(served.server, { perAddress })).to.throw(`${perAddress} per address`);
    }
  });
});
