import { createServer as createHttps } from 'node:https';
import { expect } from 'chai';
import { frameLimits } from '../../../src/doors/websocket.ts';
import {
  type DialledWorker,
  DialledWorkers,
  type DialledWorkersParts,
} from '../../../src/workers/dial/dialled-workers.ts';
import { type OpenDoor, openDoor } from '../../doors/gateway-socket.ts';
import { Authority, whyNoCertificates } from '../../doors/tls/certificates.ts';
import { FakeClock } from '../../fake-clock.ts';
import { keptLog } from '../../kept-log.ts';
import { useTempDir } from '../../temp-dir.ts';
import { comesTrue, type Listening, listening } from '../listening.ts';

const NO_PLACE = { token: undefined, tokenEnv: undefined, tokenFile: undefined };
const TOKEN = 'the-token-of-gpu';

describe('DialledWorkers', () => {
  let door: OpenDoor;
  let clock: FakeClock;
  let log: ReturnType<typeof keptLog>;
  const known: string[] = [];
  const toClose: (() => unknown)[] = [];
  const folder = useTempDir();

  beforeEach(async () => {
    door = await openDoor({ whoami: (_params, { session }) => session.principal });
    clock = new FakeClock();
    log = keptLog();
    known.length = 0;
    toClose.push(() => door.close());
  });
  afterEach(async () => {
    for (const close of toClose.splice(0).reverse()) await close();
  });

  const at = async (...options: Parameters<typeof listening>): Promise<Listening> => {
    const worker = await listening(...options);
    toClose.push(() => worker.close());
    return worker;
  };

  const dial = (url: string, changes: Partial<DialledWorkersParts> & { place?: object } = {}) => {
    const { place = { token: TOKEN }, ...others } = changes;
    const workers = new DialledWorkers(
      { gpu: { ...NO_PLACE, ...place, url } },
      {
        ...{ clock, log, random: () => 0.5, env: {}, connectTimeoutMs: 10_000 },
        readFile: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOENT' })),
        knows: (secrets) => known.push(...secrets),
        limits: frameLimits({ maxPayloadBytes: 1_000 }),
        welcome: (...connection) => door.door.adopt(...connection),
        ...others,
      },
    );
    toClose.push(() => workers.close());
    workers.start();
    return workers;
  };
  const only = (workers: DialledWorkers): DialledWorker => workers.dialled()[0] as DialledWorker;
  const refused = async (workers: DialledWorkers): Promise<string | undefined> => {
    await comesTrue(() => only(workers).state === 'refused');
    return only(workers).reason;
  };

  it('takes a worker in as if it had dialled, under its own name', async () => {
    const worker = await at();
    const workers = dial(worker.url);
    expect(only(workers)).to.deep.equal({ name: 'gpu', url: worker.url, state: 'connecting' });
    const dialled = await worker.accept();
    expect(dialled.headers).to.include({
      authorization: `Bearer ${TOKEN}`,
      'sec-websocket-protocol': 'callsheet.v1',
    });
    expect(dialled.headers['sec-websocket-extensions']).to.equal(undefined);
    const opened = await dialled.ask({ jsonrpc: '2.0', id: 1, method: 'session/open', params: {} });
    expect(opened.result).to.deep.include({ principal: { id: 'dialled:gpu', role: 'worker', scopes: [] } });
    const answer = await dialled.ask({ jsonrpc: '2.0', id: 2, method: 'whoami' });
    expect(answer.result).to.include({ id: 'dialled:gpu' });
    expect(only(workers)).to.deep.equal({ name: 'gpu', url: worker.url, state: 'connected' });
    expect(door.door.connections).to.equal(1);
    expect(door.door.serves('ses_test')).to.equal(true);
    expect(door.door.serves('ses_other')).to.equal(false);
  });

  it('hears what the worker says in the same breath as its greeting', async () => {
    const worker = await at();
    dial(worker.url);
    const dialled = await worker.accept();
    dialled.say({ jsonrpc: '2.0', id: 1, method: 'ping' });
    dialled.say({ jsonrpc: '2.0', id: 2, method: 'ping' });
    expect(await dialled.hear()).to.deep.include({ id: 1 });
    expect(await dialled.hear()).to.deep.include({ id: 2 });
  });

  it('says goodbye with all other connections, and dials nobody after that', async () => {
    const worker = await at();
    const workers = dial(worker.url);
    const dialled = await worker.accept();
    await comesTrue(() => only(workers).state === 'connected');
    workers.leave();
    door.door.notifyAll('session/draining', { deadlineMs: 5 });
    expect(await dialled.hear()).to.deep.include({ method: 'session/draining' });
    await door.door.closeAll(1012, 'the gateway restarts', 0);
    expect(await dialled.closed).to.deep.equal({ code: 1012, reason: 'the gateway restarts' });
    expect(clock.pending).to.equal(0);
    expect(door.door.connections).to.equal(0);
  });

  it('dials again when the connection is lost, later each time, and soon again after it held', async () => {
    const worker = await at();
    const workers = dial(worker.url);
    const losesAt = async (ms: number): Promise<void> => {
      const dialled = await worker.accept();
      await comesTrue(() => only(workers).state === 'connected');
      clock.advance(ms);
      dialled.socket.terminate();
      await comesTrue(() => only(workers).state === 'connecting');
      expect(only(workers).reason).to.equal('the connection closed with 1006');
    };
    for (const delay of [187.5, 375, 750]) {
      await losesAt(0);
      const { arrivals } = worker;
      clock.advance(delay - 1);
      await new Promise((resolve) => setImmediate(resolve));
      expect(worker.arrivals).to.equal(arrivals);
      clock.advance(1);
    }
    await losesAt(10_000);
    clock.advance(187.5);
    await worker.accept();
    expect(log.lines.filter((line) => line === 'connected to the worker "gpu"')).to.have.length.above(3);
  });

  it('tells why it was turned away after the opening', async () => {
    const worker = await at();
    const workers = dial(worker.url);
    (await worker.accept()).socket.close(4401, 'who are you');
    expect(await refused(workers)).to.equal('the connection closed with 4401, "who are you"');
  });

  const answers: Readonly<Record<string, readonly [answer: string, reason: RegExp]>> = {
    'a refused credential': ['HTTP/1.1 401 No\r\n\r\n', /^could not connect: it refuses the credential \(401\)$/],
    'another answer': ['HTTP/1.1 200 OK\r\n\r\n', /it answers HTTP 200 instead of opening a WebSocket$/],
    'a wrong proof': [
      'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
      /Invalid Sec-WebSocket-Accept header$/,
    ],
    garbage: ['\x00\x01\x02 what is this\r\n\r\n', /HPE_INVALID_CONSTANT$/],
    'a header without end': [`HTTP/1.1 101 X\r\nX: ${'x'.repeat(100_000)}`, /HPE_HEADER_OVERFLOW$/],
  };
  for (const [what, [answer, reason]] of Object.entries(answers)) {
    it(`is not impressed by ${what}`, async () => {
      const worker = await at({
        refuse: (socket) => {
          socket.write(answer);
          return true;
        },
      });
      expect(await refused(dial(worker.url))).to.match(reason);
      expect(door.door.connections).to.equal(0);
    });
  }

  it('never shows its credential to whom it is redirected', async () => {
    const other = await at();
    const worker = await at({
      refuse: (socket) => {
        socket.end(`HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${other.port}/\r\n\r\n`);
        return true;
      },
    });
    expect(await refused(dial(worker.url))).to.equal(
      'could not connect: it redirects (302); set the address it leads to',
    );
    expect(other.arrivals).to.equal(0);
  });

  it('wants the subprotocol answered, and no other', async () => {
    const silent = await at({ handleProtocols: () => false });
    expect(await refused(dial(silent.url))).to.match(/Server sent no subprotocol$/);
    const other = await at({ handleProtocols: () => 'mcp' });
    expect(await refused(dial(other.url))).to.match(/Server sent an invalid subprotocol$/);
  });

  it('does not wait for ever for somebody who dribbles', async () => {
    const worker = await at({
      refuse: (socket) => {
        socket.write('HTTP/1.1 101 Swi');
        return true;
      },
    });
    const workers = dial(worker.url);
    await comesTrue(() => worker.arrivals === 1);
    clock.advance(10_000);
    expect(only(workers).reason).to.equal('could not connect: no WebSocket within 10000 ms');
    expect(clock.pending).to.equal(1);
  });

  it('cuts off a worker that sends far too much', async () => {
    const worker = await at();
    const workers = dial(worker.url);
    const dialled = await worker.accept();
    dialled.say('x'.repeat(100_000));
    expect((await dialled.closed).code).to.equal(1009);
    await comesTrue(() => only(workers).state === 'connecting');
  });

  it('trusts no certificate it does not know', async function () {
    const why = whyNoCertificates();
    if (why !== undefined) this.skip();
    const { cert, key } = new Authority(folder()).issue('localhost', ['IP:127.0.0.1']);
    const worker = await at({}, createHttps({ cert, key }));
    expect(await refused(dial(worker.url.replace('ws:', 'wss:')))).to.equal(
      'could not connect: UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    );
  });

  it('reads a credential in a file anew for every connection, and knows it as a secret', async () => {
    const worker = await at();
    let content = 'first-token\n';
    const workers = dial(worker.url, { place: { tokenFile: '/run/gpu' }, readFile: () => Promise.resolve(content) });
    const first = await worker.accept();
    expect(first.headers.authorization).to.equal('Bearer first-token');
    content = 'second-token';
    await comesTrue(() => only(workers).state === 'connected');
    first.socket.terminate();
    await comesTrue(() => only(workers).state === 'connecting');
    clock.advance(1_000);
    expect((await worker.accept()).headers.authorization).to.equal('Bearer second-token');
    expect(known).to.deep.equal(['first-token', 'second-token']);
  });

  const places: readonly (readonly [what: string, place: object, content: string, reason: RegExp])[] = [
    ['an empty variable', { tokenEnv: 'GPU' }, '', /the variable GPU holds no credential$/],
    ['an empty file', { tokenFile: '/f' }, ' \n', /the file "\/f" holds no credential$/],
    ['a file of two lines', { tokenFile: '/f' }, 'hunter2\r\nX: y', /does not hold a credential of 1 to 4096/],
    ['a file of another kind', { tokenFile: '/f' }, 'x'.repeat(9_000), /does not hold a credential of 1 to 4096/],
  ];
  for (const [what, place, content, reason] of places) {
    it(`dials nobody with ${what}`, async () => {
      const worker = await at();
      const workers = dial(worker.url, { place, readFile: () => Promise.resolve(content) });
      expect(await refused(workers))
        .to.match(reason)
        .and.not.include('hunter2');
      expect(worker.arrivals).to.equal(0);
    });
  }

  it('says which file cannot be read, once for as long as nothing changes', async () => {
    const workers = dial('ws://127.0.0.1:1/', { place: { tokenFile: '/run/gpu' } });
    expect(await refused(workers)).to.equal('could not connect: its token_file "/run/gpu" cannot be read (ENOENT)');
    for (let attempt = 0; attempt < 5; attempt++) {
      await comesTrue(() => clock.pending === 1);
      clock.advance(30_000);
    }
    expect(log.lines).to.deep.equal(['no connection to the worker "gpu"; dialling again']);
  });

  it('leaves nothing behind when it is closed on its way', async () => {
    const worker = await at({ refuse: () => true });
    const workers = dial(worker.url);
    await comesTrue(() => worker.arrivals === 1);
    workers.close();
    expect(clock.pending).to.equal(0);
    const early = dial(worker.url);
    early.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(worker.arrivals).to.equal(1);
  });
});
