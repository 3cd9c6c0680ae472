import type { EndpointCall, HealthChecker, Lease, Registry, WorkerLink } from '@callsheet/discovery';
import { CallError, CLOSE_CODES, type Json, type JsonObject, type ToolLog, type WireLimits } from '@callsheet/protocol';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import type { FrameLimits } from '../../doors/websocket.ts';
import { ConnectionKeeper, type KeptState } from '../dial/connection-keeper.ts';
import type { NoveltyBudget } from '../novelty-budget.ts';
import type { RequestIds } from '../request-ids.ts';
import { boundSchemas } from '../schema-bounds.ts';
import type { Dialect, News, Offer } from './dialect.ts';
import { Pulse } from './pulse.ts';
import { RpcConnection } from './rpc-connection.ts';

/** What all upstreams of a gateway have in common. */
export interface UpstreamHouse {
  readonly registry: Pick<Registry, 'register'>;
  readonly health: Pick<HealthChecker, 'add'>;
  /** Whether this house serves a tool of this name at all. */
  readonly mayServe: (tool: string) => boolean;
  /** Compiles what a tool brings. @throws CallError INVALID_PARAMS for a schema that is none */
  readonly checkTools: (tools: readonly JsonObject[]) => void;
  /** What is new costs its upstream; nobody pays when absent. */
  readonly budget?: Pick<NoveltyBudget, 'spend'> | undefined;
  readonly ids: RequestIds;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: ToolLog;
  readonly limits: WireLimits;
  readonly frames: FrameLimits;
  readonly mostHeldBytes: number;
  readonly connectTimeoutMs: number;
  /** Silence after which the connection is given up. */
  readonly deadAfterMs: number;
}

export interface UpstreamFacts {
  readonly name: string;
  readonly url: string;
  readonly slots: number;
  readonly tags: readonly string[];
  readonly zone: string | undefined;
  readonly weight: number;
  /** Random, 16 to 64 of A-Z a-z 0-9 _ -. */
  readonly instanceId: string;
  readonly dialect: Dialect;
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
}

/** How one upstream is doing. */
export interface UpstreamReport {
  readonly name: string;
  readonly url: string;
  readonly state: KeptState;
  readonly reason?: string;
  /** Its name among the workers, while it is one. */
  readonly workerId?: string;
  readonly tools: number;
}

/** Between two lists of its tools, however often it says that they changed. */
const LIST_PAUSE_MS = 1_000;

/**
 * Another server as one worker of this gateway: connected for as long as the gateway runs, registered for as long as it is
 * connected. Calls in flight when the connection is lost are lost with it.
 */
export class Upstream implements WorkerLink {
  readonly #facts: UpstreamFacts;
  readonly #house: UpstreamHouse;
  readonly #keeper: ConnectionKeeper;
  #rpc: RpcConnection | undefined;
  #lease: Lease | undefined;
  #epoch = 0;
  #tools = 0;
  #draining = false;
  #listing: 'no' | 'under way' | 'again' = 'no';
  #cancelListing: () => void = () => undefined;

  constructor(facts: UpstreamFacts, house: UpstreamHouse) {
    const { name, url, dialect, headers } = facts;
    const { clock, random, log, frames, connectTimeoutMs } = house;
    this.#facts = facts;
    this.#house = house;
    this.#keeper = new ConnectionKeeper({
      ...{ url, headers, clock, random, log, connectTimeoutMs },
      who: `the upstream "${name}"`,
      protocols: dialect.protocols,
      limits: frames,
      onOpen: (socket) => this.#connected(socket),
    });
  }

  start(): void {
    this.#keeper.start();
  }

  /** Ends it for good; calls in flight are given up. */
  close(): void {
    this.#lease?.release('the gateway goes down');
    this.#lease = undefined;
    this.#rpc?.end('this gateway goes down');
    this.#keeper.stop(CLOSE_CODES.NORMAL.code, 'done');
  }

  async call(call: EndpointCall): Promise<Json> {
    const rpc = this.#rpc;
    if (rpc !== undefined) return this.#facts.dialect.call(rpc, call);
    throw new CallError('UPSTREAM_ERROR', `Cannot ask "${this.#facts.name}": it is not connected`, {
      retryable: true,
      maybeExecuted: false,
    });
  }

  report(): UpstreamReport {
    const { name, url } = this.#facts;
    const { state, reason } = this.#keeper;
    const workerId = this.#lease?.workerId;
    return {
      ...{ name, url, state, tools: this.#tools },
      ...(reason !== undefined && { reason }),
      ...(workerId !== undefined && { workerId }),
    };
  }

  #connected(socket: WebSocket): void {
    const { ids, limits, mostHeldBytes, clock, random, deadAfterMs, connectTimeoutMs } = this.#house;
    const rpc = new RpcConnection({
      ...{ socket, ids, limits, mostHeldBytes },
      mostInFlight: this.#facts.slots + SPARE,
      onNotification: (method, params) => this.#news(rpc, this.#facts.dialect.heard(method, params)),
      onNonsense: (reason) => this.#keeper.giveUp(reason),
    });
    const pulse = new Pulse(socket, {
      ...{ clock, random, deadAfterMs },
      heartbeatMs: () => this.#lease?.heartbeatMs ?? deadAfterMs / 3,
      onHeard: () => this.#lease?.heard(),
      onSilent: (silentMs) => this.#keeper.giveUp(`it was silent for ${Math.round(silentMs)} ms`),
    });
    const cancelOpening = clock.after(connectTimeoutMs, () =>
      this.#keeper.giveUp(`it did not say within ${connectTimeoutMs} ms what it offers`),
    );
    this.#rpc = rpc;
    this.#draining = false;
    socket.on('message', (data, isBinary) => {
      if (isBinary) rpc.refuseBinary();
      else rpc.receive(textOf(data));
    });
    socket.once('close', (code) => {
      cancelOpening();
      pulse.stop();
      this.#lost(rpc, code);
    });
    this.#open(rpc, cancelOpening).catch((error: unknown) => {
      if (this.#rpc === rpc) this.#keeper.giveUp(error instanceof Error ? error.message : String(error));
    });
  }

  async #open(rpc: RpcConnection, cancelTimer: () => void): Promise<void> {
    const offer = await this.#facts.dialect.open(rpc);
    cancelTimer();
    if (this.#rpc === rpc) this.#register(rpc, offer);
  }

  #lost(rpc: RpcConnection, code: number): void {
    if (this.#rpc !== rpc) return;
    this.#rpc = undefined;
    this.#cancelListing();
    this.#listing = 'no';
    // Whoever said goodbye comes back as somebody new; whoever was cut off may come back within the grace.
    if (this.#draining) this.#lease?.release('it went down');
    else this.#lease?.disconnected();
    this.#lease = undefined;
    this.#tools = 0;
    rpc.end(`it closed with ${code}`);
  }

  /** @throws CallError as the registry */
  #register(rpc: RpcConnection, offer: Offer): void {
    const { budget } = this.#house;
    if (budget === undefined) this.#take(rpc, offer);
    else budget.spend(this.#owner, () => this.#take(rpc, offer));
  }

  get #owner(): string {
    return `upstream:${this.#facts.name}`;
  }

  #take(rpc: RpcConnection, { version, slots, tools }: Offer): void {
    const { registry, health, log } = this.#house;
    const { name, tags, zone, weight, instanceId, dialect } = this.#facts;
    const rows = tools.filter((row) => this.#isServable(row));
    this.#tools = rows.length;
    if (rows.length === 0) {
      this.#lease?.release('it offers no tools here');
      this.#lease = undefined;
      log.warn({ upstream: name, offered: tools.length }, 'an upstream offers no tools here');
      return;
    }
    this.#epoch += 1;
    const facts = {
      ...{ instanceId, epoch: this.#epoch, name, version, tags, weight },
      slots: Math.min(this.#facts.slots, slots ?? this.#facts.slots),
      ...(zone !== undefined && { zone }),
    };
    const lease = registry.register(facts, rows, this, { owner: this.#owner });
    this.#lease = lease;
    lease.renew();
    const { probe } = dialect;
    if (probe !== undefined) health.add(lease, () => probe(rpc));
  }

  #isServable(row: JsonObject): boolean {
    const { mayServe, checkTools, log } = this.#house;
    const { name } = row;
    if (typeof name !== 'string' || !mayServe(name)) return false;
    try {
      boundSchemas([row]);
      checkTools([row]);
      return true;
    } catch (error) {
      const { message } = CallError.from(error);
      log.warn({ upstream: this.#facts.name, tool: name, reason: message }, 'a tool of an upstream cannot be offered');
      return false;
    }
  }

  #news(rpc: RpcConnection, news: News | undefined): void {
    if (this.#rpc !== rpc || news === undefined) return;
    if (news === 'tools changed') this.#listSoon(rpc);
    else {
      this.#draining = true;
      this.#lease?.drain();
    }
  }

  #listSoon(rpc: RpcConnection): void {
    if (this.#listing !== 'no') {
      this.#listing = 'again';
      return;
    }
    this.#listing = 'under way';
    const { clock, log } = this.#house;
    const next = (): void => {
      const again = this.#listing === 'again';
      this.#listing = 'no';
      if (again) this.#listSoon(rpc);
    };
    this.#cancelListing = clock.after(LIST_PAUSE_MS, () => {
      this.#listing = 'under way';
      this.#relist(rpc)
        .catch((error: unknown) => {
          if (this.#rpc !== rpc) return;
          // What it offered before is still what it offers.
          log.warn({ upstream: this.#facts.name, reason: String(error) }, 'cannot take the new tools of an upstream');
        })
        .finally(() => {
          if (this.#rpc === rpc) next();
        });
    });
  }

  async #relist(rpc: RpcConnection): Promise<void> {
    const offer = await this.#facts.dialect.list?.(rpc);
    if (offer !== undefined && this.#rpc === rpc && !this.#draining) this.#register(rpc, offer);
  }
}

/** Requests that are no calls: pings, lists, looks at jobs. */
const SPARE = 16;

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data as ArrayBuffer).toString('utf8');
}
