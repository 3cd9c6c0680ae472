import { execFile } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { AddressPolicy } from '../../src/intake/address-guard.ts';
import { type Opening, openUrl } from '../../src/intake/open-url.ts';
import { inScratch } from '../ffmpeg/stand-in.ts';
import { type MediaServer, mediaServer } from './media-server.ts';
import { reasonOf, refusalOf } from './refusal.ts';

const LOOPBACK = ['127.0.0.1', '::1'];
const open = (url: string, policy: Partial<AddressPolicy> = {}, over: Partial<Opening> = {}) =>
  openUrl(url, {
    policy: {
      allowHttp: true,
      allowPrivate: new Set(),
      lookup: async () => LOOPBACK,
      ownAddresses: () => [],
      ...policy,
    },
    signal: new AbortController().signal,
    onStep: () => undefined,
    ...over,
  });
const textOf = async (url: string, policy: Partial<AddressPolicy>, over: Partial<Opening> = {}) => {
  const chunks: Buffer[] = [];
  for await (const chunk of await open(url, policy, over)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe('opening a URL', () => {
  const servers: MediaServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  const serve = async (...args: Parameters<typeof mediaServer>) => {
    const server = await mediaServer(...args);
    servers.push(server);
    return server;
  };
  const hello: RequestListener = (_, response) => response.end('hello');
  const redirectTo =
    (location: string, status = 302): RequestListener =>
    (_, response) =>
      response.writeHead(status, { location }).end('go there');

  it('never comes near this machine, however its address is written', async () => {
    const canary = await serve(hello);
    const hosts = [
      ...[
        '127.0.0.1',
        'localhost',
        'LOCALHOST',
        'localhost.',
        '127.0.0.1.',
        '127.1',
        '127.0.1',
        '2130706433',
        '0x7f000001',
      ],
      ...['0x7f.0.0.1', '0177.0.0.1', '017700000001', '0177.0x0.0.01', '0', '0.0.0.0', '127.255.255.254', '127.127'],
      ...[
        '[::1]',
        '[::]',
        '[0:0:0:0:0:0:0:1]',
        '[::ffff:127.0.0.1]',
        '[::ffff:7f00:1]',
        '[::127.0.0.1]',
        '[::ffff:0:127.0.0.1]',
      ],
      ...[
        '[64:ff9b::127.0.0.1]',
        '[2002:7f00:1::]',
        '[fe80::1%25lo]',
        '１２７.０.０.１',
        '127。0。0。1',
        '127%2e0%2e0%2e1',
      ],
      ...[
        'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
        'canary.test',
        'user@127.0.0.1',
        'example.com@127.0.0.1',
        '127.0.0.1\\@example.com',
        '127.0.0.1\t',
      ],
    ];
    expect(hosts.length).to.be.greaterThan(25);
    for (const host of hosts) {
      // Without the port it is the address that has to be refused, not the port.
      for (const url of [`http://${host}:${canary.port}/x`, `http://${host}/x`, `https://${host}/x`]) {
        expect((await refusalOf(open(url))).errorName, url).to.equal('URL_NOT_ALLOWED');
      }
    }
    expect(canary.connections()).to.equal(0);
  });

  it('does not follow a redirect to where it might not have gone itself', async () => {
    const canary = await serve(hello);
    const targets = [
      canary.url,
      `http://localhost:${canary.port}/`,
      `//127.0.0.1:${canary.port}/`,
      'file:///etc/passwd',
    ];
    for (const location of [...targets, 'http://127.0.0.1/', 'http://169.254.169.254/latest/meta-data/', 'ftp://x/']) {
      for (const status of [301, 302, 303, 307, 308]) {
        const outside = await serve(redirectTo(location, status));
        const error = await refusalOf(open(outside.url, { allowPrivate: new Set([outside.pair]) }));
        expect(error.errorName, location).to.equal('URL_NOT_ALLOWED');
      }
    }
    expect(canary.connections()).to.equal(0);
  });

  it('goes to the address it checked, though the name means another one by now', async () => {
    const answers = [['1.1.1.1'], ['127.0.0.1']];
    const tried: string[] = [];
    // Stopped between the decision and the first packet: nothing leaves this machine.
    const watch = (message: unknown): void => {
      const { socket } = message as { readonly socket: Socket };
      socket.on('lookup', (_error, address) => {
        tried.push(address);
        socket.destroy(new Error('seen enough'));
      });
    };
    subscribe('net.client.socket', watch);
    try {
      const lookup = async () => answers.shift() ?? [];
      expect(reasonOf(await refusalOf(open('http://rebind.test/', { lookup })))).to.equal('connection');
    } finally {
      unsubscribe('net.client.socket', watch);
    }
    expect(tried).to.eql(['1.1.1.1']);
    expect(answers).to.eql([['127.0.0.1']]);
  });

  it('reads from a server that was allowed, and tells it no more than its name', async () => {
    const server = await serve((request, response) => response.end(JSON.stringify(request.headers)));
    const allowPrivate = new Set([`media.test:${server.port}`]);
    const headers = JSON.parse(await textOf(`http://media.test:${server.port}/a?b=c`, { allowPrivate }));
    expect(headers).to.eql({
      host: `media.test:${server.port}`,
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'callsheet',
      connection: 'close',
    });
  });

  it('follows three redirects, and not a fourth', async () => {
    let left = 3;
    const server = await serve((request, response) =>
      left-- > 0 ? redirectTo(`../${left}?next`)(request, response) : response.end('here'),
    );
    const allowPrivate = new Set([server.pair]);
    expect(await textOf(`${server.url}/a/b`, { allowPrivate })).to.equal('here');
    left = 4;
    expect(reasonOf(await refusalOf(open(server.url, { allowPrivate })))).to.equal('redirects');
    expect(server.connections()).to.equal(8);
  });

  it('says what a public server answered instead of the file', async () => {
    const cases: [RequestListener, string, boolean][] = [
      [(_, response) => response.writeHead(404).end(), 'status', false],
      [(_, response) => response.writeHead(503).end(), 'status', true],
      [(_, response) => response.writeHead(206).end('part'), 'status', false],
      [(_, response) => response.writeHead(302).end(), 'status', false],
      [redirectTo('http://['), 'redirects', false],
      [(_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'), 'encoded', false],
      [(request) => request.socket.destroy(), 'connection', true],
      [(request) => request.socket.end('SSH-2.0-OpenSSH_9\r\n'), 'connection', true],
      [(_, response) => response.writeHead(200, { 'x-long': 'y'.repeat(20_000) }).end(), 'connection', true],
    ];
    for (const [answer, reason, retryable] of cases) {
      const server = await serve(answer);
      const error = await refusalOf(open(server.url, { allowPrivate: new Set([server.pair]) }));
      expect([error.errorName, reasonOf(error), error.retryable]).to.eql(['UPSTREAM_ERROR', reason, retryable]);
    }
  });

  it('survives an address to which there is no way', async () => {
    const allowPrivate = new Set(['media.test:80', '255.255.255.255:80']);
    const lookup = async () => ['255.255.255.255'];
    for (const url of ['http://media.test/', 'http://255.255.255.255/']) {
      expect(reasonOf(await refusalOf(open(url, { allowPrivate, lookup })))).to.equal('connection');
    }
  });

  it('connects to nothing when the call was cancelled while the name was looked up', async () => {
    const server = await serve(hello);
    const control = new AbortController();
    const lookup = async () => {
      control.abort(new Error('never mind'));
      return LOOPBACK;
    };
    const allowPrivate = new Set([`media.test:${server.port}`]);
    const opening = open(`http://media.test:${server.port}/`, { allowPrivate, lookup }, { signal: control.signal });
    expect(String(await opening.catch((error: unknown) => error))).to.equal('Error: never mind');
    expect(server.connections()).to.equal(0);
  });

  it('holds a server to the certificate of its name, whatever address it is at', () =>
    inScratch(async (folder) => {
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const subject = ['-subj', '/CN=media.test', '-addext', 'subjectAltName=DNS:media.test'];
      const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
      await promisify(execFile)('openssl', [...made, ...subject, '-keyout', key, '-out', cert]);
      const ca = await readFile(cert, 'utf8');
      const names: (string | false | undefined)[] = [];
      const server = await serve(hello, {
        tls: {
          key: await readFile(key),
          cert: ca,
          SNICallback: (name, done) => {
            names.push(name);
            done(null);
          },
        },
      });
      const allowPrivate = new Set([`media.test:${server.port}`, `other.test:${server.port}`]);
      const url = `https://media.test:${server.port}/`;
      expect(await textOf(url, { allowPrivate }, { ca })).to.equal('hello');
      expect(names).to.eql(['media.test']);
      expect((await refusalOf(open(url, { allowPrivate }))).message).to.contain('SELF_SIGNED');
      const other = await refusalOf(open(`https://other.test:${server.port}/`, { allowPrivate }, { ca }));
      expect(other.message).to.contain('ERR_TLS_CERT_ALTNAME_INVALID');
    }));
});
