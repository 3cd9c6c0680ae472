import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { type HttpDoorOptions, httpDoor } from '../../src/doors/http.ts';
import { bearerChallenge } from '../../src/doors/perimeter/challenge.ts';
import { Perimeter } from '../../src/doors/perimeter/perimeter.ts';
import { TlsFiles } from '../../src/doors/tls/files.ts';
import type { Health } from '../../src/health.ts';
import { keptLog } from '../kept-log.ts';
import { useTempDir } from '../temp-dir.ts';
import { Authority, whyNoCertificates } from './tls/certificates.ts';

/** More than the kernel takes for a peer that does not read: 4 MB to send, and what the peer's end holds. */
const LARGE = 48 * 1_048_576;
const CHUNK = Buffer.alloc(262_144);
const ASK = 'GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('the HTTP door', () => {
  const folder = useTempDir();
  let door: FastifyInstance;
  let clients: Socket[];
  /** The gateway's ends, in the order they came. */
  let ends: Socket[];
  let port: number;
  let came: () => void;
  /** Resolves when somebody connects. */
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      came = resolve;
    });
  let certificates: object | undefined;
  beforeEach(() => {
    [clients, ends, certificates] = [[], [], undefined];
    came = () => {};
  });
  afterEach(async () => {
    for (const socket of [...clients, ...ends]) socket.destroy();
    await door.close();
  });

  async function open(options: Partial<HttpDoorOptions> = {}): Promise<void> {
    let requests = 0;
    door = httpDoor({
      log: pino({ level: 'silent' }),
      health: () => ({ status: 'ok', version: '1' }) as Health,
      nextRequestId: () => `req_${requests++}`,
      perimeter: new Perimeter({
        ...{ boundTo: '127.0.0.1', allowedHosts: [], allowedOrigins: [], requireOrigin: false },
      }),
      challenge: bearerChallenge(),
      ...{ tls: undefined, handshakeTimeoutMs: 8_000 },
      ...options,
    });
    door.get('/large', (_request, reply) => {
      const chunks = function* () {
        for (let sent = 0; sent < LARGE; sent += CHUNK.length) yield CHUNK;
      };
      return reply.header('content-length', LARGE).send(Readable.from(chunks(), { highWaterMark: 1 }));
    });
    door.post('/anything', async () => 'done');
    door.get('/late', async (_request, reply) => {
      let times = 0;
      const thriceSilent = new Promise<void>((resolve) => {
        reply.raw.on('timeout', () => {
          times += 1;
          if (times === 3) resolve();
        });
      });
      await thriceSilent;
      return 'at last';
    });
    door.server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket) => {
      ends.push(socket);
      came();
    });
    await door.listen({ host: '127.0.0.1', port: 0 });
    port = (door.server.address() as AddressInfo).port;
  }

  /** Somebody connected, who reads nothing until told to. */
  async function client(): Promise<Socket> {
    const socket = certificates === undefined ? connect(port, '127.0.0.1') : connectTls({ port, ...certificates });
    clients.push(socket.on('error', () => {}));
    await once(socket, certificates === undefined ? 'connect' : 'secureConnect');
    return socket.pause();
  }

  async function letsGoOf(many: number): Promise<void> {
    const asked = Array.from({ length: many }, async () => (await client()).write(ASK));
    await Promise.all(asked);
    while (ends.length < many) await next();
    await Promise.all(ends.map((socket) => socket.closed || once(socket, 'close')));
  }

  /** Takes an answer in pieces, one each 10 ms, and answers how many bytes it was. */
  async function readSlowly(bytesEach: number): Promise<number> {
    const socket = await client();
    let read = 0;
    socket.write(ASK.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    const reading = setInterval(() => {
      const piece: Buffer | null = socket.read(Math.min(bytesEach, socket.readableLength)) ?? socket.read(0);
      read += piece?.length ?? 0;
    }, 10);
    await Promise.race([once(socket, 'end'), once(socket, 'close')]);
    clearInterval(reading);
    return read;
  }

  it('says of a body that is no JSON what it is', async () => {
    await open();
    const headers = { 'content-type': 'application/json' };
    for (const payload of ['{"a":', 'hello', '']) {
      const answer = await door.inject({ method: 'POST', url: '/anything', headers, payload });
      expect(answer.statusCode, payload).to.equal(400);
      expect(answer.json().error).to.deep.include({ code: -32700, message: 'Cannot parse the body as JSON' });
    }
  });

  it('lets go of everybody who asks for much and reads nothing', async () => {
    await open({ giveUpMs: 50 });
    await letsGoOf(100);
  });

  it('lets go of connections on which nobody asks any more', async () => {
    await open({ giveUpMs: 50 });
    const socket = await client();
    socket.resume().write(ASK.replace('/large', '/health/live'));
    await once(socket, 'close');
  });

  it('gives whoever reads slowly all there is, however long it takes', async () => {
    await open({ giveUpMs: 200 });
    expect(await readSlowly(131_072)).to.be.greaterThan(LARGE);
  });

  it('waits for its own answer as long as it takes', async () => {
    await open({ giveUpMs: 20 });
    const socket = await client();
    socket.setEncoding('utf8').write(ASK.replace('/large', '/late'));
    socket.resume();
    expect(String((await once(socket, 'data'))[0])).to.contain('at last');
  });

  it('hangs up on more connections than it may have, and takes another when one has left', async () => {
    await open({ maxConnections: 2 });
    const [first] = [await client(), await client()];
    const third = (await client()).resume();
    await once(third, 'close');
    const left = once(ends[0] ?? expect.fail('nobody came'), 'close');
    first?.destroy();
    await left;
    const fourth = (await client()).resume();
    fourth.write(ASK.replace('/large', '/health/live'));
    expect(String((await once(fourth, 'data'))[0])).to.contain('200 OK');
  });

  const missing = whyNoCertificates();
  describe(`with TLS${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
    beforeEach(async function () {
      if (missing !== undefined) this.skip();
      const authority = new Authority(folder());
      const { certFile: cert, keyFile: key } = authority.issue('gate', ['IP:127.0.0.1']);
      const settings = { cert, key, clientCertificates: 'off' } as const;
      certificates = { host: '127.0.0.1', ca: authority.root.cert };
      const tls = await TlsFiles.open(settings, { log: keptLog(), clock: { now: () => Date.now() } });
      await open({ tls, giveUpMs: 200 });
    });

    it('lets go of everybody who reads nothing', () => letsGoOf(10));

    it('gives whoever reads slowly all there is', async () => {
      expect(await readSlowly(131_072)).to.be.greaterThan(LARGE);
    });
  });
});
