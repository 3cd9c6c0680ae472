import type { JsonObject, ToolCallParams } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { stateWithMark } from '../../../src/workers/upstream/hops.ts';
import { offeredName } from '../../../src/workers/upstream/offered-names.ts';
import type { Upstreams } from '../../../src/workers/upstream/open-upstreams.ts';
import { type OpenDoor, openDoor } from '../../doors/gateway-socket.ts';
import { comesTrue } from '../listening.ts';
import { asked, rejection } from './asked.ts';
import { GatewaySide, only, ROW } from './house.ts';

describe('gateways that are upstreams of each other', () => {
  const gateways: { readonly side: GatewaySide; readonly door: OpenDoor }[] = [];

  afterEach(async () => {
    for (const { side, door } of gateways.splice(0)) {
      await side.close();
      await door.close();
    }
  });

  it('carry a call through several of them to the one that has the tool', async () => {
    const far = await gateway(['paint']);
    const middle = await gateway([]);
    const toFar = await middle.side.open({ url: far.door.url, token: far.door.key });
    await comesTrue(() => only(toFar).tools > 0);
    const near = await gateway([]);
    const toMiddle = await near.side.open({ url: middle.door.url, token: middle.door.key });
    await comesTrue(() => only(toMiddle).tools > 0);
    expect(await near.side.send(asked('paint', near.side.clock))).to.deep.equal({ from: 'paint' });
  });

  /** A gateway as far as rings need one: it offers what its registry knows, and sends every call to who offers the tool. */
  const gateway = async (own: readonly string[]) => {
    const side = new GatewaySide();
    const door = await openDoor({
      'tools/list': () => ({ tools: [...own, ...side.offered].map((name) => ({ name, ...ROW })) }),
      'tools/call': async (params) => {
        const { name, arguments: args = {}, _meta } = params as unknown as ToolCallParams;
        if (own.includes(name)) return { structuredContent: { from: name } };
        const { tracestate } = _meta ?? {};
        const call = asked(name, side.clock, { args, trace: tracestate === undefined ? {} : { tracestate } });
        return { structuredContent: await side.send(call) };
      },
    });
    gateways.push({ side, door });
    return { side, door };
  };

  const relist = async (upstreams: Upstreams, { side }: { side: GatewaySide }, other: { door: OpenDoor }) => {
    const before = side.registry.catalogue;
    other.door.door.notifyAll('tools/list_changed', {});
    for (let turn = 0; turn < 200 && side.registry.catalogue === before; turn++) {
      side.clock.advance(1_000 / 20);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    expect(only(upstreams).state).to.equal('connected');
  };

  it('come to rest: no tool is offered under the same prefix twice', async () => {
    const a = await gateway(['paint']);
    const b = await gateway(['sing']);
    const toB = await a.side.open({ url: b.door.url, token: b.door.key, prefix: 'b_' });
    await comesTrue(() => only(toB).tools > 0);
    const toA = await b.side.open({ url: a.door.url, token: a.door.key, prefix: 'a_' });
    await comesTrue(() => only(toA).tools > 0);
    for (let round = 0; round < 4; round++) {
      await relist(toB, a, b);
      await relist(toA, b, a);
    }
    expect(a.side.offered).to.have.members(['b_sing', 'b_a_paint']);
    expect(b.side.offered).to.have.members(['a_paint', 'a_b_sing']);
    expect(await a.side.send(asked('b_sing', a.side.clock))).to.deep.equal({ from: 'sing' });
  });

  it('refuse a call that went round instead of sending it round again', async () => {
    let seen: JsonObject | undefined;
    const spy = await gateway([]);
    const caught = await openDoor({
      'tools/list': () => ({ tools: [{ name: 'boomerang', ...ROW }] }),
      'tools/call': (params) => {
        seen = params._meta as JsonObject;
        return { structuredContent: {} };
      },
    });
    const toCaught = await spy.side.open({ url: caught.url, token: caught.key });
    await comesTrue(() => only(toCaught).tools > 0);
    await spy.side.send(asked('boomerang', spy.side.clock));
    const trace = { tracestate: String(seen?.tracestate) };
    const again = await rejection(spy.side.send(asked('boomerang', spy.side.clock, { trace })));
    expect(again).to.include({ errorName: 'UPSTREAM_ERROR' });
    expect(again.message).to.match(/these gateways are upstreams of each other$/);
    expect(again.facts).to.include({ maybeExecuted: false, retryable: true });
    await caught.close();
  });
});

describe('stateWithMark', () => {
  it('keeps what others said, its own mark in front, in at most 512 characters', () => {
    expect(stateWithMark({}, 'aaaa')).to.equal('callsheet=aaaa');
    expect(stateWithMark({ tracestate: 'x=1, callsheet=bbbb ,y=2' }, 'aaaa')).to.equal('callsheet=bbbb.aaaa,x=1,y=2');
    fc.assert(
      fc.property(fc.string({ maxLength: 600 }), (tracestate) => {
        fc.pre(!tracestate.includes('callsheet='));
        const state = stateWithMark({ tracestate }, 'aaaa');
        expect(state.length).to.be.at.most(512);
        expect(() => stateWithMark({ tracestate: state }, 'aaaa')).to.throw('upstreams of each other');
      }),
    );
  });

  it('ends a call that goes through too many', () => {
    expect(() => stateWithMark({ tracestate: 'callsheet=a.b.c.d' }, 'e')).to.throw(
      'it went through 4 gateways already',
    );
  });
});

describe('offeredName', () => {
  const rules = { allow: ['*'], prefix: undefined, reserved: new Set(['status']) };

  it('puts the prefix in front, and leaves out what has it already', () => {
    const names = ['paint', 'a_paint', 'b_a_paint', 'banana_paint', 'x'.repeat(64)];
    expect(names.map((name) => offeredName(name, { ...rules, prefix: 'a_' }))).to.deep.equal([
      ...['a_paint', undefined, undefined, 'a_banana_paint', undefined],
    ]);
  });

  it('takes nobody else for what this gateway keeps', () => {
    expect(offeredName('status', rules)).to.equal(undefined);
    expect(offeredName('status', { ...rules, prefix: 'b_' })).to.equal('b_status');
    expect(offeredName('tus', { ...rules, prefix: 'sta' })).to.equal(undefined);
  });

  it('offers only what is allowed', () => {
    expect(offeredName('paint_tree', { ...rules, allow: ['sing', 'paint_*'] })).to.equal('paint_tree');
    expect(offeredName('paint', { ...rules, allow: ['sing', 'paint_*'] })).to.equal(undefined);
  });
});
