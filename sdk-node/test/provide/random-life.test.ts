import { type HeldWork, isJsonObject, type JsonObject, notificationText } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { answersOn, deferred, FakeHouse, provideOn, REGISTERED, settle, stage } from './fake-house.ts';

type Step =
  | { do: 'call'; job: boolean; heeds: boolean; deadlineMs: number }
  | { do: 'finish'; pick: number; how: 'value' | 'fault' }
  | { do: 'cancel'; pick: number }
  | { do: 'repeat'; pick: number }
  | { do: 'drop' }
  | { do: 'finish and drop'; pick: number }
  | { do: 'outage'; ms: number }
  | { do: 'restart' }
  | { do: 'wait'; ms: number };

const pick = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      job: fc.boolean(),
      heeds: fc.boolean(),
      deadlineMs: fc.integer({ min: 1, max: 200_000 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('finish' as const), pick, how: fc.constantFrom('value', 'fault') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('finish and drop' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('outage' as const), ms: fc.integer({ min: 1, max: 90_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 20_000 }) }) },
);

const SLOTS = 3;

interface Asked {
  readonly job: boolean;
  cancelled: boolean;
}

/** A gateway that remembers what it asked, as one does that goes on with calls over lost connections. */
class Memory {
  readonly house = new FakeHouse();
  /** What it still wants. */
  readonly pending = new Map<string, Asked>();
  readonly all = new Set<string>();
  /** What must not have happened. */
  readonly faults: string[] = [];
  /** When the connection of the newest registration was lost. */
  lostAt: number | undefined;
  /** The test's time. */
  now: () => number = () => 0;
  readonly #read = new Map<object, number>();

  constructor() {
    this.house.gateway.handlers['services/register'] = (params) => {
      this.absorb();
      const { epoch } = params.worker as { epoch: number };
      return { ...REGISTERED, epoch, workKey: `wk_${epoch}`, wanted: this.#goOn(params.holds as never) };
    };
  }

  /** Takes every answer that arrived. One to something that is not wanted is one too many. */
  absorb(): void {
    for (const line of this.house.gateway.lines) {
      const answers = answersOn(line);
      for (const { id } of answers.slice(this.#read.get(line) ?? 0)) {
        if (!this.pending.delete(String(id))) this.faults.push(`${String(id)} was answered and nobody wanted it`);
      }
      this.#read.set(line, answers.length);
    }
  }

  restart(): void {
    for (const [id, { job }] of this.pending) if (!job) this.pending.delete(id);
  }

  #goOn(holds: readonly HeldWork[]): string[] {
    const held = new Set(holds.map(({ id }) => id));
    const awayMs = this.now() - (this.lostAt ?? this.now());
    this.lostAt = undefined;
    for (const [id, { job, cancelled }] of this.pending) {
      // What is held no more was given up for good reason.
      if (!held.has(id) && awayMs < (job ? 60_000 : 3_000)) this.faults.push(`${id} was given up after ${awayMs} ms`);
      if (!held.has(id) || cancelled) this.pending.delete(id);
    }
    return [...held].filter((id) => this.pending.has(id));
  }
}

/** One life of a worker; afterwards everything must have ended well. */
async function live(steps: readonly Step[], seed: number): Promise<void> {
  let randomness = seed;
  const random = (): number => {
    randomness = (randomness * 16_807) % 2_147_483_647;
    return randomness / 2_147_483_647;
  };
  const gateway = new Memory();
  const { house } = gateway;
  const on = stage(house, random);
  gateway.now = () => on.clock.now();
  const gates: ReturnType<typeof deferred>[] = [];
  const ran = new Map<unknown, number>();
  let running = 0;
  const provider = await provideOn(on, {
    slots: SLOTS,
    tools: {
      work: {
        description: 'Waits for the test',
        run: async ({ at, heeds }, { signal }) => {
          ran.set(at, (ran.get(at) ?? 0) + 1);
          expect(++running).to.be.at.most(SLOTS);
          const gate = deferred();
          gates.push(gate);
          if (heeds) signal.addEventListener('abort', () => gate.reject(new Error('stopped')));
          try {
            return await gate.promise;
          } finally {
            running--;
          }
        },
      },
    },
  });
  // An answer that is written and never arrives.
  let losing = false;
  const arrive = house.gateway.take.bind(house.gateway);
  house.gateway.take = (line, frame) => {
    if (!losing || !frame.includes('"result"')) return arrive(line, frame);
    losing = false;
    drop();
  };
  const registered = (): boolean => provider.gateways[0]?.state === 'registered';

  for (const given of steps) {
    await take(given);
    await settle();
    gateway.absorb();
  }
  losing = false;
  house.gateway.down = false;
  await on.clock.advance(70_000);
  for (let last = 0; last < gates.length; last++) gates[last]?.resolve('end');
  await settle();
  gateway.absorb();
  expect(gateway.faults).to.deep.equal([]);
  expect([...gateway.pending.keys()], 'never answered').to.deep.equal([]);
  expect(
    [...ran.values()].every((times) => times === 1),
    'ran once',
  ).to.equal(true);
  expect(provider.inFlight).to.equal(0);
  const closed = provider.close();
  await on.clock.advance(0);
  await closed;
  expect(on.clock.pending, 'timers left').to.equal(0);

  async function take(given: Step): Promise<void> {
    switch (given.do) {
      case 'call':
        return registered() ? call(given) : undefined;
      case 'finish':
        return finish(given.pick, given.how);
      case 'cancel':
        return cancel(given.pick);
      case 'repeat': {
        const ids = [...gateway.pending.keys()];
        const text = house.texts.get(ids[given.pick % Math.max(1, ids.length)] ?? '');
        // A second request under an id in flight must change nothing.
        if (text !== undefined && registered()) house.line.say(text);
        return;
      }
      case 'drop':
        return drop();
      case 'finish and drop':
        losing = true;
        return finish(given.pick, 'value');
      case 'outage':
        house.gateway.down = true;
        drop();
        await on.clock.advance(given.ms);
        house.gateway.down = false;
        return;
      case 'restart':
        gateway.restart();
        return drop();
      case 'wait':
        await on.clock.advance(given.ms);
    }
  }

  function call({ job, heeds, deadlineMs }: Extract<Step, { do: 'call' }>): void {
    const at = gateway.all.size;
    const meta: JsonObject = { deadlineMs, ...(job && { job: { id: `job_${at}`, attempt: 1 } }) };
    const id = house.call('work', { at, heeds }, meta);
    gateway.all.add(id);
    gateway.pending.set(id, { job, cancelled: false });
  }

  function finish(at: number, how: 'value' | 'fault'): void {
    const gate = gates[at % Math.max(1, gates.length)];
    if (how === 'value') gate?.resolve(at);
    else gate?.reject(new Error('fault'));
  }

  function cancel(at: number): void {
    const [id, asked] = [...gateway.pending][at % Math.max(1, gateway.pending.size)] ?? [];
    if (id === undefined || asked === undefined || !registered()) return;
    asked.cancelled = true;
    house.line.say(notificationText('notifications/cancelled', { requestId: id }));
  }

  function drop(): void {
    if (registered()) gateway.lostAt = on.clock.now();
    house.line.drop(1006);
  }
}

describe('whatever happens to a worker', () => {
  it('it answers each call once while somebody wants it, never twice, and runs none twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }),
        fc.integer({ min: 1, max: 2_147_483_646 }),
        live,
      ),
      { numRuns: 300 },
    );
  });

  it('reads whatever a gateway sends without falling', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.json(), { maxLength: 10 }), fc.json(), async (texts, params) => {
        const on = stage();
        const provider = await provideOn(on, { tools: { go: { description: 'x', run: () => 1 } } });
        for (const text of texts) on.house.line.say(text);
        on.house.line.say(`{"jsonrpc":"2.0","id":"gw-x","method":"tools/call","params":${params}}`);
        on.house.line.say(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`);
        await settle();
        const value: unknown = JSON.parse(params);
        const wellFormed = isJsonObject(value) || Array.isArray(value);
        if (wellFormed) expect(on.house.answers('gw-x')).to.have.length(1);
        expect(provider.gateways[0]?.state).to.equal('registered');
        const closed = provider.close();
        await on.clock.advance(0);
        await closed;
      }),
      { numRuns: 300 },
    );
  });
});
