import type { SpanIdentity } from '@callsheet/protocol';
import type { IdPool } from './ids.ts';
import type { KeepPace } from './keep-pace.ts';
import type { RatioSampler } from './sampler.ts';

/** Whether something is recorded, decided before anything is made for it. */
export class SamplingDecision {
  readonly #sampler: RatioSampler;
  readonly #ids: IdPool;
  readonly #followed: Pick<KeepPace, 'take'>;

  /** @param followed how many are recorded because somebody else said so: anybody may set that flag on all they send */
  constructor(sampler: RatioSampler, ids: IdPool, followed: Pick<KeepPace, 'take'>) {
    this.#sampler = sampler;
    this.#ids = ids;
    this.#followed = followed;
  }

  /** As whoever is upstream has decided; of a new trace, by the id it would have. */
  records(parent: SpanIdentity | undefined): boolean {
    if (parent !== undefined) return parent.sampled && this.#followed.take();
    if (!this.#sampler.takesAny) return false;
    if (this.#sampler.takes(this.#ids.peek())) return true;
    this.#ids.skip();
    return false;
  }
}
