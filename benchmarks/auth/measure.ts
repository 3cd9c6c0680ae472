/** Work that was prepared beforehand: `count` times the thing to be measured. */
export interface Batch {
  readonly count: number;
  readonly run: () => void;
}

/** A check of a credential or a limit, and the least work anybody could do instead. */
export interface Contestant {
  readonly name: string;
  /** Microseconds it may take. */
  readonly barMicros: number;
  /** Asked once per round, outside the measured time: most credentials can be presented only once. */
  readonly prepare: () => Batch;
  readonly floor: { readonly name: string; readonly prepare: () => Batch };
}

export interface Figures {
  /** Microseconds, medians over the rounds. */
  readonly micros: number;
  readonly floorMicros: number;
  /** Of a round and the floor right after it: what disturbs the one disturbs the other. */
  readonly ratio: number;
}

const WARM_UP_ROUNDS = 8;
const ROUNDS = 31;

export function measure({ prepare, floor }: Contestant): Figures {
  const own: number[] = [];
  const least: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const [micros, floorMicros] = [time(prepare()), time(floor.prepare())];
    if (round < 0) continue;
    own.push(micros);
    least.push(floorMicros);
  }
  return {
    micros: median(own),
    floorMicros: median(least),
    ratio: median(own.map((micros, round) => micros / (least[round] ?? Number.NaN))),
  };
}

function time({ count, run }: Batch): number {
  const began = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - began) / 1_000 / count;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Does the work on every item in turn, `times` over; every answer must be something, or it is not the work that was meant. */
export function batchOf<T>(items: readonly T[], work: (item: T) => unknown, times = 1): Batch {
  return {
    count: items.length * times,
    run: () => {
      for (let time = 0; time < times; time += 1) {
        for (const item of items) if (work(item) === undefined) throw new Error('a good credential was refused');
      }
    },
  };
}
