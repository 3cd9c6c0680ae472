import type { Catalogue } from '../catalogue/catalogue.ts';
import { CatalogueDraft } from '../catalogue/draft.ts';
import type { Worker } from '../catalogue/worker.ts';
import { Announcer } from './announcer.ts';
import type { Change } from './change.ts';

/** A change that has no number yet. */
type News = Change extends infer Known ? (Known extends Change ? Omit<Known, 'revision'> : never) : never;

/** What is known outside of the registry: the catalogue and its changes, under one number. */
export class Bulletin {
  readonly #draft = new CatalogueDraft();
  readonly #announcer: Announcer<Change>;
  #revision = 0;
  #stale = false;

  /** `failed` hears of listeners that throw. */
  constructor(failed: (error: unknown) => void) {
    this.#announcer = new Announcer(failed);
  }

  get stale(): boolean {
    return this.#stale;
  }

  get catalogue(): Catalogue {
    return this.#draft.publish(this.#revision, this.#stale);
  }

  listen(listener: (change: Change) => void): () => void {
    return this.#announcer.listen(listener);
  }

  registered(worker: Worker, before: Worker | undefined, resumed: boolean): void {
    this.#draft.put(worker, before);
    this.#announce({ type: 'registered', worker, before, resumed });
  }

  changed(worker: Worker, before: Worker, reason: string): void {
    this.#draft.put(worker, before);
    this.#announce({ type: 'changed', worker, before, reason });
  }

  left(worker: Worker, reason: string): void {
    this.#draft.remove(worker);
    this.#announce({ type: 'left', worker, reason });
  }

  source(stale: boolean, reason: string): void {
    this.#stale = stale;
    this.#announce({ type: 'source', stale, reason });
  }

  /** Nobody listens any more. The last snapshot stays readable. */
  close(): void {
    this.#announcer.close();
  }

  #announce(news: News): void {
    this.#revision++;
    this.#announcer.announce({ ...news, revision: this.#revision });
  }
}
