import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { ASSET_HEADER, CallError, type Principal, WORK_ASSETS_PATH, WORK_HEADER } from '@callsheet/protocol';
import { expect } from 'chai';
import fastify, { type FastifyInstance } from 'fastify';
import { refuse } from '../../src/doors/refusal.ts';
import { type WorkAssetRouteOptions, workAssetRoute } from '../../src/workers/asset-route.ts';
import { ANN, BOB, filesBelow, type House, openHouse, VIDEO } from '../assets/house.ts';
import { FakeClock } from '../fake-clock.ts';
import { settled } from '../session/talk.ts';
import { Asked, Outcome } from './asked.ts';
import { DialledIn, OTHER, WORKER, workerHouse } from './rig.ts';

const PEOPLE = new Map([WORKER, OTHER, BOB].map((principal): [string, Principal] => [principal.id, principal]));
const MEBIBYTE = 1_048_576;

function factsHeader(facts: unknown): string {
  return Buffer.from(typeof facts === 'string' ? facts : JSON.stringify(facts)).toString('base64url');
}

describe('PUT /v1/work/assets', () => {
  let house: House;
  let rig: ReturnType<typeof workerHouse>;
  let worker: DialledIn;
  let asked: Asked;
  let outcome: Outcome;
  let work: string;
  let workKey: string;
  let app: FastifyInstance;
  let base: string;
  let clock: FakeClock;
  let sockets: Socket[];

  async function open(options: Partial<WorkAssetRouteOptions> = {}, context: object = {}): Promise<void> {
    house = await openHouse({ maxBytes: 8 * MEBIBYTE });
    rig = workerHouse();
    worker = new DialledIn(rig);
    ({ workKey } = await worker.register());
    const abort = new AbortController();
    const assets = house.store.for({ principal: ANN, project: 'demo', jobId: 'job_1', signal: abort.signal });
    asked = new Asked({ assets, signal: abort.signal, ...context });
    asked.onAbort((reason) => abort.abort(reason));
    outcome = new Outcome(worker.link.call(asked));
    await settled();
    work = String(worker.heard('tools/call')[0]?.id);
    app = fastify({ bodyLimit: MEBIBYTE, forceCloseConnections: true });
    app.setErrorHandler((error, request, reply) => refuse(request, reply, error));
    clock = new FakeClock();
    await app.register(
      workAssetRoute({
        registrations: rig.registrations,
        authenticate: ({ headers }) => PEOPLE.get(String(headers['x-test-principal'])),
        maxBytes: 4 * MEBIBYTE,
        clock,
        ...options,
      }),
    );
    base = await app.listen({ host: '127.0.0.1', port: 0 });
    sockets = [];
  }

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await app.close();
    await house.remove();
  });

  const headers = (changes: Record<string, string> = {}): Record<string, string> => ({
    'x-test-principal': WORKER.id,
    'content-type': 'video/mp4',
    [WORK_HEADER]: `${workKey}.${work}`,
    [ASSET_HEADER]: factsHeader(VIDEO),
    ...changes,
  });
  const put = (body: Uint8Array | undefined, changes: Record<string, string> = {}): Promise<Response> =>
    fetch(base + WORK_ASSETS_PATH, { method: 'PUT', headers: headers(changes), ...(body && { body: body as never }) });
  const refusal = async (response: Response): Promise<string> => {
    const { error } = (await response.json()) as { error: { message: string; data: { name: string } } };
    return `${response.status} ${error.data.name}: ${error.message}`;
  };
  const files = (): Promise<string[]> => filesBelow(house.root);

  /** Bytes of an unfinished file on the disk. */
  async function received(): Promise<number> {
    const [part] = (await files()).filter((name) => name.endsWith('.part'));
    return part === undefined ? 0 : (await stat(join(house.root, part))).size;
  }

  /** Begins an upload of `length` bytes by hand, and sends some of them. */
  async function begin(length: number, sent: number): Promise<Socket> {
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    sockets.push(socket);
    const lines = Object.entries(headers({ host: 'gate.test', 'content-length': String(length) }));
    socket.write(
      `PUT ${WORK_ASSETS_PATH} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    );
    socket.write(Buffer.alloc(sent, 7));
    await until(async () => (await received()) === sent);
    return socket;
  }

  it('stores a file larger than other bodies may be, as the caller of the call', async () => {
    await open();
    const bytes = Buffer.alloc(3 * MEBIBYTE, 'callsheet');
    const response = await put(bytes);
    expect(response.status).to.equal(201);
    const asset = (await response.json()) as { asset_id: string; url: string };
    expect(asset).to.deep.include({
      ...{ project: 'demo', job_id: 'job_1', bytes: bytes.length, mime: 'video/mp4', provider: 'test' },
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(await house.store.find(asset.asset_id)).to.deep.include({ owner: ANN.id });
    expect(asset).to.not.have.property('owner');
    expect(asset.url).to.match(/^http:\/\/gate\.test\/assets\//);
  });

  it('takes an empty file, and any content type or none', async () => {
    await open();
    expect((await put(undefined)).status).to.equal(201);
    expect((await put(Buffer.from('a'), { 'content-type': 'application/json' })).status).to.equal(201);
    const { 'content-type': _type, ...bare } = headers();
    const untyped = await fetch(base + WORK_ASSETS_PATH, { method: 'PUT', headers: bare, body: new Uint8Array(3) });
    expect(await untyped.json()).to.deep.include({ bytes: 3 });
  });

  describe('refuses, and stores nothing', () => {
    it('who shows no credential', async () => {
      await open();
      const response = await put(Buffer.from('a'), { 'x-test-principal': 'nobody' });
      expect(response.headers.get('www-authenticate')).to.match(/^Bearer/);
      expect(await refusal(response)).to.match(/^401 UNAUTHENTICATED/);
      expect(await files()).to.deep.equal([]);
    });

    it('calls that are not this worker’s, in one and the same sentence', async () => {
      await open();
      const other = new DialledIn(rig, OTHER);
      const { workKey: otherKey } = await other.register({ instanceId: 'instance-of-the-other' });
      const refusals = await Promise.all(
        [
          {},
          { [WORK_HEADER]: '' },
          { [WORK_HEADER]: work },
          { [WORK_HEADER]: `.${work}` },
          { [WORK_HEADER]: `${workKey}.` },
          { [WORK_HEADER]: `${workKey}.never-asked` },
          { [WORK_HEADER]: `${workKey}x.${work}` },
          { [WORK_HEADER]: `${otherKey}.${work}` },
          { [WORK_HEADER]: `__proto__.${work}` },
        ].map(async (changes) => refusal(await put(Buffer.from('a'), { 'x-test-principal': OTHER.id, ...changes }))),
      );
      expect(new Set(refusals).size).to.equal(1);
      expect(refusals[0]).to.match(/^404 NOT_FOUND: .*names no call this worker works on/);
      expect(await refusal(await put(Buffer.from('a'), { [WORK_HEADER]: `${otherKey}.${work}` }))).to.match(/^404/);
      expect(await files()).to.deep.equal([]);
    });

    it('a call that has ended, or that nobody wants any more', async () => {
      await open();
      asked.abort(new CallError('CANCELLED', 'the caller left'));
      expect(await refusal(await put(Buffer.from('a')))).to.match(/^404 NOT_FOUND/);
      await worker.answer(work, 'done');
      expect(await refusal(await put(Buffer.from('a')))).to.match(/^404 NOT_FOUND/);
      expect(await files()).to.deep.equal([]);
    });

    it('facts that are none, naming the field', async () => {
      await open();
      const say = async (facts: unknown) =>
        refusal(await put(Buffer.from('a'), { [ASSET_HEADER]: factsHeader(facts) }));
      expect(await say({ ...VIDEO, kind: 'virus' })).to.match(/^400 INVALID_PARAMS: .*"kind" is "virus"/);
      expect(await say({ ...VIDEO, mime: 'text/html\r\nx: y' })).to.contain('"mime"');
      expect(await say({ ...VIDEO, extension: '../../etc' })).to.contain('"extension"');
      expect(await say({ ...VIDEO, parents: ['../x'] })).to.contain('"parents"');
      for (const nothing of ['[]', 'null', '7', '{"kind"', '']) expect(await say(nothing)).to.contain('no JSON object');
      expect(await files()).to.deep.equal([]);
    });

    it('a file that is too large, by what it says and by what it sends', async () => {
      await open({ maxBytes: 1_000 });
      const said = await put(Buffer.alloc(1_001));
      expect(await refusal(said)).to.match(/^413 REQUEST_TOO_LARGE: .*1000 bytes/);
      const pieces = new ReadableStream({
        start(controller) {
          for (let n = 0; n < 11; n++) controller.enqueue(Buffer.alloc(100));
          controller.close();
        },
      });
      const init = { method: 'PUT', headers: headers(), body: pieces, duplex: 'half' } as RequestInit;
      expect(await refusal(await fetch(base + WORK_ASSETS_PATH, init))).to.match(/^413/);
      expect((await put(Buffer.alloc(1_000))).status).to.equal(201);
    });

    it('a dry run', async () => {
      await open({}, { dryRun: true });
      expect(await refusal(await put(Buffer.from('a')))).to.match(/^409 CONFLICT: .*dry run/);
      expect(await files()).to.deep.equal([]);
    });
  });

  describe('leaves nothing behind', () => {
    it('when the connection breaks in the middle', async () => {
      await open();
      const socket = await begin(2_000_000, 500_000);
      socket.destroy();
      await until(async () => (await files()).length === 0);
    });

    it('when the call ends in the middle, and says so', async () => {
      await open();
      const socket = await begin(2_000_000, 500_000);
      const heard = once(socket, 'data');
      await worker.answer(work, 'done');
      expect(String((await heard)[0])).to.match(/^HTTP\/1\.1 409 /);
      await until(async () => (await files()).length === 0);
      expect(outcome.value).to.equal('done');
    });

    it('when the caller cancels in the middle', async () => {
      await open();
      const abort = new AbortController();
      const assets = house.store.for({ principal: ANN, project: 'demo', signal: abort.signal });
      const cancelled = new Asked({ assets });
      worker.link.call(cancelled).catch(() => {});
      await settled();
      work = String(worker.heard('tools/call').at(-1)?.id);
      const socket = await begin(2_000_000, 500_000);
      const heard = once(socket, 'data');
      abort.abort(new CallError('CANCELLED', 'the caller left'));
      expect(String((await heard)[0])).to.match(/^HTTP\/1\.1 499 /);
      await until(async () => (await files()).length === 0);
    });

    it('when it comes too slowly, and ends the connection of who goes on all the same', async () => {
      await open();
      const socket = await begin(2_000_000, 500_000);
      clock.advance(10_000);
      const heard = once(socket, 'data');
      const closed = once(socket, 'close');
      socket.on('error', () => {});
      socket.write(Buffer.alloc(16_383));
      await until(async () => (await received()) === 516_383);
      clock.advance(10_000);
      expect(String((await heard)[0])).to.match(/^HTTP\/1\.1 504 /);
      await until(async () => (await files()).length === 0);
      clock.advance(2_000);
      await closed;
      expect(clock.pending).to.equal(0);
    });
  });

  it('has no appointment left after an upload that went well', async () => {
    await open();
    await put(Buffer.alloc(100_000));
    await until(async () => clock.pending === 0);
  });
});

/** Lets the event loop turn until something is so. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await settled();
}
