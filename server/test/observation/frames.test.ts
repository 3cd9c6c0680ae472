import { once } from 'node:events';
import { METRICS } from '@callsheet/monitoring';
import { expect } from 'chai';
import fc from 'fast-check';
import { FRAME_BOUNDS, FrameSizes } from '../../src/session/frame-sizes.ts';
import { Traffic } from '../../src/session/traffic.ts';
import { type OpenDoor, openDoor, withKey } from '../doors/gateway-socket.ts';
import { houseOf, talk } from '../session/talk.ts';

const ask = (id: number, method = 'look'): object => ({ jsonrpc: '2.0', id, method });
const note = (method = 'look'): object => ({ jsonrpc: '2.0', method });
const NONE = { request: 0, response: 0, notification: 0, batch: 0, ping: 0 };

describe('what is counted of messages', () => {
  function open() {
    const traffic = new Traffic();
    const line = talk(houseOf({ look: () => ({}) }, { traffic }));
    return { traffic, ...line };
  }

  it('is each by its kind, whichever side sent it', async () => {
    const { traffic, say, conversation } = open();
    await say(ask(1));
    await say(note());
    await say({ jsonrpc: '2.0', id: 9, result: {} });
    conversation.notify('session/draining', {});
    expect(traffic.received).to.deep.equal({ ...NONE, request: 1, notification: 1, response: 1 });
    expect(traffic.sent).to.deep.equal({ ...NONE, response: 1, notification: 1 });
  });

  it('is an answer too, whatever is refused: unknown methods and what cannot be read', async () => {
    const { traffic, say } = open();
    await say(ask(1, 'no/such'));
    await say('{"jsonrpc":');
    expect(traffic.received).to.deep.equal({ ...NONE, request: 1 });
    expect(traffic.sent).to.deep.equal({ ...NONE, response: 2 });
  });

  it('is a batch beside its members, and nothing that is never sent', async () => {
    const { traffic, say } = open();
    await say([ask(1), note(), ask(2)]);
    await say([note(), note('no/such')]);
    expect(traffic.received).to.deep.equal({ ...NONE, batch: 2, request: 2, notification: 3 });
    expect(traffic.sent).to.deep.equal({ ...NONE, batch: 1, response: 2 });
  });

  it('is as many answers as came back, whatever is sent', async () => {
    const message = fc.oneof(
      fc.integer({ min: 1, max: 1_000 }).map((id) => ask(id)),
      fc.integer({ min: 1, max: 1_000 }).map((id) => ask(id, 'no/such')),
      fc.constant(note()),
      fc.constant({ strange: true }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(message, fc.array(message, { minLength: 1, maxLength: 5 }))), async (said) => {
        const { traffic, say, frames } = open();
        for (const one of said) await say(one);
        const came = frames.map((frame) => JSON.parse(frame) as unknown);
        expect(traffic.sent.response).to.equal(came.flat().length);
        expect(traffic.sent.batch).to.equal(came.filter(Array.isArray).length);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what is counted of frames', () => {
  let door: OpenDoor | undefined;
  afterEach(async () => {
    await door?.close();
    door = undefined;
  });

  it('is how long each is in bytes, in both directions, and what they come to', async () => {
    const traffic = new Traffic();
    door = await openDoor({ echo: ({ text }) => ({ text }) }, { house: { traffic } });
    const peer = withKey(door);
    const question = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'echo', params: { text: 'größer' } });
    const answer = await peer.say(question);
    const [asked, answered] = [Buffer.byteLength(question), Buffer.byteLength(JSON.stringify(answer))];
    expect([...traffic.frames.in.counts]).to.deep.equal([1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect([...traffic.frames.out.counts]).to.deep.equal([1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(asked).to.be.greaterThan(question.length);
    expect(traffic).to.include({ receivedBytes: asked, sentBytes: answered });
  });

  it('goes into the buckets of the metric it becomes, a bound into the bucket it closes', () => {
    expect(FRAME_BOUNDS).to.deep.equal(METRICS.mcp_message_size_bytes.bounds);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat({ max: 20_000_000 }), fc.constantFrom(...FRAME_BOUNDS))), (sizes) => {
        const counted = new FrameSizes();
        for (const bytes of sizes) counted.add(bytes);
        const within = [...FRAME_BOUNDS, Number.POSITIVE_INFINITY].map((bound, nth) => {
          const below = FRAME_BOUNDS[nth - 1] ?? -1;
          return sizes.filter((bytes) => bytes > below && bytes <= bound).length;
        });
        expect([...counted.counts]).to.deep.equal(within);
        expect(counted.sum).to.equal(sizes.reduce((sum, bytes) => sum + bytes, 0));
      }),
    );
  });

  it('counts pings of peers, and its own', async () => {
    const traffic = new Traffic();
    door = await openDoor({}, { house: { traffic }, door: { heartbeatMs: 50, heartbeatTimeoutMs: 60_000 } });
    const peer = withKey(door);
    await peer.opened;
    peer.socket.ping();
    await once(peer.socket, 'pong');
    expect(traffic.received.ping).to.equal(1);
    await once(peer.socket, 'ping');
    expect(traffic.sent.ping).to.be.greaterThan(0);
    expect(traffic).to.include({ receivedBytes: 0, sentBytes: 0 });
  });
});
