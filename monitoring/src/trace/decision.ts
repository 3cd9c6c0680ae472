import type { SpanIdentity } from '@callsheet/protocol';
import type { IdPool } from './ids.ts';
import type { RatioSampler } from './sampler.ts';

/** Whether something is recorded, decided before anything is made for it. */
export class SamplingDecision {
  readonly #sampler: RatioSampler;
  readonly #ids: IdPool;

  constructor(sampler: RatioSampler, ids: IdPool) {
    this.#sampler = sampler;
    this.#ids = ids;
  }

  /** As whoever is upstream has decided; of a new trace, by the id it would have. */
  records(parent: SpanIdentity | undefined): boolean {
    if (parent !== undefined) return parent.sampled;
    if (!this.#sampler.takesAny) return false;
    if (this.#sampler.takes(this.#ids.peek())) return true;
    this.#ids.skip();
    return false;
  }
}
