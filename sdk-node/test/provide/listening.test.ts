import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, requestText, successText } from '@callsheet/protocol';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { rejection } from '../../../sdk-core/test/conversation.ts';
import { Authority, whyNoCertificates } from '../../../server/test/doors/tls/certificates.ts';
import { type ProvideOptions, type Provider, provide } from '../../src/index.ts';
import { META, REGISTERED, SESSION } from './fake-house.ts';

const TOKEN = 'sixteen-letters!';

/** A gateway that dials a worker. */
class DiallingGateway {
  readonly socket: WebSocket;
  readonly messages: JsonObject[] = [];
  wanted: string[] = [];
  #wake: () => void = () => undefined;

  constructor(port: number, token = TOKEN, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/worker`, ['callsheet.v1', token], {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data) => {
      const value: unknown = JSON.parse(String(data));
      for (const message of Array.isArray(value) ? value : [value]) if (isJsonObject(message)) this.#take(message);
    });
  }

  async until(method: string): Promise<JsonObject> {
    for (;;) {
      const found = this.messages.find((message) => message.method === method || message.id === method);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  call(id: string, name: string): void {
    this.socket.send(requestText(id, 'tools/call', { name, arguments: {}, _meta: META }));
  }

  #take(message: JsonObject): void {
    this.messages.push(message);
    const answers: Record<string, JsonObject> = {
      'session/open': SESSION,
      'services/register': { ...REGISTERED, wanted: this.wanted },
      'services/heartbeat': {},
      'services/drain': {},
    };
    const answer = answers[String(message.method)];
    if (answer !== undefined) this.socket.send(successText(message.id as string, answer));
    this.#wake();
  }
}

describe('a worker that listens', () => {
  let provider: Provider;
  let gate: PromiseWithResolversLike;
  let folder = '';
  const tools: ProvideOptions['tools'] = {
    go: { description: 'x', run: () => 'went' },
    wait: { description: 'x', run: () => gate.promise },
  };

  beforeEach(async () => {
    gate = withResolvers();
    provider = await provide({ listen: { port: 0, token: TOKEN }, name: 'gpu', signals: false, tools }, {});
  });
  afterEach(async () => {
    gate.resolve(null);
    await provider.close();
    if (folder !== '') await rm(folder, { recursive: true });
    folder = '';
  });
  const port = (): number => provider.address?.port ?? 0;

  it('is dialled, and then behaves as if it had dialled', async () => {
    const gateway = new DiallingGateway(port());
    await gateway.until('services/heartbeat');
    expect(gateway.socket.protocol).to.equal('callsheet.v1');
    const [open, register] = gateway.messages;
    expect(open).to.include({ method: 'session/open' });
    expect(open?.params).to.not.have.property('auth');
    expect(isJsonObject(register?.params) && register.params.worker).to.include({ name: 'gpu', epoch: 1 });
    gateway.call('gw-1', 'go');
    expect(await gateway.until('gw-1')).to.deep.include({ result: { structuredContent: 'went' } });
    const [view] = provider.gateways;
    expect(view).to.include({ state: 'registered', workerId: 'w_1' });
    expect(view?.url).to.match(/^ws:\/\/127\.0\.0\.1:\d+\/worker$/);
  });

  it('goes on with its calls when the gateway dials again', async () => {
    const first = new DiallingGateway(port());
    await first.until('services/heartbeat');
    first.call('gw-1', 'wait');
    while (provider.inFlight === 0) await new Promise(setImmediate);
    first.socket.terminate();
    while (provider.gateways.length > 0) await new Promise(setImmediate);
    const second = new DiallingGateway(port());
    second.wanted = ['gw-1'];
    const register = await second.until('services/register');
    expect(register.params).to.deep.include({ holds: [{ id: 'gw-1' }] });
    expect((register.params as JsonObject).worker).to.include({ epoch: 2 });
    gate.resolve('late');
    expect(await second.until('gw-1')).to.deep.include({ result: { structuredContent: 'late' } });
  });

  it('drains and says goodbye', async () => {
    const gateway = new DiallingGateway(port());
    await gateway.until('services/heartbeat');
    const closed = once(gateway.socket, 'close');
    await provider.drain();
    expect((await closed)[0]).to.equal(1000);
    expect(await gateway.until('services/drain')).to.include({ method: 'services/drain' });
    const refused = new DiallingGateway(port());
    await once(refused.socket, 'error');
  });

  for (const [what, token, headers, status] of [
    ['another token', 'sixteen-letters-', {}, 401],
    ['no token', '', { authorization: '' }, 401],
    ['a web page', TOKEN, { origin: 'http://localhost' }, 403],
  ] as const) {
    it(`refuses ${what} with ${status}`, async () => {
      const gateway = new DiallingGateway(port(), token || 'x', headers);
      const [error] = await once(gateway.socket, 'error');
      expect(String(error)).to.contain(`${status}`);
      expect(provider.gateways).to.deep.equal([]);
    });
  }

  it('lets go of a peer that was refused and does not hang up', async () => {
    const peer = connect({ port: port(), host: '127.0.0.1', allowHalfOpen: true });
    peer.write('GET /worker HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    await once(peer, 'data');
    await provider.close();
    peer.destroy();
  });

  it('speaks TLS when it has a certificate', async function () {
    const why = whyNoCertificates();
    if (why !== undefined) this.skip();
    folder = await mkdtemp(join(tmpdir(), 'callsheet-listen-'));
    const authority = new Authority(folder);
    const { cert, key } = authority.issue('worker', ['IP:127.0.0.1']);
    const safe = await provide({ listen: { port: 0, token: TOKEN, tls: { cert, key } }, signals: false, tools }, {});
    const socket = new WebSocket(`wss://127.0.0.1:${safe.address?.port}/worker`, ['callsheet.v1'], {
      headers: { authorization: `Bearer ${TOKEN}` },
      ca: authority.root.cert,
    });
    const [data] = await once(socket, 'message');
    expect(JSON.parse(String(data))).to.include({ method: 'session/open' });
    await safe.close();
  });

  it('has one path only', async () => {
    const origin = `http://127.0.0.1:${port()}`;
    expect((await fetch(`${origin}/worker`)).status).to.equal(404);
    const socket = new WebSocket(`ws://127.0.0.1:${port()}/rpc`, { headers: { authorization: `Bearer ${TOKEN}` } });
    const [error] = await once(socket, 'error');
    expect(String(error)).to.contain('404');
  });

  it('says when its port is taken', async () => {
    const other = createTcp().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = (other.address() as AddressInfo).port;
    const failed = await rejection(provide({ listen: { port: taken, token: TOKEN }, tools }, {}));
    expect(failed).to.include({ code: 'CONNECT_FAILED' });
    expect(String(failed)).to.contain('EADDRINUSE');
    other.close();
  });
});

interface PromiseWithResolversLike {
  readonly promise: Promise<unknown>;
  resolve(value: unknown): void;
}

function withResolvers(): PromiseWithResolversLike {
  let settle: (value: unknown) => void = () => undefined;
  const promise = new Promise((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle(value) };
}
