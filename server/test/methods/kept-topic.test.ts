import { CallError, type JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { KeptTopic, type KeptTopicParts } from '../../src/methods/kept-topic.ts';
import type { Told } from '../../src/methods/topics.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { ALICE } from '../session/talk.ts';

function open(parts: Partial<KeptTopicParts> = {}) {
  const log = keptLog();
  const turns: (() => void)[] = [];
  const topic = new KeptTopic({
    ...{ topic: 'weather', right: 'weather/list', advice: 'Look out of the window', begin: 0 },
    ...{ clock: new FakeClock(), log, mayFollow: () => true, turn: (callback) => void turns.push(callback) },
    ...parts,
  });
  /** What a follower hears, by number. */
  const follow = (after?: number) => {
    const heard: number[] = [];
    const followed = topic.subscribe(ALICE, 'weather', after, ({ seq }) => void heard.push(seq));
    return { heard, followed };
  };
  const turn = (): void => {
    for (const callback of turns.splice(0)) callback();
  };
  return { topic, log, follow, turn };
}

const refusalOf = (work: () => unknown): string => {
  try {
    work();
    return 'no refusal';
  } catch (error) {
    return CallError.is(error) ? `${error.errorName}: ${error.message}` : String(error);
  }
};

describe('a topic whose events are kept', () => {
  it('tells a follower first what it missed, in a turn of its own, and then what comes', () => {
    const { topic, follow, turn } = open();
    for (const n of [1, 2, 3]) topic.tell({ n });
    const { heard, followed } = follow(1);
    expect(followed).to.include({ topic: 'weather', lastSeq: 3 });
    topic.tell({ n: 4 });
    expect(heard).to.deep.equal([]);
    turn();
    topic.tell({ n: 5 });
    expect(heard).to.deep.equal([2, 3, 4, 5]);
  });

  it('tells the same event to everybody, with its moment', () => {
    const clock = new FakeClock();
    const { topic, turn } = open({ clock });
    const heard: Told[] = [];
    for (let n = 0; n < 2; n++) topic.subscribe(ALICE, 'weather', undefined, (event) => void heard.push(event));
    turn();
    clock.advance(5_000);
    topic.tell({ sun: true });
    const event = { topic: 'weather', seq: 1, at: '2026-11-21T08:00:05.000Z', data: { sun: true } };
    expect(heard).to.deep.equal([event, event]);
  });

  it('tells nothing more to who left, also before its first turn, nor after it is closed', () => {
    const { topic, follow, turn } = open();
    topic.tell({});
    const [first, second, third] = [follow(0), follow(0), follow(0)];
    first?.followed.close();
    turn();
    second?.followed.close();
    topic.tell({});
    topic.close();
    topic.tell({});
    expect([first, second, third].map((follower) => follower?.heard)).to.deep.equal([[], [1], [1, 2]]);
  });

  it('ends the subscription of a listener that throws, and no other', () => {
    const { topic, log, follow, turn } = open();
    let calls = 0;
    topic.subscribe(ALICE, 'weather', undefined, () => {
      calls += 1;
      throw new Error('no umbrella');
    });
    const { heard } = follow();
    turn();
    topic.tell({});
    topic.tell({});
    expect(calls).to.equal(1);
    expect(heard).to.deep.equal([1, 2]);
    expect(log.lines).to.deep.equal(['a listener threw; its subscription is over']);
  });

  it('says what it needs, and where to look when events are forgotten', () => {
    const closed = open({ mayFollow: () => false });
    expect(refusalOf(() => closed.follow())).to.equal(
      'FORBIDDEN: Cannot follow the topic "weather": that takes the right to weather/list',
    );
    const { topic, follow } = open({ most: 2 });
    for (const n of [1, 2, 3]) topic.tell({ n });
    expect(refusalOf(() => follow(0))).to.match(/^CONFLICT: .*from after 0: those up to 1 are forgotten\. Look out/);
    expect(refusalOf(() => follow(4))).to.match(
      /^CONFLICT: .*from after 4: the newest is 3; the gateway was restarted/,
    );
    expect(refusalOf(() => topic.subscribe(ALICE, 'weather/today', undefined, () => {}))).to.match(/^NOT_FOUND/);
  });

  it('gives every follower every event after its number once, in order, whatever happens between', () => {
    const step = fc.oneof(
      fc.constant('tell' as const),
      fc.constant('turn' as const),
      fc.nat(20).map((after) => ({ after })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (steps, most) => {
        const { topic, follow, turn } = open({ most });
        const followers: { after: number; heard: number[] }[] = [];
        let told = 0;
        for (const what of steps) {
          if (what === 'tell') {
            topic.tell({} satisfies JsonObject);
            told += 1;
          } else if (what === 'turn') turn();
          else {
            const { after } = what;
            const isKept = after >= Math.max(0, told - most) && after <= told;
            if (isKept) followers.push({ after, heard: follow(after).heard });
            else expect(refusalOf(() => follow(after))).to.match(/^CONFLICT/);
          }
        }
        turn();
        expect(topic.lastSeq).to.equal(told);
        for (const { after, heard } of followers) {
          expect(heard).to.deep.equal(Array.from({ length: told - after }, (_, at) => after + 1 + at));
        }
      }),
    );
  });
});
