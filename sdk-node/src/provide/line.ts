import {
  CallError,
  failureText,
  isJsonObject,
  type RequestMessage,
  successText,
  type ToolLog,
} from '@callsheet/protocol';
import { ConnectionError, type RpcClientError, type Session } from '@callsheet/sdk-core';
import {
  type ClientEvents,
  type Connection,
  type ConnectionSettings,
  Emitter,
  errorFromWire,
  keepConnection,
  type Message,
  type Timer,
} from '@callsheet/sdk-core/platform';
import { Asks, unreadable } from './asks.ts';
import type { Carrier } from './carrier.ts';
import type { Desk } from './desk.ts';
import { Enrolment, refusedPause } from './enrolment.ts';
import type { GatewayState, ProviderEvents, ProviderGateway } from './events.ts';
import type { Registrations } from './registration.ts';

/** How one gateway is reached. */
export interface LineSettings extends ConnectionSettings {
  readonly url: string;
}

/** What a line needs of the worker it belongs to. */
export interface LineParts {
  /** How it is dialled; without `reconnect` it was dialled by the gateway, and is over when the socket is. */
  readonly settings: LineSettings;
  /** Where the gateway serves HTTP, from what it told about itself. */
  readonly originOf: (gateways: readonly string[]) => string | undefined;
  readonly desk: Desk;
  readonly registrations: Registrations;
  readonly events: Emitter<ProviderEvents>;
  readonly log: ToolLog;
  readonly inFlight: () => number;
  /** Registered on another line under the same key: both lead to one gateway, and this one took over. */
  readonly registered: (line: Line) => void;
  /** A session was opened: these are the gateways of its house, itself first. */
  readonly told: (line: Line, gateways: readonly string[]) => void;
  /** Its state is another one. */
  readonly changed: (line: Line) => void;
}

/** One gateway: keeps a connection to it alive and the worker registered on it. */
export class Line {
  readonly #parts: LineParts;
  readonly #asks: Asks;
  #connection: Connection;
  #enrolment: Enrolment | undefined;
  /** The newest registered connection that was lost and not replaced yet. */
  #before: Carrier | undefined;
  #state: GatewayState = 'connecting';
  #workerId: string | undefined;
  #epoch: number | undefined;
  #refusal: RpcClientError | undefined;
  #pause: Timer | undefined;
  #draining = false;

  constructor(parts: LineParts) {
    this.#parts = parts;
    this.#asks = new Asks(parts.settings.clock, (text) => this.#connection.send(text));
    this.#connection = this.#newConnection();
  }

  get url(): string {
    return this.#parts.settings.url;
  }

  get state(): GatewayState {
    return this.#state;
  }

  /** Why the gateway does not take the worker; undefined while nobody knows that it does not. */
  get refusal(): RpcClientError | undefined {
    return this.#refusal;
  }

  /** Of the registration; undefined while there is none. */
  get workKey(): string | undefined {
    return this.#enrolment?.carrier?.workKey;
  }

  /** True when no call can come here any more, or now. */
  get quiet(): boolean {
    return this.#enrolment?.carrier === undefined || this.#enrolment.closed !== undefined;
  }

  /** False when the gateway dialled us. */
  get dialled(): boolean {
    return this.#parts.settings.reconnect !== false;
  }

  /** True while a session is open, registered or not. */
  get connected(): boolean {
    return this.#enrolment !== undefined;
  }

  get view(): ProviderGateway {
    return { url: this.url, state: this.#state, workerId: this.#workerId, epoch: this.#epoch };
  }

  start(): void {
    this.#connection.wake();
  }

  /** Takes no new calls as soon as the gateway agrees. */
  drain(): void {
    this.#draining = true;
    if (this.#state === 'registered') this.#become('draining');
    this.#enrolment?.drain();
  }

  /** Resolves when everything that was sent has arrived, or when nobody can know. */
  confirm(): Promise<void> {
    return this.#enrolment?.confirm() ?? Promise.resolve();
  }

  /** Ends it with 1000: a goodbye. Resolves when the socket is gone. */
  close(): Promise<void> {
    this.#state = 'closed';
    this.#pause?.cancel();
    return this.#connection.close(1000, 'goodbye', new ConnectionError('CLOSED', 'The provider was closed'));
  }

  #newConnection(): Connection {
    const events = new Emitter<ClientEvents>();
    const { log, settings } = this.#parts;
    events.on('reconnecting', ({ attempt, cause }) => {
      // Once an outage; how long it lasts is nobody's news.
      const say = attempt === 1 ? log.warn : log.debug;
      say({ url: settings.url, attempt, fault: cause.message }, 'no connection to the gateway; trying again');
    });
    return keepConnection(settings, events, {
      online: (session) => this.#online(session),
      message: (message) => this.#take(message),
      offline: (cause) => this.#offline(cause),
      over: (cause) => this.#over(cause),
    });
  }

  #online(session: Session): void {
    const { desk, registrations, settings, originOf, inFlight, told } = this.#parts;
    told(this, session.gateways);
    if (this.#state === 'closed') return;
    this.#asks.begin(session.maxPayloadBytes);
    this.#enrolment = new Enrolment({
      session,
      asks: this.#asks,
      send: (text) => this.#connection.send(text),
      origin: originOf(session.gateways),
      desk,
      registrations,
      clock: settings.clock,
      random: settings.random,
      inFlight,
      draining: () => this.#draining,
      registered: ({ workerId, epoch, wanted }, carrier) => {
        this.#workerId = workerId;
        this.#epoch = epoch;
        this.#refusal = undefined;
        const before = this.#before;
        this.#before = undefined;
        desk.welcome(carrier, before, new Set(wanted));
        this.#parts.registered(this);
        this.#become(this.#draining ? 'draining' : 'registered');
        this.#parts.events.emit('registered', { url: this.url, workerId, epoch });
      },
      refused: (error, retryInMs) => this.#refused(errorFromWire(error.toWire()), retryInMs),
      leave: (reason) => this.#connection.renew(reason),
      drained: () => this.#parts.changed(this),
    });
    this.#enrolment.begin();
  }

  #take(message: Message): void {
    if (message.kind === 'request') this.#serve(message);
    else if (message.kind === 'invalid' && typeof message.id === 'string') this.#refuse(message.id, unreadable());
    else if (message.kind !== 'notification') this.#asks.take(message);
    else if (message.method === 'notifications/cancelled' && isJsonObject(message.params)) {
      const { requestId, reason } = message.params;
      if (typeof requestId !== 'string') return;
      this.#parts.desk.cancel(requestId, typeof reason === 'string' ? reason : undefined);
    }
  }

  #serve(request: RequestMessage): void {
    const { id, method } = request;
    const carrier = this.#enrolment?.carrier;
    if (method === 'tools/call' && carrier !== undefined) {
      this.#parts.desk.take(request, carrier, this.#enrolment?.closed);
    } else if (method === 'ping') {
      this.#connection.send(successText(id, {}));
    } else {
      const known = method === 'tools/call';
      const error = known
        ? new CallError('UNAVAILABLE', 'This worker is not registered here yet')
        : new CallError('METHOD_NOT_FOUND', `A worker serves no method "${method}"`);
      this.#connection.send(failureText(id, error.toWire()));
    }
  }

  /** What the worker asks has numbers for ids, so this was meant as a call; one in flight under its id is not touched. */
  #refuse(id: string, error: CallError): void {
    if (!this.#parts.desk.has(id)) this.#connection.send(failureText(id, error.toWire()));
  }

  #offline(cause: RpcClientError): number {
    const carrier = this.#leaveSession();
    if (carrier !== undefined) {
      this.#become('lost');
      this.#parts.events.emit('lost', { url: this.url, cause });
    }
    return 0;
  }

  /** Calls learn first that they have no connection, then those who asked something on it. */
  #leaveSession(): Carrier | undefined {
    const { carrier, terms } = this.#enrolment ?? {};
    this.#enrolment?.end();
    this.#enrolment = undefined;
    if (carrier !== undefined && terms !== undefined) {
      this.#before = carrier;
      this.#parts.desk.lost(carrier, terms);
    }
    this.#asks.lost();
    return carrier;
  }

  #over(cause: RpcClientError): number {
    const carrier = this.#leaveSession();
    if (this.#state === 'closed') return 0;
    if (carrier !== undefined) this.#parts.events.emit('lost', { url: this.url, cause });
    const { settings } = this.#parts;
    // CLOSED: another connection of ours reached the same gateway by another address, and took over.
    if (settings.reconnect === false || cause.code === 'CLOSED') {
      this.#become('closed');
      return 0;
    }
    const retryInMs = refusedPause(settings.random);
    this.#pause = settings.clock.after(retryInMs, () => {
      this.#connection = this.#newConnection();
      this.#connection.wake();
    });
    this.#refused(cause, retryInMs);
    return 0;
  }

  #refused(cause: RpcClientError, retryInMs: number): void {
    this.#refusal = cause;
    this.#parts.log.error({ url: this.url, fault: cause.message, retryInMs }, 'the gateway does not take this worker');
    this.#become('refused');
    this.#parts.events.emit('refused', { url: this.url, cause, retryInMs });
  }

  #become(state: GatewayState): void {
    this.#state = state;
    this.#parts.changed(this);
  }
}
