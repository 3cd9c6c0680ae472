import type { Duplex } from 'node:stream';
import { PassThrough } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { expect } from 'chai';
import fc from 'fast-check';
import { readAlternativeNames } from '../../../src/doors/tls/alternative-names.ts';
import { type CertificateEntry, CertificateIdentities } from '../../../src/doors/tls/certificate-identities.ts';
import { TlsFiles } from '../../../src/doors/tls/files.ts';
import { peerCertificate } from '../../../src/doors/tls/peer-certificate.ts';
import { keptLog } from '../../kept-log.ts';
import { useTempDir } from '../../temp-dir.ts';
import { Authority, type Pair, whyNoCertificates } from './certificates.ts';
import { serveTls, type TlsServer } from './tls-server.ts';

const missing = whyNoCertificates();
const WORKER: CertificateEntry = {
  san: 'URI:spiffe://house/worker',
  role: 'worker',
  scopes: ['tools:call'],
  active: true,
};

describe(`a client certificate${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  before(function () {
    if (missing !== undefined) this.skip();
  });
  const folder = useTempDir();
  let authority: Authority;
  let server: Pair;
  let served: TlsServer | undefined;

  beforeEach(() => {
    authority = new Authority(folder());
    server = authority.issue('server', ['IP:127.0.0.1']);
  });
  afterEach(async () => {
    await served?.close();
    served = undefined;
  });

  async function serve(clientCertificates: 'accept' | 'require'): Promise<TlsServer> {
    const settings = { cert: server.certFile, key: server.keyFile, ca: authority.root.certFile, clientCertificates };
    const files = await TlsFiles.open(settings, { log: keptLog(), clock: { now: () => Date.now() } });
    served = await serveTls(files.options);
    return served;
  }
  /** The server's end of a connection with this certificate. */
  async function meet({ server: https, connect }: TlsServer, client?: Pair): Promise<TLSSocket> {
    const accepted = new Promise<TLSSocket>((resolve) => https.once('secureConnection', resolve));
    await connect({ ca: authority.root.cert, ...(client !== undefined && { cert: client.cert, key: client.key }) });
    return accepted;
  }

  it('tells by its names who is there, once it is verified', async () => {
    const https = await serve('accept');
    const client = authority.issue('worker', [
      'URI:spiffe://house/worker',
      'DNS:Worker.example',
      'IP:10.0.0.1',
      'email:a@b.example',
    ]);
    const socket = await meet(https, client);
    const peer = peerCertificate(socket);
    expect(peer?.names).to.deep.equal(['URI:spiffe://house/worker', 'DNS:worker.example']);
    const identity = new CertificateIdentities({ night: WORKER }, { now: () => Date.now() }).of(socket);
    expect(identity?.principal).to.deep.equal({ id: 'cert:night', role: 'worker', scopes: ['tools:call'] });
    expect(identity?.principal).to.be.frozen;
    expect([identity?.means, identity?.credential, identity?.expiresAt]).to.deep.equal([
      'certificate',
      'night',
      peer?.expiresAt,
    ]);
  });

  it('counts as none when it is missing or of another authority, where it may be missing', async () => {
    const https = await serve('accept');
    const stranger = new Authority(folder(), 'Another').issue('stranger', ['URI:spiffe://house/worker']);
    for (const client of [undefined, stranger]) expect(peerCertificate(await meet(https, client))).to.equal(undefined);
    expect(peerCertificate(new PassThrough())).to.equal(undefined);
  });

  it('must be there and be good where it is required', async () => {
    const { connect } = await serve('require');
    const reach = async (client?: Pair): Promise<string> => {
      const pair = client === undefined ? {} : { cert: client.cert, key: client.key };
      // With TLS 1.2 the refusal is part of the handshake.
      const socket = await connect({ ca: authority.root.cert, ...pair, maxVersion: 'TLSv1.2' }).catch(() => undefined);
      socket?.destroy();
      return socket === undefined ? 'refused' : 'reached';
    };
    const stranger = new Authority(folder(), 'Another').issue('stranger', ['DNS:stranger']);
    expect(await reach()).to.equal('refused');
    expect(await reach(stranger)).to.equal('refused');
    expect(await reach(authority.issue('friend', ['DNS:friend']))).to.equal('reached');
  });

  it('opens nothing when nobody told of it, when it was switched off, or when it stands for two', async () => {
    const https = await serve('accept');
    const socket = await meet(https, authority.issue('both', ['URI:spiffe://house/worker', 'DNS:b.example']));
    const of = (entries: Record<string, CertificateEntry>): string | undefined =>
      new CertificateIdentities(entries, { now: () => Date.now() }).of(socket)?.credential;
    const other = { ...WORKER, san: 'DNS:B.example' };
    expect(of({ night: WORKER })).to.equal('night');
    expect(of({ other })).to.equal('other');
    expect(of({})).to.equal(undefined);
    expect(of({ stranger: { ...WORKER, san: 'DNS:both' } })).to.equal(undefined);
    expect(of({ night: { ...WORKER, active: false } })).to.equal(undefined);
    expect(of({ night: WORKER, other })).to.equal(undefined);
  });

  it('stops being good when it expires, also on a connection that is open', async () => {
    const https = await serve('accept');
    const socket: Duplex = await meet(https, authority.issue('worker', ['URI:spiffe://house/worker'], 30));
    let now = Date.now();
    const identities = new CertificateIdentities({ night: WORKER }, { now: () => now });
    const identity = identities.of(socket);
    expect(identity?.stillGood()).to.equal(true);
    now += 31 * 86_400_000;
    expect(identity?.stillGood()).to.equal(false);
    expect(identities.of(socket)).to.equal(undefined);
  });

  it('cannot be known by a name of another kind, nor by one that is given away', () => {
    const make = (entries: Record<string, CertificateEntry>) => () =>
      new CertificateIdentities(entries, { now: () => 0 });
    expect(make({ a: { ...WORKER, san: 'CN:worker' } })).to.throw('"CN:worker"');
    const [a, b] = [
      { ...WORKER, san: 'DNS:x.example' },
      { ...WORKER, san: 'DNS:X.example' },
    ];
    expect(make({ a, b })).to.throw(/"a" and "b"/);
  });

  it('is read name by name, and a value never passes for another name', () => {
    expect(readAlternativeNames('URI:"spiffe://a, DNS:admin", DNS:b.example')).to.deep.equal([
      'URI:spiffe://a, DNS:admin',
      'DNS:b.example',
    ]);
    for (const odd of ['nonsense', 'DNS:"open', 'DNS:"bad\\x"', 'DNS:a, ,', 'URI:a,b', 'DNS:a"b']) {
      expect(readAlternativeNames(odd), odd).to.equal(undefined);
    }
    const value = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const printed = values.map((text) => `URI:${JSON.stringify(text)}`).join(', ');
        expect(readAlternativeNames(printed)).to.deep.equal(values.map((text) => `URI:${text}`));
      }),
    );
  });
});
