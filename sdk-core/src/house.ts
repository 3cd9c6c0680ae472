import type { Json, JsonObject } from '@callsheet/protocol';
import { Catalog } from './catalog.ts';
import type { Channel } from './channel.ts';
import { Engine } from './engine.ts';
import { newNotes, type Outcome } from './invocation.ts';
import type { Settings } from './settings.ts';
import { Subscriptions } from './subscriptions.ts';

/** What a client and all that were made of it by `with` have in common: connections, catalogue and topics. */
export class House {
  readonly engine: Engine;
  readonly catalog: Catalog;
  readonly subscriptions: Subscriptions;

  constructor(settings: Settings) {
    const engine = new Engine(settings);
    this.engine = engine;
    this.catalog = new Catalog((method, params) => this.request(method, params), settings.clock);
    engine.events.on('notification', ({ method }) => {
      if (method === 'tools/list_changed') this.catalog.forget();
    });
    this.subscriptions = new Subscriptions({
      clock: settings.clock,
      isOnline: () => engine.pool.homeOnline !== undefined,
      wake: () => engine.pool.wanted(),
      request: (method, params, settle) => this.#ask(method, params, settle, engine.pool.homeOnline),
    });
    engine.parts = {
      isIdempotent: (tool) => this.catalog.isIdempotent(tool),
      loadCatalog: () => this.catalog.load(),
      event: (params) => this.subscriptions.event(params),
      moved: () => this.subscriptions.offline(),
      home: () => this.subscriptions.online(),
      over: (cause) => this.subscriptions.over(cause),
    };
  }

  /** A request of the engine's own, past all layers. */
  request(method: string, params: JsonObject): Promise<Json> {
    return new Promise((resolve, reject) => {
      this.#ask(method, params, (outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)));
    });
  }

  #ask(method: string, params: JsonObject, settle: (outcome: Outcome) => void, only?: Channel): void {
    this.engine.start({ method, tool: undefined, params, options: {}, notes: newNotes() }, { settle }, only);
  }
}
