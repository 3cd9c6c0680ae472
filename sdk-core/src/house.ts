import type { Json, JsonObject } from '@callsheet/protocol';
import { Catalog } from './catalog.ts';
import type { Channel } from './channel.ts';
import { Engine } from './engine.ts';
import { newNotes, type Outcome } from './invocation.ts';
import type { LayerParts } from './layers/layer-parts.ts';
import { replayOf } from './replay.ts';
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

  /** An idempotency key nobody else uses. Nothing secret depends on it. */
  newKey(): string {
    const { wallClock, random } = this.engine.settings;
    return [wallClock(), random() * 2 ** 53, random() * 2 ** 53].map((part) => Math.floor(part).toString(36)).join('-');
  }

  /** What the layers of calls need. */
  get parts(): LayerParts {
    const { settings, caller, pool } = this.engine;
    const { clock, wallClock, random, idleMs, totalMs } = settings;
    return {
      clock,
      now: wallClock,
      random,
      aborts: caller.aborts,
      idleMs,
      totalMs,
      isSafe: ({ method, tool, options }) =>
        replayOf(method, options.idempotencyKey) === 'safe' ||
        (tool !== undefined && this.catalog.isIdempotent(tool) === true),
      annotations: (tool) => this.catalog.annotations(tool),
      partition: () => pool.session && `${pool.session.serverName} ${pool.session.principal.id}`,
    };
  }

  #ask(method: string, params: JsonObject, settle: (outcome: Outcome) => void, only?: Channel): void {
    this.engine.start({ method, tool: undefined, params, options: {}, notes: newNotes() }, { settle }, only);
  }
}
