/** What a worker's slots ask of the bulkhead they belong to. */
export interface SlotSource {
  /** Gives free slots to whoever waits, the one who has waited longest first. */
  handOn(slots: Slots): void;
}

/**
 * The calls one worker takes at once, all its tools together. A slot is free when the call has really ended and not when
 * somebody stopped waiting for it, or a worker that hangs would be given more than it can hold.
 */
export class Slots {
  readonly id: string;
  /** What it serves, each tool once. The bulkhead changes it. */
  tools: readonly string[];
  readonly #source: SlotSource;
  #limit: number;
  #inUse = 0;
  #offered: boolean;

  constructor(id: string, limit: number, tools: readonly string[], source: SlotSource, offered = true) {
    this.id = id;
    this.tools = [...new Set(tools)];
    this.#limit = limit;
    this.#source = source;
    this.#offered = offered;
  }

  get inUse(): number {
    return this.#inUse;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Whether a waiting call may have one. */
  get canOffer(): boolean {
    return this.#offered && this.#inUse < this.#limit;
  }

  /** Takes a slot, if one is free. Whoever waits was there before: a free slot of a worker on offer is wanted by nobody in line. */
  take(): boolean {
    if (this.#inUse >= this.#limit) return false;
    this.#inUse++;
    return true;
  }

  /** Takes a slot, free or not: the call runs there already, and somebody has to hold its place. */
  occupy(): void {
    this.#inUse++;
  }

  /** Exactly once for every slot taken. @throws RangeError when none is taken */
  release(): void {
    if (this.#inUse === 0)
      throw new RangeError(`Cannot release a slot of the worker "${this.id}": none is taken; release once per call`);
    this.#inUse--;
    this.#source.handOn(this);
  }

  /** Whether those who wait may be given a slot here: not while the worker is out or drains. */
  offer(offered: boolean): void {
    this.#offered = offered;
    this.#source.handOn(this);
  }

  /** The worker says it takes more or fewer calls; those under way may be too many for a while. */
  resize(limit: number): void {
    this.#limit = limit;
    this.#source.handOn(this);
  }
}
