import type { Outcome } from '../outcome.ts';
import type { SlowStart } from './slow-start.ts';
import type { Candidate, PickHint, Strategy } from './strategy.ts';

/**
 * Workers of the wanted zone first, while they have room: a strategy of its own chooses among them, twice if need
 * be, and when it finds none with a free slot everybody is asked. A zone costs nothing until somebody wants it.
 */
export class ZoneFirst implements Strategy {
  readonly #make: () => Strategy;
  readonly #slowStart: SlowStart;
  readonly #everywhere: Strategy;
  readonly #zones = new Map<string, Candidate[]>();
  readonly #wanted = new Map<string, Strategy>();

  /** `slowStart` is told of everybody, since who is new in its zone may have been there for others. */
  constructor(make: () => Strategy, slowStart: SlowStart) {
    this.#make = make;
    this.#slowStart = slowStart;
    this.#everywhere = make();
  }

  adopt(available: readonly Candidate[]): void {
    this.#slowStart.adopt(available);
    this.#everywhere.adopt(available);
    this.#zones.clear();
    for (const candidate of available)
      if (candidate.zone !== undefined) this.#inhabitants(candidate.zone).push(candidate);
    for (const [zone, strategy] of this.#wanted) {
      const inhabitants = this.#zones.get(zone);
      if (inhabitants === undefined) this.#wanted.delete(zone);
      else strategy.adopt(inhabitants);
    }
  }

  pick(hint: PickHint): Candidate | undefined {
    const local = hint.zone === undefined ? undefined : this.#local(hint.zone);
    return (local && this.#pickWithRoom(local, hint)) ?? this.#everywhere.pick(hint);
  }

  welcomes(candidate: Candidate, waitMs: number): boolean {
    return this.#everywhere.welcomes?.(candidate, waitMs) ?? true;
  }

  started(candidate: Candidate): void {
    this.#everywhere.started(candidate);
    if (this.#wanted.size > 0) this.#home(candidate)?.started(candidate);
  }

  ended(candidate: Candidate, outcome: Outcome, elapsedMs: number): void {
    this.#everywhere.ended(candidate, outcome, elapsedMs);
    if (this.#wanted.size > 0) this.#home(candidate)?.ended(candidate, outcome, elapsedMs);
  }

  explain(candidate: Candidate): Readonly<Record<string, number>> {
    return this.#everywhere.explain?.(candidate) ?? {};
  }

  #pickWithRoom(local: Strategy, hint: PickHint): Candidate | undefined {
    const first = local.pick(hint);
    if (first === undefined || hasRoom(first, hint.not)) return first;
    const second = local.pick({ affinity: hint.affinity, not: first });
    return second !== undefined && hasRoom(second, hint.not) ? second : undefined;
  }

  #local(zone: string): Strategy | undefined {
    const wanted = this.#wanted.get(zone);
    if (wanted !== undefined) return wanted;
    const inhabitants = this.#zones.get(zone);
    if (inhabitants === undefined) return undefined;
    const strategy = this.#make();
    strategy.adopt(inhabitants);
    this.#wanted.set(zone, strategy);
    return strategy;
  }

  #home({ zone }: Candidate): Strategy | undefined {
    return zone === undefined ? undefined : this.#wanted.get(zone);
  }

  #inhabitants(zone: string): Candidate[] {
    let inhabitants = this.#zones.get(zone);
    if (inhabitants === undefined) {
      inhabitants = [];
      this.#zones.set(zone, inhabitants);
    }
    return inhabitants;
  }
}

function hasRoom(candidate: Candidate, not: Candidate | undefined): boolean {
  return candidate !== not && candidate.inFlight < candidate.slots;
}
