import { CHANNELS, type OccurrenceObservation } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { collect } from '../../src/assets/collect.ts';
import type { AssetStore } from '../../src/assets/store.ts';
import { AssetUsage } from '../../src/assets/usage.ts';
import { ANN, openGate, VIDEO } from '../assets/house.ts';
import { settled } from '../session/talk.ts';
import { hear } from './heard.ts';

const DAY = 86_400_000;

describe('what is told of stored files', () => {
  const events = hear<OccurrenceObservation>(CHANNELS.occurrence);
  let gate: Awaited<ReturnType<typeof openGate>>;
  beforeEach(async () => {
    gate = await openGate();
  });
  afterEach(() => gate.remove());
  const put = (text: string, more: object = {}) => gate.portOf(ANN).put(Buffer.from(text), { ...VIDEO, ...more });
  const walk = (store: AssetStore, isFinished: () => Promise<boolean> = async () => true) =>
    collect(store, { intermediateAfterMs: DAY, isFinished });
  const usage = (store = gate.store) => Object.fromEntries(store.usage.list().map(({ kind, bytes }) => [kind, bytes]));

  it('is the kind and the bytes of what is stored, and of what is read, whole or in part', async () => {
    const { url } = await put('0123456789');
    const read = async (headers: Record<string, string> = {}): Promise<string> =>
      (await fetch(url, { headers })).text();
    expect(await read()).to.equal('0123456789');
    expect(await read({ range: 'bytes=2-4' })).to.equal('234');
    while (events.length < 3) await settled();
    expect(events).to.deep.equal([
      { type: 'media', kind: 'video', direction: 'stored', bytes: 10 },
      { type: 'media', kind: 'video', direction: 'served', bytes: 10 },
      { type: 'media', kind: 'video', direction: 'served', bytes: 3 },
    ]);
  });

  it('is nothing of what could not be read, or was only asked about', async () => {
    const { url } = await put('0123456789');
    await fetch(url, { method: 'HEAD' });
    await fetch(url, { headers: { range: 'bytes=20-30' } });
    await fetch(`${url}x`);
    await settled();
    expect(events).to.have.length(1);
  });

  it('counts bytes by kind as files come and go', async () => {
    await put('0123456789');
    const picture = await put('012', { kind: 'image', mime: 'image/png', extension: 'png' });
    expect(usage()).to.deep.equal({ video: 10, image: 3 });
    await gate.store.remove(ANN, picture.asset_id);
    expect(usage()).to.deep.equal({ video: 10, image: 0 });
  });

  it('knows what an earlier process stored once it has walked past everything', async () => {
    await put('0123456789');
    const reopened = await gate.reopen();
    expect(usage(reopened)).to.deep.equal({});
    await walk(reopened);
    expect(usage(reopened)).to.deep.equal({ video: 10 });
    await walk(reopened);
    expect(usage(reopened), 'nothing counts twice').to.deep.equal({ video: 10 });
  });

  it('loses nothing that comes or goes while it walks, and is exact after the next', async () => {
    await put('stage of a job', { intermediate: true });
    await gate.store.for({ principal: ANN, project: 'demo', jobId: 'job_1' }).put(Buffer.from('another stage'), {
      ...VIDEO,
      intermediate: true,
    });
    gate.clock.ms += 2 * DAY;
    await walk(gate.store, async () => {
      await put('come meanwhile', { kind: 'audio', mime: 'audio/mpeg', extension: 'mp3' });
      return true;
    });
    const { audio = 0, video = 0 } = usage();
    expect(audio).to.be.at.least(14);
    expect(video).to.equal(0);
    await walk(gate.store);
    expect(usage()).to.deep.equal({ audio: 14 });
  });

  it('keeps what is known when a walk is given up', async () => {
    await put('0123456789');
    await collect(gate.store, {
      intermediateAfterMs: DAY,
      isFinished: () => true,
      signal: AbortSignal.abort(),
    });
    expect(usage()).to.deep.equal({ video: 10 });
  });
});

describe('bytes of stored files', () => {
  it('are never below nothing, and after a walk at least what it found, whatever comes between', () => {
    const change = fc.record({ kind: fc.constantFrom('video', 'audio'), bytes: fc.integer({ min: -50, max: 50 }) });
    fc.assert(
      fc.property(fc.array(change), fc.array(change), fc.nat(100), (before, meanwhile, found) => {
        const usage = new AssetUsage();
        for (const { kind, bytes } of before) usage.add(kind, bytes);
        usage.begin();
        for (const { kind, bytes } of meanwhile) usage.add(kind, bytes);
        expect(usage.list().every(({ bytes }) => bytes >= 0)).to.equal(true);
        usage.found(new Map([['video', found]]));
        const came = (which: string): number =>
          meanwhile.reduce((sum, { kind, bytes }) => sum + (kind === which && bytes > 0 ? bytes : 0), 0);
        const now = new Map(usage.list().map(({ kind, bytes }) => [kind, bytes]));
        expect(now.get('video')).to.equal(found + came('video'));
        expect(now.get('audio') ?? 0).to.equal(came('audio'));
      }),
    );
  });
});
