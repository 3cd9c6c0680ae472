import type { Json, JsonObject } from '@callsheet/protocol';
import { type Catalog, openCatalog } from './catalog.ts';
import type { Channel } from './channel.ts';
import { createEngine, type Engine } from './engine.ts';
import { newNotes, type Outcome } from './invocation.ts';
import type { LayerParts } from './layers/layer-parts.ts';
import { openPool, type Pool } from './pool.ts';
import { isSafe } from './replay.ts';
import type { Settings } from './settings.ts';
import { openSubscriptions, type Subscriptions } from './subscriptions.ts';
import { undecidedCalls } from './undecided-calls.ts';

/** What a client and all that were made of it by `with` have in common: connections, catalogue and topics. */
export interface House {
  readonly engine: Engine;
  readonly pool: Pool;
  readonly catalog: Catalog;
  readonly subscriptions: Subscriptions;
  /** What the layers of calls need. */
  readonly parts: LayerParts;
}

/** Of the priorities `high`, normal and `low`, in the order they are sent. */
const LANES: Readonly<Record<string, number>> = { high: 0, low: 2 };

export function openHouse(settings: Settings): House {
  const { clock, wallClock, random, idleMs, totalMs } = settings;
  /** Who is asking whom, as far as that is known. */
  let known: string | undefined;
  /** Of all gateways of the house, in no order of anybody's. */
  let addresses = '';

  const ask = (method: string, params: JsonObject, settle: (outcome: Outcome) => void, only?: Channel): void => {
    engine.start({ method, tool: undefined, params, options: {}, notes: newNotes() }, { settle }, only);
  };
  const catalog = openCatalog(
    (method, params) =>
      new Promise<Json>((resolve, reject) => {
        ask(method, params, (outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)));
      }),
    clock,
  );
  const subscriptions = openSubscriptions({
    clock,
    isOnline: () => pool.home !== undefined,
    wake: () => pool.wanted(),
    request: (method, params, settle) => ask(method, params, settle, pool.home),
  });
  /** Names and ids are the same at many gateways, and a store may be shared by clients of several. */
  const partition = (): string | undefined =>
    pool.session && `${addresses} ${pool.session.serverName} ${pool.session.principal.id}`;
  /** Told at every dial, so it is known before there is a session. What is behind `?` may be secret. */
  const urls = async (): Promise<readonly string[]> => {
    const told = await settings.urls();
    addresses = JSON.stringify(told.map((url) => url.replace(/[?#].*/s, '')).sort());
    return told;
  };

  let pool: Pool;
  const engine = createEngine(
    { ...settings, urls },
    (made) => {
      pool = openPool(made);
      return pool;
    },
    {
      ...undecidedCalls(() => engine, catalog),
      // What the engine itself asks does not wait behind the calls.
      lane: ({ options: { priority = '' } }, only) => (only === undefined ? (LANES[priority] ?? 1) : 0),
      event: (params) => subscriptions.event(params),
      moved: () => subscriptions.turn(false),
      home() {
        // Another principal may see other tools, and another gateway has others.
        if (known !== undefined && known !== partition()) catalog.forget();
        known = partition();
        subscriptions.turn(true);
      },
      over: (cause) => subscriptions.over(cause),
    },
  );
  engine.events.on('notification', ({ method }) => {
    if (method === 'tools/list_changed') catalog.forget();
  });

  return {
    engine,
    get pool() {
      return pool;
    },
    catalog,
    subscriptions,
    parts: {
      clock,
      now: wallClock,
      random,
      aborts: engine.aborts,
      idleMs,
      totalMs,
      isSafe: (call) => isSafe(call) || (call.tool !== undefined && catalog.isIdempotent(call.tool) === true),
      annotations: (tool) => catalog.annotations(tool),
      partition,
    },
  };
}
