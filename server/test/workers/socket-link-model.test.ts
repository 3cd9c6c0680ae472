import { CallError, ERRORS } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { RequestIds } from '../../src/workers/request-ids.ts';
import { FakeClock } from '../fake-clock.ts';
import { settled } from '../session/talk.ts';
import { Asked, Outcome } from './asked.ts';
import { linkOnWire } from './link-on-wire.ts';

/** What a call is known to be, beside what the link makes of it. */
interface Known {
  readonly id: string;
  readonly asked: Asked;
  readonly outcome: Outcome;
  over: boolean;
}

type Step =
  | { readonly do: 'call' | 'disconnect' | 'lose' | 'wait' | 'probe' }
  | { readonly do: 'answer' | 'refuse' | 'garble' | 'abort' | 'report'; readonly which: number }
  | { readonly do: 'return'; readonly holds: number };

const which = fc.nat(7);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'call' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Step>({ do: 'disconnect' }, { do: 'lose' }, { do: 'wait' }, { do: 'probe' }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('answer', 'refuse', 'garble', 'abort', 'report'),
      which,
    }) as fc.Arbitrary<Step>,
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('return' as const), holds: fc.nat(255) }) },
);

/** A worker that may do anything, its links one after the other, and what should be known of every call meanwhile. */
class Story {
  readonly #clock = new FakeClock();
  readonly #ids = new RequestIds('prefix-of-story');
  readonly calls: Known[] = [];
  #wire = this.#next();
  #connected = true;

  #next() {
    return linkOnWire({ clock: this.#clock, ids: this.#ids });
  }

  take(step: Step): void {
    switch (step.do) {
      case 'call': {
        const asked = new Asked();
        const outcome = new Outcome(this.#wire.link.call(asked));
        const id = this.#connected ? this.#wire.newest : `never sent ${this.calls.length}`;
        this.calls.push({ id, asked, outcome, over: !this.#connected });
        return;
      }
      case 'probe':
        this.#wire.link.ping(new AbortController().signal).catch(() => {});
        return;
      case 'disconnect':
        this.#wire.link.disconnected();
        this.#connected = false;
        return;
      case 'lose':
        this.#wire.link.lost('the story says so');
        this.#connected = false;
        this.#end(() => true);
        return;
      case 'wait':
        this.#clock.advance(30_000);
        this.#end(({ asked }) => asked.reason !== undefined);
        return;
      case 'return': {
        const held = this.calls.filter((_call, at) => ((step.holds >> (at % 8)) & 1) === 1);
        const next = this.#next();
        const wanted = this.#wire.link.moveTo(next.link, new Set(held.map(({ id }) => id)));
        const goesOn = (call: Known): boolean => !call.over && held.includes(call) && call.asked.reason === undefined;
        expect(wanted).to.have.members(this.calls.filter(goesOn).map(({ id }) => id));
        this.#end((call) => !goesOn(call));
        this.#wire = next;
        this.#connected = true;
        return;
      }
      default:
        this.#touch(step.do, this.calls[step.which % Math.max(1, this.calls.length)]);
    }
  }

  #touch(how: 'answer' | 'refuse' | 'garble' | 'abort' | 'report', call: Known | undefined): void {
    if (call === undefined) return;
    const { link } = this.#wire;
    if (how === 'abort') call.asked.abort(new CallError('CANCELLED', 'the caller left'));
    else if (how === 'report') link.reported({ progressToken: call.id, progress: 0.5, stage: 'work' });
    else {
      if (how === 'answer') this.#wire.answer(call.id, 'done');
      else if (how === 'refuse') this.#wire.refuse(call.id, ERRORS.TOOL_FAILED.code);
      else link.garbled(call.id, new CallError('INVALID_REQUEST', 'Too deep'));
      call.over = true;
    }
  }

  #end(fits: (call: Known) => boolean): void {
    for (const call of this.calls) if (fits(call)) call.over = true;
  }

  /** Everything that is over is settled, and nothing else is; what has settled never changes. */
  async check(before: ReadonlyMap<Known, unknown>): Promise<Map<Known, unknown>> {
    await settled();
    const now = new Map<Known, unknown>();
    for (const call of this.calls) {
      const { outcome } = call;
      expect(outcome.settled, call.id).to.equal(call.over);
      if (outcome.settled) now.set(call, outcome.error ?? outcome.value);
    }
    for (const [call, what] of before) expect(now.get(call)).to.equal(what);
    expect(this.#wire.link.inFlight).to.equal(this.calls.filter(({ over }) => !over).length);
    return now;
  }

  end(): void {
    this.take({ do: 'lose' });
    expect(this.#clock.pending, 'appointments left').to.equal(0);
  }
}

describe('the calls of a worker that may do anything', () => {
  it('settle exactly once each, and leave nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const story = new Story();
        let known = new Map<Known, unknown>();
        for (const next of steps) {
          story.take(next);
          known = await story.check(known);
        }
        story.end();
        await story.check(known);
        expect(story.calls.every(({ outcome }) => outcome.settled)).to.equal(true);
      }),
      { numRuns: 200 },
    );
  });
});
