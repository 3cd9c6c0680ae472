import type { SpanIdentity } from '@callsheet/protocol';
import type { IdPool } from './ids.ts';
import type { KeepPace } from './keep-pace.ts';
import type { RatioSampler } from './sampler.ts';

/**
 * Whether something is recorded, decided before anything is made for it. Of new traces not each is drawn for: one draw tells
 * how many pass until the next is recorded, which then gets an id that everybody decides so about. Most traces cost a
 * subtraction this way.
 */
export class SamplingDecision {
  readonly #sampler: RatioSampler;
  readonly #ids: IdPool;
  readonly #followed: Pick<KeepPace, 'take'>;
  /** New traces until the next that is recorded. */
  #passing: number;

  /** @param followed how many are recorded because somebody else said so: anybody may set that flag on all they send */
  constructor(sampler: RatioSampler, ids: IdPool, followed: Pick<KeepPace, 'take'>) {
    this.#sampler = sampler;
    this.#ids = ids;
    this.#followed = followed;
    this.#passing = this.#draw();
  }

  /** As whoever is upstream has decided; of a new trace, as chance has it: the id it gets then says the same. */
  records(parent: SpanIdentity | undefined): boolean {
    if (parent !== undefined) return parent.sampled && this.#followed.take();
    if (this.#passing > 0) {
      this.#passing -= 1;
      return false;
    }
    this.#passing = this.#draw();
    this.#ids.decide(this.#sampler.bitsOfTaken(this.#chance()));
    return true;
  }

  /** How many pass, each with the same chance to be taken: a geometric distribution, by its inverse. */
  #draw(): number {
    const { share } = this.#sampler;
    return share === 0 ? Infinity : Math.floor(Math.log(1 - this.#chance()) / Math.log1p(-share));
  }

  /** From 0 up to 1, without it. */
  #chance(): number {
    return this.#ids.bits() / 2 ** 32;
  }
}
