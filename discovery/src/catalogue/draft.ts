import { Catalogue, CatalogueEntry } from './catalogue.ts';
import type { Endpoint, Worker } from './worker.ts';

/**
 * What the next snapshot will say. Changes are written here at once and cost what they touch; the snapshot is made when
 * somebody asks for it, and only of the tools that changed since the last one.
 */
export class CatalogueDraft {
  /** By tool, then by worker. */
  readonly #endpoints = new Map<string, Map<string, Endpoint>>();
  readonly #touched = new Set<string>();
  #entries: ReadonlyMap<string, CatalogueEntry> = new Map();
  #published = new Catalogue(this.#entries, 0, false);

  /** Writes a worker down in the place of what it was. */
  put(worker: Worker, before?: Worker): void {
    if (before !== undefined && before.tools !== worker.tools) this.#withdraw(before, worker);
    for (const tool of worker.tools) {
      let endpoints = this.#endpoints.get(tool.name);
      if (endpoints === undefined) {
        endpoints = new Map();
        this.#endpoints.set(tool.name, endpoints);
      }
      endpoints.set(worker.id, { worker, tool });
      this.#touched.add(tool.name);
    }
  }

  remove(worker: Worker): void {
    for (const { name } of worker.tools) this.#erase(name, worker.id);
  }

  /** The snapshot of everything written so far; the same one as long as revision and staleness are. */
  publish(revision: number, stale: boolean): Catalogue {
    if (this.#touched.size > 0) this.#renewEntries();
    else if (this.#published.revision === revision && this.#published.stale === stale) return this.#published;
    this.#published = new Catalogue(this.#entries, revision, stale);
    return this.#published;
  }

  #withdraw(before: Worker, worker: Worker): void {
    const offered = new Set(worker.tools.map(({ name }) => name));
    for (const { name } of before.tools) if (!offered.has(name)) this.#erase(name, worker.id);
  }

  #erase(tool: string, worker: string): void {
    const endpoints = this.#endpoints.get(tool);
    if (endpoints?.delete(worker) !== true) return;
    if (endpoints.size === 0) this.#endpoints.delete(tool);
    this.#touched.add(tool);
  }

  #renewEntries(): void {
    const entries = new Map(this.#entries);
    for (const name of this.#touched) {
      const endpoints = this.#endpoints.get(name);
      if (endpoints === undefined) entries.delete(name);
      else entries.set(name, new CatalogueEntry(endpoints.values()));
    }
    this.#touched.clear();
    this.#entries = entries;
  }
}
