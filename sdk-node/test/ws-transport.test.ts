import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { rejection } from '../../sdk-core/test/conversation.ts';
import { AuthError, connect, createClient } from '../src/index.ts';
import { ScriptedGateway } from './scripted-gateway.ts';

const KEY = 'csk_test_abcdefgh_secret';

describe('the socket of Node.js', () => {
  let gateway: ScriptedGateway;
  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
  });
  afterEach(() => gateway.stop());

  it('shows the key in the Authorization header only, and offers the subprotocol', async () => {
    const client = await connect({ url: gateway.url, auth: { type: 'apiKey', apiKey: KEY } }, {});
    const [upgrade] = gateway.upgrades;
    expect(upgrade?.url).to.equal('/rpc');
    expect(upgrade?.headers).to.include({ authorization: `Bearer ${KEY}`, 'sec-websocket-protocol': 'callsheet.v1' });
    expect(upgrade?.headers).to.not.have.property('sec-websocket-extensions');
    expect(gateway.rpc.line.received[0]).to.deep.include({ method: 'session/open' });
    expect(gateway.rpc.line.frames.join()).to.not.contain(KEY);
    await client.close();
    expect(client.state).to.equal('closed');
  });

  it('takes address and key from the environment', async () => {
    gateway.rpc.handlers['tools/call'] = (params) => ({ structuredContent: params.name ?? null });
    const client = await connect({}, { CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: KEY });
    expect(gateway.upgrades[0]?.headers.authorization).to.equal(`Bearer ${KEY}`);
    expect(await client.call('echo', {})).to.equal('echo');
    await client.close();
  });

  for (const [status, code, name] of [
    [401, 'AUTH', 'AuthError'],
    [403, 'FORBIDDEN', 'AuthError'],
    [426, 'PROTOCOL', 'RpcClientError'],
    [503, 'CONNECT_FAILED', 'ConnectionError'],
    [500, 'CONNECT_FAILED', 'ConnectionError'],
  ] as const) {
    it(`reads HTTP ${status} at the upgrade as ${code}`, async () => {
      gateway.refuseWith = status;
      const error = await rejection(connect({ url: gateway.url }, {}));
      expect(error).to.include({ code, name });
      expect(String(error)).to.contain(`HTTP ${status}`);
    });
  }

  it('says in the words of the system why nobody could be reached', async () => {
    const { port } = gateway;
    await gateway.stop();
    const error = await rejection(connect({ url: `ws://127.0.0.1:${port}` }, {}));
    expect(error).to.include({ code: 'CONNECT_FAILED', retryable: true });
    expect(String(error)).to.contain('ECONNREFUSED');
    gateway = await ScriptedGateway.start();
  });

  it('reconnects after a cut and sends a keyed call again', async () => {
    const client = await connect({ url: gateway.url }, {});
    const call = client.call('spend', {}, { idempotencyKey: 'k1' });
    const reconnected = new Promise((resolve) => client.on('ready', resolve));
    while (gateway.rpc.line.requests('tools/call').length === 0) await new Promise(setImmediate);
    gateway.rpc.handlers['tools/call'] = () => ({ structuredContent: 'once' });
    gateway.cut();
    await reconnected;
    expect(await call).to.equal('once');
    expect(gateway.upgrades).to.have.length(2);
    await client.close();
  });

  it('reads the close code and reason of the gateway', async () => {
    const client = await connect({ url: gateway.url }, {});
    const closed = new Promise((resolve) => client.on('disconnect', resolve));
    gateway.sockets[0]?.close(4401, 'key revoked');
    expect(await closed).to.include({ code: 4401, reason: 'key revoked' });
    expect(await rejection(client.call('a', {}))).to.be.instanceOf(AuthError);
  });

  it('leaves a gateway that sends binary', async () => {
    const client = await connect({ url: gateway.url, reconnect: false }, {});
    const closed = new Promise((resolve) => client.on('disconnect', resolve));
    gateway.sockets[0]?.send(Buffer.from([1, 2, 3]));
    expect(await closed).to.include({ code: 1003 });
  });

  it('close() while dialling ends the dial', async () => {
    const silent = createServer();
    const held: Socket[] = [];
    silent.on('connection', (socket) => held.push(socket));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const client = createClient({ url: `ws://127.0.0.1:${(silent.address() as AddressInfo).port}` }, {});
    const failed = rejection(client.connect());
    await once(silent, 'connection');
    await client.close();
    expect(await failed).to.include({ code: 'CLOSED' });
    for (const socket of held) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });
});

describe('the address', () => {
  for (const [given, sentence] of [
    ['127.0.0.1:8081', 'the option "url"'],
    ['http://127.0.0.1:8081', 'expected ws:// or wss://'],
    ['ws://me:secret@host', 'must not carry a user name or password'],
    ['', 'Cannot read the option "url"'],
  ] as const) {
    it(`refuses "${given.replace('secret', '…')}"`, () => {
      expect(() => createClient({ url: given }, {}))
        .to.throw(TypeError, sentence)
        .and.satisfy((error: Error) => !error.message.includes('secret'));
    });
  }

  it('names the variable when that is where it came from', () => {
    expect(() => createClient({}, { CALLSHEET_URL: 'nowhere' })).to.throw(
      TypeError,
      'Cannot read CALLSHEET_URL "nowhere"',
    );
  });

  it('refuses options nobody knows', () => {
    expect(() => createClient({ urls: [] } as never, {})).to.throw(TypeError, 'there is no option "urls"');
  });
});
