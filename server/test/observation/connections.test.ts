import { CallError, CHANNELS, type ConnectionObservation } from '@callsheet/protocol';
import { expect } from 'chai';
import type { WebSocket } from 'ws';
import { Heartbeat } from '../../src/doors/heartbeat.ts';
import { sessionMethods } from '../../src/methods/session.ts';
import { Traffic } from '../../src/session/traffic.ts';
import { type OpenDoor, openDoor, Peer, withKey } from '../doors/gateway-socket.ts';
import { FakeClock } from '../fake-clock.ts';
import { ALICE, houseOf, identityOf, settled, talk } from '../session/talk.ts';
import { hear } from './heard.ts';

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };

describe('what is told of connections', () => {
  const events = hear<ConnectionObservation>(CHANNELS.connection);
  let doors: OpenDoor[] = [];
  afterEach(async () => {
    for (const door of doors) await door.close();
    doors = [];
  });
  const open = async (...options: Parameters<typeof openDoor>): Promise<OpenDoor> => {
    const door = await openDoor(...options);
    doors.push(door);
    return door;
  };
  /** Once the gateway has noticed: the peer may notice first. */
  const told = async (count: number): Promise<void> => {
    while (events.length < count) await settled();
  };

  it('is that one was opened, and how it was closed after how long', async () => {
    const clock = new FakeClock();
    const door = await open({}, { house: { clock } });
    const peer = withKey(door);
    await peer.say(ping);
    expect(events).to.deep.equal([{ type: 'opened', transport: 'websocket' }]);
    clock.advance(90_000);
    await peer.leave();
    await told(2);
    expect(events[1]).to.deep.equal({ type: 'closed', transport: 'websocket', code: 1005, lifetimeMs: 90_000 });
  });

  it('is the code of whoever closed it, and 1006 for one that was cut', async () => {
    const door = await open();
    const [polite, rude, binary] = [withKey(door), withKey(door), withKey(door)];
    for (const peer of [polite, rude, binary]) await peer.say(ping);
    polite.socket.close(1000, 'goodbye');
    await told(4);
    rude.socket.terminate();
    await told(5);
    binary.socket.send(Buffer.from('{}'));
    await told(6);
    const codes = events.flatMap((event) => (event.type === 'closed' ? [event.code] : []));
    expect(codes).to.deep.equal([1000, 1006, 1008]);
  });

  it('is why one was refused, and nothing of its end', async () => {
    const door = await open({}, { caps: { maxConnections: 1 } });
    const wrong = new Peer(door.url, { headers: { authorization: 'Bearer nonsense' } });
    await wrong.opened.catch(() => {});
    const strayed = new Peer(door.url.replace('/rpc', '/elsewhere'));
    await strayed.opened.catch(() => {});
    const first = withKey(door);
    await first.say(ping);
    const surplus = withKey(door);
    await surplus.opened.catch(() => {});
    const why = events.map((event) => (event.type === 'refused' ? event.error.errorName : event.type));
    expect(why).to.deep.equal(['UNAUTHENTICATED', 'NOT_FOUND', 'opened', 'OVERLOADED']);
    expect(events[0]).to.deep.include({ type: 'refused', transport: 'websocket' });
    expect(events[0]).to.have.property('error').that.is.instanceOf(CallError);
  });

  it('is a peer that asks and does not read, before its connection is cut', async () => {
    // More than the kernel takes for a peer that does not read.
    const large = 'x'.repeat(16 * 1_048_576);
    const slowReader = { pauseReadingBytes: 1_024, giveUpBytes: 1_048_576, giveUpMs: 60_000 };
    const door = await open({ large: () => ({ large }) }, { door: { slowReader } });
    const peer = withKey(door);
    await peer.opened;
    peer.socket.pause();
    peer.socket.send(JSON.stringify({ ...ping, method: 'large' }));
    await told(3);
    peer.socket.terminate();
    expect(events.map(({ type }) => type)).to.deep.equal(['opened', 'slow_consumer', 'closed']);
  });

  it('is how long a peer took to answer a ping, and nothing of pongs nobody asked for', () => {
    const clock = new FakeClock();
    clock.advance(5);
    const heartbeat = new Heartbeat({ intervalMs: 25_000, timeoutMs: 60_000, clock, traffic: new Traffic() });
    const socket = { ping: () => {}, close: () => {}, terminate: () => {} } as unknown as WebSocket;
    const pulse = heartbeat.watch(socket);
    pulse.ponged();
    for (let sweep = 0; sweep < 6; sweep++) heartbeat.sweep();
    clock.advance(40);
    pulse.ponged();
    pulse.ponged();
    heartbeat.stop();
    expect(events).to.deep.equal([{ type: 'pong', rttMs: 40 }]);
  });

  describe('whose session comes back', () => {
    function desk() {
      const clock = new FakeClock();
      const { limits } = houseOf({});
      const opening = sessionMethods({
        authenticate: () => identityOf(ALICE),
        limits,
        maxInFlight: 64,
        heartbeatMs: 25_000,
        server: { name: 'callsheet', version: '0' },
        gateways: () => [],
      });
      const house = houseOf(
        { ...opening, ping: () => ({}) },
        { clock, resumeWindowMs: 60_000, history: { maxMessages: 2, maxLength: 1_000_000 } },
      );
      const come = async (resume?: object) => {
        const line = talk(house, ALICE);
        const params = { capabilities: { resume: true }, ...(resume && { resume }) };
        const [answer] = await line.say({ jsonrpc: '2.0', id: 0, method: 'session/open', params });
        const { sessionId, resumeToken } = (answer as { result: { sessionId: string; resumeToken: string } }).result;
        return { ...line, resume: (lastSeq: number) => ({ sessionId, resumeToken, lastSeq }) };
      };
      return { clock, come };
    }

    it('is whether it could', async () => {
      const { come } = desk();
      const first = await come();
      expect(events).to.deep.equal([]);
      first.cut();
      await come(first.resume(0));
      expect(events).to.deep.equal([{ type: 'resumed', outcome: 'resumed' }]);
    });

    it('is that it came too late, or never was', async () => {
      const { come, clock } = desk();
      const first = await come();
      first.cut();
      clock.advance(61_000);
      await come(first.resume(0));
      await come({ sessionId: 'ses_of_nobody', resumeToken: 'rt_'.padEnd(46, 'x'), lastSeq: 0 });
      expect(events).to.deep.equal([
        { type: 'resumed', outcome: 'expired' },
        { type: 'resumed', outcome: 'expired' },
      ]);
    });

    it('is that more was missed than was kept', async () => {
      const { come } = desk();
      const first = await come();
      for (let n = 1; n <= 4; n++) await first.say({ ...ping, id: n });
      first.cut();
      await come(first.resume(1));
      expect(events).to.deep.equal([{ type: 'resumed', outcome: 'gap' }]);
    });
  });
});
