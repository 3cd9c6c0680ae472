import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import WebSocket from 'ws';
import { TlsFiles } from '../../../src/doors/tls/files.ts';
import type { TlsSettings } from '../../../src/doors/tls/settings.ts';
import { keptLog } from '../../kept-log.ts';
import { useTempDir } from '../../temp-dir.ts';
import { Authority, type Pair, whyNoCertificates } from './certificates.ts';
import { serveTls } from './tls-server.ts';

const DAY_MS = 86_400_000;
const missing = whyNoCertificates();

describe(`the TLS files${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  before(function () {
    if (missing !== undefined) this.skip();
  });
  const folder = useTempDir();
  let authority: Authority;
  let pair: Pair;
  let now: number;
  let log: ReturnType<typeof keptLog>;

  beforeEach(() => {
    log = keptLog();
    authority = new Authority(folder());
    pair = authority.issue('server', ['DNS:localhost', 'IP:127.0.0.1']);
    // After the certificate was made: it must not be from the future.
    now = Date.now();
  });
  const open = (changes: Partial<TlsSettings> = {}): Promise<TlsFiles> =>
    TlsFiles.open(
      { cert: pair.certFile, key: pair.keyFile, clientCertificates: 'off', ...changes },
      { log, clock: { now: () => now } },
    );
  async function refusal(changes: Partial<TlsSettings> = {}): Promise<string> {
    const files = await open(changes).catch((error: Error) => error);
    if (files instanceof TlsFiles) throw new Error('nothing was refused');
    return files.message;
  }
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder(), name), text);
    return join(folder(), name);
  };

  it('serve https and wss to who trusts the authority', async () => {
    const files = await open();
    const { port, connect, close } = await serveTls(files.options);
    try {
      const socket = new WebSocket(`wss://localhost:${port}`, { ca: authority.root.cert });
      const heard = await new Promise((resolve, reject) => {
        socket.on('open', () => socket.send('hello'));
        socket.on('message', (data) => resolve(String(data)));
        socket.on('error', reject);
      });
      socket.terminate();
      expect(heard).to.equal('hello');
      const peer = (await connect({ ca: authority.root.cert })).getPeerX509Certificate();
      expect(peer?.fingerprint256).to.equal(files.fingerprint);
      expect(files.expiresAt).to.equal(Date.parse(peer?.validTo ?? ''));
      const stranger = await connect().catch((error: NodeJS.ErrnoException) => error.code);
      expect(stranger).to.equal('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
      expect(log.lines).to.deep.equal([]);
    } finally {
      await close();
    }
  });

  it('speak nothing older than TLS 1.2, or 1.3 when told so', async () => {
    const at = { ca: authority.root.cert, minVersion: 'TLSv1' as const, ciphers: 'DEFAULT@SECLEVEL=0' };
    const plain = await serveTls((await open()).options);
    const strict = await serveTls((await open({ minVersion: 'TLSv1.3' })).options);
    try {
      const error = await plain.connect({ ...at, maxVersion: 'TLSv1.1' }).catch((reason: Error) => reason);
      expect(error).to.be.instanceOf(Error);
      expect((await plain.connect({ ...at, maxVersion: 'TLSv1.2' })).getProtocol()).to.equal('TLSv1.2');
      expect(await strict.connect({ ...at, maxVersion: 'TLSv1.2' }).catch((reason: Error) => reason)).to.be.instanceOf(
        Error,
      );
      expect((await strict.connect(at)).getProtocol()).to.equal('TLSv1.3');
    } finally {
      await plain.close();
      await strict.close();
    }
  });

  it('do not wait forever for a handshake', async () => {
    expect((await open()).options.handshakeTimeout).to.equal(10_000);
  });

  it('are refused when the key belongs to another certificate', async () => {
    const other = authority.issue('other', ['DNS:localhost']);
    expect(await refusal({ key: other.keyFile }))
      .to.include(other.keyFile)
      .and.include('does not belong');
  });

  it('are refused when the server certificate is not the first in its file', async () => {
    const cert = write('reversed.crt', authority.root.cert + pair.cert);
    expect(await refusal({ cert })).to.include('must come first');
    const chain = write('chain.crt', pair.cert + authority.root.cert);
    expect((await open({ cert: chain })).expiresAt).to.be.greaterThan(now);
  });

  it('are refused when they have expired, with the moment they did', async () => {
    now = Date.now() + 400 * DAY_MS;
    expect(await refusal()).to.match(/expired at "20\d\d-\d\d-\d\dT[^"]+"; renew it$/);
  });

  it('are refused when they are missing or something else, each with its name', async () => {
    expect(await refusal({ cert: '/nowhere/a.crt' })).to.equal(
      'Cannot read the TLS certificate "/nowhere/a.crt": there is no such file',
    );
    expect(await refusal({ key: folder() })).to.include(`"${folder()}": EISDIR`);
    expect(await refusal({ cert: pair.keyFile }))
      .to.include(pair.keyFile)
      .and.include('no PEM certificate');
    expect(await refusal({ key: pair.certFile }))
      .to.include(pair.certFile)
      .and.include('no PEM private key');
    const damaged = write('damaged.crt', pair.cert.replace(/[A-Za-z0-9+/]{40}\n/, 'AAAA\n'));
    expect(await refusal({ cert: damaged }))
      .to.include(damaged)
      .and.include('damaged');
    const ca = write('empty.crt', '');
    expect(await refusal({ ca, clientCertificates: 'accept' }))
      .to.include(ca)
      .and.include('no PEM certificate');
  });

  it('are refused with an encrypted key, and never quote a key', async () => {
    const key = join(folder(), 'encrypted.key');
    execFileSync('openssl', ['pkey', '-in', pair.keyFile, '-aes256', '-passout', 'pass:secret', '-out', key]);
    expect(await refusal({ key }))
      .to.include(key)
      .and.include('encrypted');
    const broken = write('broken.key', pair.key.replace(/\n[A-Za-z0-9+/]{10}/, '\nVERYSECRET'));
    expect(await refusal({ key: broken })).to.not.include('VERYSECRET');
  });

  it('are refused when OpenSSL thinks them too weak', async () => {
    const [keyFile, certFile] = [join(folder(), 'weak.key'), join(folder(), 'weak.crt')];
    const make = [
      'req',
      '-x509',
      '-newkey',
      'rsa:512',
      '-nodes',
      '-subj',
      '/CN=weak',
      '-keyout',
      keyFile,
      '-out',
      certFile,
    ];
    execFileSync('openssl', make, { stdio: 'ignore' });
    expect(await refusal({ cert: certFile, key: keyFile })).to.match(
      /^Cannot serve TLS with .*weak\.crt.*key too small/,
    );
  });

  it('serve with doubts, which the log hears', async () => {
    chmodSync(pair.keyFile, 0o644);
    now = Date.now() + 360 * DAY_MS;
    await open();
    now = Date.now() - DAY_MS;
    pair = authority.issue('nameless', []);
    chmodSync(pair.keyFile, 0o640);
    await open();
    const patterns = [
      /expires in [45] days/,
      /open to others \(mode 644\); chmod 600/,
      /good only from/,
      /names no host/,
    ];
    expect(log.lines).to.have.length(patterns.length);
    for (const [index, pattern] of patterns.entries()) expect(log.lines[index]).to.match(pattern);
  });

  it('are not opened with settings that contradict each other', async () => {
    expect(await refusal({ clientCertificates: 'require' })).to.include('"ca"');
    expect(await refusal({ cert: '' })).to.include('"cert"');
    expect(await refusal({ clientCertificates: 'maybe' as 'off' })).to.include('"maybe"');
    expect(await refusal({ minVersion: 'TLSv1.1' as 'TLSv1.2' })).to.include('"TLSv1.1"');
  });
});
