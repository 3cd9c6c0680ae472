import { Channel, type ChannelKeeper } from './channel.ts';
import type { ClientEvents } from './client-events.ts';
import type { Timer } from './clock.ts';
import type { ConnectionState } from './connection-state.ts';
import type { Emitter } from './emitter.ts';
import { ConnectionError, type RpcClientError } from './errors.ts';
import type { PendingCall } from './pending-call.ts';
import { type Choose, type ConnectionInfo, chooser } from './pool-strategies.ts';
import type { Message } from './read-frame.ts';
import type { Session } from './session.ts';
import type { Settings } from './settings.ts';

/** What the pool tells the rest of the engine. */
export interface PoolKeeper {
  message(member: Channel, message: Message): void;
  /** There may be room for calls that wait. */
  room(): void;
  lost(calls: readonly PendingCall[], cause: RpcClientError | undefined): void;
  /** This member stays away: its calls may as well go out on others. */
  rehome(member: Channel): void;
  /** Events come on another session now, or on none. */
  moved(): void;
  /** The session that events come on is open. */
  home(): void;
  /** No member is left, and none can be dialled. */
  over(cause: RpcClientError): void;
}

/** So long a place stays empty whose connection cannot be made while others can. Milliseconds. */
const REFUSED_MS = 30_000;

/** The connections of one client: one of them, or several that calls are spread over, opened as the load asks for them. */
export class Pool implements ChannelKeeper {
  readonly #settings: Settings;
  readonly #events: Emitter<ClientEvents>;
  readonly #keeper: PoolKeeper;
  readonly #choose: Choose;
  #members: Channel[] = [];
  #made = 0;
  #refusedUntil = 0;
  #state: ConnectionState = 'idle';
  #draining = false;
  #over: RpcClientError | undefined;
  #idle: Timer | undefined;
  /** The one that events come on. */
  #home: Channel | undefined;

  constructor(settings: Settings, events: Emitter<ClientEvents>, keeper: PoolKeeper) {
    this.#settings = settings;
    this.#events = events;
    this.#keeper = keeper;
    this.#choose = chooser(settings.pool.strategy, settings.random);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The member that events come on, while its session is open. */
  get homeOnline(): Channel | undefined {
    return this.#home?.session === undefined ? undefined : this.#home;
  }

  get infos(): ConnectionInfo[] {
    return this.#members.map(({ info }) => info);
  }

  /** A session of one of them, the one of the events first. */
  get session(): Session | undefined {
    return (this.homeOnline ?? this.#members.find(({ session }) => session !== undefined))?.session;
  }

  get isOnline(): boolean {
    return this.#members.some(({ open }) => open);
  }

  get isCongested(): boolean {
    return this.#members.some(({ congested }) => congested);
  }

  pick(call: PendingCall): Channel | undefined {
    const { only, boundTo } = call;
    const [first] = this.#members;
    if (only !== undefined || (this.#members.length === 1 && boundTo === undefined)) {
      const one = only ?? first;
      return one?.hasRoom ? one : undefined;
    }
    const able = this.#members.filter(
      (member) => member.hasRoom && (boundTo === undefined || member.connection.url === boundTo),
    );
    if (able.length < 2) return able[0];
    const { method, tool, options } = call.call;
    return this.#choose(able, { method, key: options.route?.affinity ?? tool ?? method });
  }

  /** Calls wait: dials the first, or one more where all that are open have their hands full. */
  wanted(): void {
    const { clock, pool } = this.#settings;
    if (this.#over !== undefined || this.#members.length >= pool.size || clock.now() < this.#refusedUntil) return;
    const dialling = this.#members.some((member) => !member.session && member.connection.state === 'connecting');
    if (this.#made < pool.eager || (!dialling && this.isOnline)) this.#grow();
  }

  /** A session; rejects when the dials that are under way fail. */
  async connect(): Promise<Session> {
    if (this.#over !== undefined) throw this.#over;
    if (this.#members.length === 0) this.wanted();
    try {
      return await Promise.any(this.#members.map(({ connection }) => connection.ready()));
    } catch (error) {
      throw error instanceof AggregateError ? error.errors[0] : error;
    }
  }

  /** Finds out now whether the connections still stand. */
  probe(): void {
    for (const { connection } of this.#members) connection.probe();
  }

  /** Lets go of all sockets until somebody probes. */
  rest(): void {
    for (const { connection } of this.#members) connection.rest();
  }

  drain(): void {
    this.#draining = true;
    this.#update();
  }

  async close(code: number, reason: string, cause: RpcClientError): Promise<void> {
    const members = this.#members;
    this.#end(cause);
    if (members.length === 0) this.#update();
    await Promise.all(members.map(({ connection }) => connection.close(code, reason, cause)));
  }

  online(member: Channel): void {
    this.#home ??= member;
    if (this.#home === member) {
      if (member.session?.resumed === false) this.#keeper.moved();
      this.#keeper.home();
    }
    this.#keeper.room();
  }

  message(member: Channel, message: Message): void {
    this.#keeper.message(member, message);
  }

  room(): void {
    this.#keeper.room();
  }

  offline(member: Channel, resumable: boolean): void {
    if (!resumable) this.#leaveHome(member);
    // What waits has to know that it grows old from now on.
    this.#keeper.room();
  }

  failed(member: Channel): void {
    if (!this.isOnline) return;
    this.#leaveHome(member);
    this.#keeper.rehome(member);
  }

  lost(calls: readonly PendingCall[], cause: RpcClientError | undefined): void {
    this.#keeper.lost(calls, cause);
  }

  over(member: Channel, cause: RpcClientError): void {
    this.#members = this.#members.filter((other) => other !== member);
    if (this.#over === undefined && this.#members.length > 0) {
      this.#refusedUntil = this.#settings.clock.now() + REFUSED_MS;
      this.#leaveHome(member);
    } else this.#end(cause);
  }

  #grow(): void {
    const { pool, clock } = this.#settings;
    const turn = this.#made++;
    const id = `c${turn + 1}`;
    const emit = <E extends keyof ClientEvents>(event: E, value: ClientEvents[E]): void => {
      if (event === 'state') this.#update();
      else this.#events.emit(event, event === 'error' ? value : { ...value, connection: id });
    };
    const member = new Channel(id, turn, this.#settings, { emit }, this);
    this.#members.push(member);
    member.connection.wake();
    if (this.#made < pool.eager) this.wanted();
    if (this.#members.length > 1) this.#idle ??= clock.after(pool.idleMs, () => this.#shrink());
  }

  /** Closes what was not needed for a while. */
  #shrink(): void {
    const { pool, clock } = this.#settings;
    const since = clock.now() - pool.idleMs;
    this.#idle = undefined;
    for (const member of this.#members) {
      const { connection, inFlight, idleSince, open } = member;
      if (member === this.#home || !open || inFlight > 0 || idleSince > since) continue;
      this.#members = this.#members.filter((other) => other !== member);
      void connection.close(1000, 'not needed', new ConnectionError('CLOSED', 'The connection was not needed'));
    }
    if (this.#members.length > 1) this.#idle = clock.after(pool.idleMs, () => this.#shrink());
  }

  /** Another member takes over the events. */
  #leaveHome(member: Channel): void {
    if (this.#home !== member) return;
    this.#home = this.#members.find((other) => other !== member && other.open);
    this.#keeper.moved();
    if (this.#home !== undefined) this.#keeper.home();
  }

  #end(cause: RpcClientError): void {
    if (this.#over !== undefined) return;
    this.#over = cause;
    this.#idle?.cancel();
    this.#keeper.over(cause);
  }

  #update(): void {
    const from = this.#state;
    const states = this.#members.map(({ connection }) => connection.state);
    const to = this.#stateOf(states);
    if (from === to) return;
    this.#state = to;
    this.#events.emit('state', { from, to });
  }

  #stateOf(states: readonly ConnectionState[]): ConnectionState {
    if (this.#over !== undefined) return 'closed';
    if (this.#draining) return 'draining';
    if (states.includes('ready')) return 'ready';
    if (states.includes('reconnecting')) return 'reconnecting';
    return states.includes('connecting') ? 'connecting' : this.#state;
  }
}
