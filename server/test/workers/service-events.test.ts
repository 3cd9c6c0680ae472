import { expect } from 'chai';
import { type Told, TopicSources } from '../../src/methods/topics.ts';
import { ServiceEvents } from '../../src/workers/service-events.ts';
import { keptLog } from '../kept-log.ts';
import { ALICE, settled } from '../session/talk.ts';
import { DialledIn, refusedWith, WORKER, workerHouse } from './rig.ts';

function following(most?: number) {
  const house = workerHouse();
  const kept = keptLog();
  const may = new Set([ALICE.id]);
  const events = new ServiceEvents({
    ...{ registry: house.registry, clock: house.clock, log: kept },
    mayFollow: ({ id }) => may.has(id),
    ...(most !== undefined && { most }),
  });
  const heard: Told[] = [];
  const follow = (after?: number, listener: (event: Told) => void = (event) => void heard.push(event)) =>
    events.subscribe(ALICE, 'services', after, listener);
  const change = (n: number) => new DialledIn(house).register({ instanceId: `instance-number-${n}` });
  return { house, events, heard, follow, change, kept, may };
}

describe('the topic services', () => {
  it('tells what happens from now on, numbered like the list of services', async () => {
    const { house, heard, follow, change } = following();
    await change(1);
    const { lastSeq } = follow();
    expect(lastSeq).to.equal(house.registry.catalogue.revision);
    await change(2);
    await settled();
    expect(heard.map(({ seq, data }) => [seq, (data as { type: string }).type])).to.deep.equal([
      [lastSeq + 1, 'registered'],
      [lastSeq + 2, 'changed'],
    ]);
    expect(heard[0]).to.deep.include({ topic: 'services', at: '2026-11-21T08:00:00.000Z' });
    expect(heard[1]?.seq).to.equal(house.registry.catalogue.revision);
  });

  it('begins after a number somebody saw, in a turn of its own, without gap or repetition', async () => {
    const { heard, follow, change } = following();
    await change(1);
    await change(2);
    follow(1);
    expect(heard, 'the subscription is answered first').to.deep.equal([]);
    const registering = change(3);
    await registering;
    await settled();
    expect(heard.map(({ seq }) => seq)).to.deep.equal([2, 3, 4, 5, 6]);
  });

  it('refuses numbers it has forgotten or never had, and says what to do instead', async () => {
    const { heard, follow, change } = following(3);
    for (const n of [1, 2, 3]) await change(n);
    expect(() => follow(2)).to.throw('those up to 3 are forgotten. Ask services/list');
    expect(() => follow(7)).to.throw('the newest is 6; the gateway was restarted');
    follow(3);
    await settled();
    expect(heard.map(({ seq }) => seq)).to.deep.equal([4, 5, 6]);
  });

  it('is for those who may see all workers, and as long as they may', async () => {
    const { events, follow, may } = following();
    expect(() => events.subscribe(WORKER, 'services', undefined, () => {})).to.throw('the right to services/list');
    expect(() => events.subscribe(ALICE, 'services/1', undefined, () => {})).to.throw(
      'Cannot follow the topic "services/1"',
    );
    const { mayFollow } = follow();
    expect(mayFollow?.(ALICE)).to.equal(true);
    may.clear();
    expect(mayFollow?.(ALICE)).to.equal(false);
  });

  it('ends for a listener that throws, and for no other; and when it is closed', async () => {
    const { heard, follow, change, events, kept } = following();
    follow(0, () => {
      throw new Error('broken');
    });
    const { close } = follow(0);
    await change(1);
    await settled();
    expect(heard.map(({ seq }) => seq)).to.deep.equal([1, 2]);
    expect(kept.lines).to.have.length(1);
    close();
    await change(2);
    follow();
    events.close();
    await change(3);
    await settled();
    expect(heard).to.have.length(2);
  });

  it('stands beside the other topics: each belongs to the source named like its first part', async () => {
    const { events, heard } = following();
    const topics = new TopicSources({ services: events });
    topics.subscribe(ALICE, 'services', undefined, (event) => void heard.push(event));
    for (const topic of ['jobs', 'constructor', '', 'services/../jobs']) {
      const refused = (async () => topics.subscribe(ALICE, topic, undefined, () => {}))();
      expect(await refusedWith(refused)).to.match(/^NOT_FOUND: Cannot follow the topic/);
    }
  });
});
