import { expect } from 'chai';
import { type Slack, watchSlack } from '../slack.ts';
import { useBystander } from './bystander.ts';
import { Caller } from './caller.ts';
import { RawConnection, upgradeRequest } from './raw-connection.ts';
import { ADMIN, type Target, useTarget } from './target.ts';

const MANY = 20;
const POST = 'POST /v1/session/ticket HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const FILE = 'POST /v1/assets HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n';

/** How somebody begins who will never finish. Those that drip send one byte more again and again. */
const BEGINNINGS: Readonly<Record<string, { readonly start: string; readonly drip?: string }>> = {
  'nothing at all': { start: '' },
  'half a request line': { start: 'GET /hea' },
  'a header byte by byte': { start: 'GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ', drip: 'a' },
  'header after header': { start: 'GET /health HTTP/1.1\r\nHost: localhost\r\n', drip: 'X-A: b\r\n' },
  'half an upgrade': { start: upgradeRequest({ Authorization: `Bearer ${ADMIN}` }).slice(0, -2) },
  'half a body': { start: `${POST}Content-Length: 100\r\n\r\n{"a":` },
  'a body byte by byte': { start: `${POST}Content-Length: 100000\r\n\r\n{"a":"`, drip: 'x' },
  'a body in pieces that never ends': { start: `${POST}Transfer-Encoding: chunked\r\n\r\n`, drip: '1\r\n \r\n' },
  'a file of nobody’s, byte by byte': { start: `${FILE}Content-Length: 100000\r\n\r\n`, drip: 'x' },
  'a file that is said to be signed': {
    start: `${FILE}Authorization: CALLSHEET-HMAC-SHA256 id=x\r\nTransfer-Encoding: chunked\r\n\r\n`,
    drip: '1\r\n \r\n',
  },
};

/** Opens many of a kind and resolves when the last of them is gone. */
async function sit(target: Target, { start, drip }: { start: string; drip?: string }): Promise<RawConnection[]> {
  const connections = Array.from({ length: MANY }, () => new RawConnection(target));
  for (const connection of connections) connection.write(start);
  const dripping = setInterval(() => {
    if (drip !== undefined) for (const connection of connections) connection.write(drip);
  }, 25);
  await Promise.all(connections.map((connection) => connection.cutOff()));
  clearInterval(dripping);
  return connections;
}

describe('attacks by slowness', () => {
  const target = useTarget({ limits: { handshake_timeout_ms: 2_000, opening_timeout_ms: 1_500 } });
  const bystander = useBystander(target);
  /** One with the patience a gateway comes with. */
  const usual = useTarget();
  const neighbour = useBystander(usual);
  let slack: Slack;
  // All at once, and beside the other tests: most of it is waiting.
  const sitting = new Map<string, Promise<RawConnection[]>>();
  let usuallySitting: Promise<unknown> = Promise.resolve();
  before(async () => {
    slack = await watchSlack(() => neighbour().ask('ping'));
    for (const [name, beginning] of Object.entries(BEGINNINGS)) sitting.set(name, sit(target(), beginning));
    const began = performance.now();
    usuallySitting = Promise.all(Object.values(BEGINNINGS).map((beginning) => sit(usual(), beginning))).then(
      () => performance.now() - began,
    );
  });

  for (const name of Object.keys(BEGINNINGS)) {
    it(`lets go of ${MANY} connections that send ${name}`, async () => {
      const connections = (await sitting.get(name)) ?? [];
      expect(connections).to.have.length(MANY);
      for (const { received } of connections) expect(received).to.match(/^(?:HTTP\/1\.1 (?:401|408) |$)/);
    });
  }

  it('closes with 4408 who connects and says nothing', async () => {
    const strangers = Array.from({ length: MANY }, () => new Caller(target()));
    const closes = await Promise.all(strangers.map((stranger) => stranger.closed));
    expect(new Set(closes.map(({ code }) => code))).to.deep.equal(new Set([4408]));
  });

  it('closes with 4408 who only pings, by message and by frame', async () => {
    const stranger = await Caller.open(target(), {});
    const pinging = setInterval(() => {
      stranger.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
      stranger.socket.ping();
    }, 25);
    const { code } = await stranger.closed;
    clearInterval(pinging);
    expect(code).to.equal(4408);
  });

  it('keeps nothing of upgrades it refused, though their senders never hang up', async () => {
    const refused = Array.from({ length: MANY }, () => new RawConnection(target()));
    for (const connection of refused) {
      expect((await connection.upgrade({ Host: 'evil.example' })).status).to.equal(403);
    }
    await Promise.all(refused.map((connection) => connection.cutOff()));
  });

  it('serves a known caller while 500 strangers hang about', async () => {
    const strangers = Array.from({ length: 500 }, (_, index) => {
      const connection = new RawConnection(target());
      // Fifty from each of ten addresses: all the places ten strangers have.
      connection.write(upgradeRequest({ 'X-Forwarded-For': `203.0.113.${index % 10}` }));
      return connection;
    });
    let hanging = strangers.length;
    const codes = strangers.map(async (stranger) => {
      const code = await stranger.closeCode();
      hanging -= 1;
      // One whose upgrade was not read in time was let go before it was a connection.
      return stranger.received.startsWith('HTTP/1.1 101') ? code : 4408;
    });
    let slowest = 0;
    while (hanging > 0) {
      const began = performance.now();
      expect((await bystander().ask('ping')).result).to.deep.equal({});
      slowest = Math.max(slowest, performance.now() - began);
    }
    expect(new Set(await Promise.all(codes))).to.deep.equal(new Set([4408]));
    expect(slowest, 'milliseconds a ping took')
      .to.be.above(0)
      .and.below(1000 + (await slack()));
    for (const stranger of strangers) stranger.destroy();
  });

  it('lets no address have more than its share of places', async () => {
    const strangers = Array.from({ length: 60 }, () => new RawConnection(usual()));
    const answers = await Promise.all(
      strangers.map((stranger) => stranger.upgrade({ 'X-Forwarded-For': '203.0.113.77' })),
    );
    expect(answers.filter(({ status }) => status === 101)).to.have.length(50);
    const [refusal] = answers.filter(({ status }) => status === 429);
    expect(JSON.parse(refusal?.body ?? '').error).to.deep.include({ code: 4291 });
    expect(refusal?.head).to.match(/^retry-after: \d+/im);
    for (const stranger of strangers) stranger.destroy();
  });

  it('lets go of all of them within 10 seconds on a gateway as it comes', async () => {
    // The time is the promise itself, as it is given to users.
    expect(await usuallySitting).to.be.below(10_000 + (await slack()));
  });
});
