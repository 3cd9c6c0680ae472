import { connect } from 'node:net';
import { expect } from 'chai';
import { type OpenDoor, openDoor, Peer, withKey } from './gateway-socket.ts';

const ping = (id: unknown): object => ({ jsonrpc: '2.0', id, method: 'ping' });
const codeOf = (answer: unknown): number | undefined => (answer as { error?: { code: number } }).error?.code;

describe('the WebSocket door', () => {
  let door: OpenDoor;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(() => door.close());

  it('takes calls at once from a client with a key in its header', async () => {
    const peer = withKey(door);
    expect(await peer.say(ping(1))).to.deep.equal({ jsonrpc: '2.0', id: 1, result: {} });
  });

  it('takes the key as X-API-Key too, and the scheme in any case', async () => {
    for (const headers of [{ 'x-api-key': door.key }, { authorization: `bearer ${door.key}` }]) {
      expect(await new Peer(door.url, { headers }).say(ping(1))).to.have.property('result');
    }
  });

  it('refuses a wrong key at the upgrade with 401, and says the same for every kind of wrong', async () => {
    const bodies = new Set<string>();
    const slip = door.key.slice(0, -1) + (door.key.endsWith('x') ? 'y' : 'x');
    for (const authorization of ['Bearer nonsense', `Bearer ${slip}`, `Basic ${door.key}`, 'Bearer ']) {
      const answer = await upgrade(door.port, { authorization });
      expect(answer)
        .to.match(/^HTTP\/1\.1 401 /)
        .and.to.match(/WWW-Authenticate: Bearer/);
      bodies.add(answer.split('\r\n\r\n')[1] ?? '');
    }
    expect(bodies.size).to.equal(1);
  });

  it('opens by message for those who cannot send headers', async () => {
    const peer = new Peer(door.url);
    const opening = { auth: { type: 'apiKey', apiKey: door.key }, capabilities: { coalesce: true, unknown: 1 } };
    const answer = await peer.say({ jsonrpc: '2.0', id: 1, method: 'session/open', params: opening });
    expect((answer as { result: object }).result).to.deep.include({
      sessionId: 'ses_test',
      resumed: false,
      principal: { id: 'key:alice', role: 'admin', scopes: [] },
      capabilities: { coalesce: true },
      window: { maxInFlight: 64 },
    });
    expect(await peer.say(ping(2))).to.have.property('result');
  });

  it('answers a wrong opening, then leaves with a code a web page can read', async () => {
    const peer = new Peer(door.url);
    const params = { auth: { type: 'apiKey', apiKey: 'wrong' } };
    expect(codeOf(await peer.say({ jsonrpc: '2.0', id: 1, method: 'session/open', params }))).to.equal(4010);
    expect((await peer.closed).code).to.equal(4401);
  });

  it('says the same of every kind of wrong credential, and INVALID_PARAMS of one that is none', async () => {
    const open = async (auth: object): Promise<unknown> =>
      codeOf(await new Peer(door.url).say({ jsonrpc: '2.0', id: 1, method: 'session/open', params: { auth } }));
    const [nonce, signature] = ['A'.repeat(22), 'A'.repeat(43)];
    for (const auth of [
      { type: 'apiKey', apiKey: 'wrong' },
      { type: 'jwt', token: 'x.y.z' },
      { type: 'ticket', ticket: 'tkt_nope' },
      { type: 'hmac', clientId: 'nobody', timestamp: 1, nonce, signature },
    ]) {
      expect(await open(auth), auth.type).to.equal(4010);
      expect(await open({ type: auth.type }), auth.type).to.equal(-32602);
    }
  });

  it('answers its own subprotocol and never echoes another', async () => {
    const ours = withKey(door, ['token-abc', 'callsheet.v1']);
    await ours.opened;
    expect(ours.socket.protocol).to.equal('callsheet.v1');
    const answer = await upgrade(door.port, {
      authorization: `Bearer ${door.key}`,
      'sec-websocket-protocol': 'token-abc',
    });
    expect(answer)
      .to.match(/^HTTP\/1\.1 101 /)
      .and.not.contain('token-abc');
  });

  it('gives each hostile message one clear error, and the next call works', async () => {
    const peer = withKey(door);
    const hostile: [string, number][] = [
      [`{"jsonrpc":"2.0","id":1,"method":"ping","params":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, -32600],
      [`[${Array(10_000).fill('{"jsonrpc":"2.0","id":1,"method":"ping"}').join(',')}]`, -32600],
      [`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"${'x'.repeat(2 * 1024 * 1024)}"}}`, 4130],
      ['\u0000\u0001junk{{{', -32700],
      ['{"jsonrpc":"2.0","id":1,"method":"ping","__proto__":{"method":"x"}}', -32600],
      ['{"jsonrpc":"2.0","id":1,"method":"ping","params":{"__proto__":{"polluted":true}}}', -32600],
      ['{"jsonrpc":"2.0","id":1,"method":"constructor"}', -32601],
      ['{"jsonrpc":"2.0","id":1,"method":"ping","params":{"toString":1}}', -32602],
      [`{"jsonrpc":"2.0","id":${'['.repeat(9_000)}${']'.repeat(9_000)},"method":"ping"}`, -32600],
    ];
    for (const [text, code] of hostile) {
      expect(codeOf(await peer.say(text)), text.slice(0, 60)).to.equal(code);
      expect(await peer.say(ping('next'))).to.deep.equal({ jsonrpc: '2.0', id: 'next', result: {} });
    }
  });

  it('ends a connection whose message is far above the limit with 1009, and the others live on', async () => {
    const [loud, calm] = [withKey(door), withKey(door)];
    await loud.opened;
    loud.socket.send('x'.repeat(4 * 1024 * 1024 + 1));
    expect((await loud.closed).code).to.equal(1009);
    expect(await calm.say(ping(1))).to.have.property('result');
  });

  it('ends binary frames with 1008 and broken text with 1007', async () => {
    const binary = withKey(door);
    await binary.opened;
    binary.socket.send(Buffer.from([1, 2, 3]));
    expect((await binary.closed).code).to.equal(1008);
    const broken = withKey(door);
    await broken.opened;
    broken.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect((await broken.closed).code).to.equal(1007);
  });

  it('refuses other paths with 404 in the one error shape', async () => {
    for (const path of ['/elsewhere', '/', '//', '/rpc/', '/%zz', 'http://[', '/rpcs?x=/rpc']) {
      expect(await upgrade(door.port, {}, path), path)
        .to.match(/^HTTP\/1\.1 404 /)
        .and.to.contain('"NOT_FOUND"');
    }
  });

  it('cancels the calls of a client that leaves', async () => {
    let aborted: (reason: unknown) => void = () => {};
    const gone = new Promise((resolve) => {
      aborted = resolve;
    });
    const slow = await openDoor({
      slow: (_params, { cancellation: { signal } }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted(signal.reason);
            reject(signal.reason);
          });
        }),
    });
    const peer = withKey(slow);
    await peer.opened;
    peer.socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'slow' }));
    await expectInFlight(slow, 1);
    peer.socket.terminate();
    expect(await gone).to.have.property('errorName', 'CANCELLED');
    await slow.close();
  });
});

describe('the WebSocket door, under pressure', () => {
  it('leaves a connection without an opening with 4408', async () => {
    const door = await openDoor({}, { door: { openingTimeoutMs: 5 } });
    expect((await new Peer(door.url).closed).code).to.equal(4408);
    await door.close();
  });

  it('refuses connections above the bound with 503 and a time to wait', async () => {
    const door = await openDoor({}, { caps: { maxConnections: 1 } });
    await withKey(door).opened;
    const answer = await upgrade(door.port, { authorization: `Bearer ${door.key}` });
    expect(answer)
      .to.match(/^HTTP\/1\.1 503 /)
      .and.to.match(/Retry-After: 5/);
    await door.close();
  });

  it('refuses new connections while draining, and says goodbye with 1012 to the old ones', async () => {
    let draining = false;
    const door = await openDoor({}, { house: { draining: () => draining } });
    const peer = withKey(door);
    await peer.opened;
    draining = true;
    expect(await upgrade(door.port, {})).to.match(/^HTTP\/1\.1 503 /);
    await door.door.closeAll(1012, 'restart', 0);
    expect(await peer.closed).to.deep.equal({ code: 1012, reason: 'restart' });
    await door.close();
  });

  it('gives up a peer that asks and never reads', async () => {
    const blob = 'x'.repeat(512 * 1024);
    const door = await openDoor({ blob: () => blob });
    const socket = connect(door.port, '127.0.0.1');
    const gone = new Promise((resolve) => socket.on('close', resolve));
    socket.write(handshake({ authorization: `Bearer ${door.key}` }));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    for (let id = 0; id < 200; id++) socket.write(masked(JSON.stringify({ jsonrpc: '2.0', id, method: 'blob' })));
    while (door.door.connections > 0) await new Promise((resolve) => setImmediate(resolve));
    socket.resume();
    await gone;
    await door.close();
  });
});

async function expectInFlight(door: OpenDoor, calls: number): Promise<void> {
  while (door.door.inFlight !== calls) await new Promise((resolve) => setImmediate(resolve));
}

function handshake(headers: Record<string, string>, path = '/rpc'): string {
  const lines = Object.entries({
    host: '127.0.0.1',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** The raw answer to an upgrade. */
function upgrade(port: number, headers: Record<string, string>, path?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(handshake(headers, path)));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(String(data));
    });
    socket.on('error', reject);
  });
}

/** One masked text frame (RFC 6455 §5.2), mask zero. */
function masked(text: string): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0]), body]);
}
