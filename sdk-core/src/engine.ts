import type { JsonObject, Params } from '@callsheet/protocol';
import { Caller } from './caller.ts';
import type { Channel } from './channel.ts';
import type { ClientEvents } from './client-events.ts';
import { Emitter } from './emitter.ts';
import { ConnectionError, type RpcClientError } from './errors.ts';
import { deliver } from './inbox.ts';
import type { CallSink, Cancel, Invocation } from './invocation.ts';
import { Pool } from './pool.ts';
import type { Settings } from './settings.ts';
import { notificationText } from './write-message.ts';

/** What a client may add to the engine: it works without, and knows less. */
export interface EngineParts {
  /** Whether running a tool twice does no harm; undefined while nobody knows. */
  isIdempotent?(tool: string): boolean | undefined;
  /** Finds out. */
  loadCatalog?(): Promise<unknown>;
  /** Parameters of `events/event`. */
  event?(params: JsonObject): void;
  /** Events come on another session from now on, or on none. */
  moved?(): void;
  /** The session that events come on is open. */
  home?(): void;
  over?(cause: RpcClientError): void;
}

/** Connections and calls, introduced to each other. */
export class Engine {
  readonly settings: Settings;
  readonly events = new Emitter<ClientEvents>();
  readonly caller: Caller;
  readonly pool: Pool;
  /** Filled in by the client before its first call. */
  parts: EngineParts = {};
  #slow = false;

  constructor(settings: Settings) {
    this.settings = settings;
    this.caller = new Caller(settings, {
      pick: (call) => this.pool.pick(call),
      wanted: () => this.#wanted(),
      isOnline: () => this.pool.isOnline,
      isCongested: () => this.pool.isCongested,
      isIdempotent: (tool) => (this.parts.isIdempotent === undefined ? false : this.parts.isIdempotent(tool)),
      loadCatalog: async () => this.parts.loadCatalog?.(),
    });
    this.pool = new Pool(settings, this.events, {
      message: (member, message) =>
        deliver(message, {
          calls: member,
          events: this.events,
          event: (params) => this.parts.event?.(params),
          send: (text) => void member.connection.send(text),
        }),
      room: () => {
        this.#slow &&= this.pool.isCongested;
        this.caller.pump();
      },
      lost: (calls, cause) => this.caller.lost(calls, cause),
      rehome: (member) => {
        this.caller.again(
          member.take((call) => this.caller.survives(call) && !call.undecided && call.boundTo === undefined),
        );
        this.caller.pump();
      },
      moved: () => this.parts.moved?.(),
      home: () => this.parts.home?.(),
      over: (cause) => {
        this.caller.over(cause);
        this.parts.over?.(cause);
      },
    });
  }

  /** Closes with the signal, and listens to what the platform goes through for as long as it lives. */
  live(signal: AbortSignal | undefined): void {
    const close = (): void => void this.close(1000, '');
    const off = this.settings.life?.listen({ wake: () => this.pool.probe(), sleep: () => this.pool.rest() });
    this.events.on('state', ({ to }) => {
      if (to !== 'closed') return;
      off?.();
      signal?.removeEventListener('abort', close);
    });
    if (signal?.aborted) close();
    else signal?.addEventListener('abort', close);
  }

  close(code: number, reason: string): Promise<void> {
    const cause = new ConnectionError('CLOSED', 'Cannot start a call: the client was closed; make a new client');
    return this.pool.close(code, reason, cause);
  }

  /** Bytes that wait here and in the sockets. */
  get unsentBytes(): number {
    let bytes = this.caller.waiting.bytes;
    for (const { bufferedBytes } of this.pool.infos) bytes += bufferedBytes;
    return bytes;
  }

  /** Begins a call; with `only` on that connection or not at all. */
  start(call: Invocation, sink: CallSink, only?: Channel): Cancel {
    return this.caller.start(call, sink, only);
  }

  notify(method: string, params: Params | undefined): void {
    const { state, homeOnline } = this.pool;
    if (homeOnline === undefined) {
      const sentence = `Cannot send "${method}": the client is ${state}; await connect() first`;
      throw new ConnectionError('CONNECTION_LOST', sentence, { retryable: state !== 'closed' });
    }
    homeOnline.connection.send(notificationText(method, params));
  }

  #wanted(): void {
    this.pool.wanted();
    if (this.#slow || !this.pool.isCongested) return;
    this.#slow = true;
    this.events.emit('slow', { bufferedBytes: this.unsentBytes });
  }
}
