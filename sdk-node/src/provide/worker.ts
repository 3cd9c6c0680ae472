import { CallError, type ToolLog } from '@callsheet/protocol';
import { ConnectionError, type RpcClientError, TimeoutError } from '@callsheet/sdk-core';
import {
  abortSignal,
  CONNECTION_RULES,
  checkOptions,
  Emitter,
  milliseconds,
  readClientOptions,
} from '@callsheet/sdk-core/platform';
import type { WebSocket } from 'ws';
import { authorizer } from '../authorization.ts';
import { acceptedTransport } from '../ws-transport.ts';
import { WorkContext } from './context.ts';
import type { ProviderEvents, ProviderGateway } from './events.ts';
import { ExchangeWatch } from './exchange-watch.ts';
import { Gateways } from './gateways.ts';
import type { LineSettings } from './line.ts';
import { Listener, WORKER_PATH } from './listener.ts';
import { quietLog } from './log.ts';
import type { ProvidePlatform } from './platform.ts';
import type { Provider } from './provider.ts';
import type { ProvideSettings } from './read-options.ts';
import { readStrictly } from './read-strictly.ts';
import { Registrations } from './registration.ts';
import { onSignals } from './signals.ts';
import { Slots } from './slots.ts';

/** Silence after which a gateway is asked whether it is there; its answers to heartbeats usually come first. */
const KEEPALIVE_MS = 15_000;
/** What is aborted by a drain may still say how it ended. */
const ABORTED_MS = 1_000;

/** The provider, put together. */
export class Worker implements Provider {
  readonly #settings: ProvideSettings;
  readonly #platform: ProvidePlatform;
  readonly #log: ToolLog;
  readonly #events = new Emitter<ProviderEvents>();
  readonly #slots: Slots;
  readonly #gateways: Gateways;
  readonly #watch: ExchangeWatch;
  /** Looked at whenever something changed. */
  readonly #waiting = new Set<() => void>();
  #listener: Listener | undefined;
  #forgetSignals: (() => void) | undefined;
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(settings: ProvideSettings, platform: ProvidePlatform) {
    this.#settings = settings;
    this.#platform = platform;
    const { clock, now, fetch, scratchRoot, hexId } = platform;
    const { tools, facts, auth, followGateways } = settings;
    this.#log = settings.log ?? quietLog(platform.stderr, now);
    this.#slots = new Slots(facts.slots);
    const log = this.#log;
    this.#watch = new ExchangeWatch({ now: () => clock.now(), hexId });
    const assets = { fetch, authorize: authorizer(auth, now), signsBodies: auth.type === 'hmac' };
    this.#gateways = new Gateways({
      desk: {
        tools,
        slots: this.#slots,
        clock,
        log,
        watch: this.#watch,
        host: (work) => new WorkContext(work, { clock, now, log, scratchRoot, assets }),
        progressed: () => this.#look(),
      },
      registrations: new Registrations(platform.instanceId(), facts, tools),
      events: this.#events,
      log,
      follow: followGateways,
      dialling: (url) => this.#dialling(url),
      changed: () => this.#look(),
    });
  }

  get inFlight(): number {
    return this.#slots.taken;
  }

  get gateways(): readonly ProviderGateway[] {
    return this.#gateways.lines.map(({ view }) => view);
  }

  get address(): Provider['address'] {
    return this.#listener?.address;
  }

  /** Resolves when calls may come. Having failed, it leaves nothing behind. @throws RpcClientError */
  async start(): Promise<void> {
    const { signals, signal, listen, urls } = this.#settings;
    if (signals) {
      this.#forgetSignals = onSignals(
        this.#platform.signals,
        () => void this.drain(),
        () => void this.close(),
      );
    }
    signal?.addEventListener('abort', this.#onAbort);
    this.#watch.start();
    try {
      if (listen !== undefined) await this.#listen(listen);
      else {
        for (const url of urls) this.#gateways.dial(url);
        await this.#firstRegistration();
      }
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  on<E extends keyof ProviderEvents>(
    event: E,
    listener: (event: ProviderEvents[E]) => void,
    options: { readonly signal?: AbortSignal } = {},
  ): () => void {
    checkOptions(`listen to "${event}"`, options, { signal: abortSignal });
    return this.#events.on(event, listener, options.signal);
  }

  drain(ms: number = this.#settings.drainMs): Promise<void> {
    checkOptions('drain', { ms }, { ms: milliseconds(0) });
    this.#draining ??= this.#drain(ms);
    return this.#draining;
  }

  close(): Promise<void> {
    // A turn later, so that whoever closes again in the midst of it finds that it is being closed.
    this.#closing ??= Promise.resolve().then(() => this.#close());
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  readonly #onAbort = (): void => {
    void this.close();
  };

  async #listen(listen: NonNullable<ProvideSettings['listen']>): Promise<void> {
    const desk = this.#gateways.house();
    const listener = await Listener.open(listen, {
      open: () => this.#draining === undefined && this.#closing === undefined,
      accepted: (socket, peer) => this.#gateways.accept(this.#accepted(socket, peer), desk),
    }).catch((cause: unknown) => {
      const sentence = `Cannot listen on ${listen.host}:${listen.port}: ${String(cause)}`;
      throw new ConnectionError('CONNECT_FAILED', sentence, { cause });
    });
    this.#listener = listener;
    // Closed meanwhile, by a signal or by whoever asked for it.
    if (this.#closing !== undefined) await listener.close();
  }

  async #firstRegistration(): Promise<void> {
    const { connectTimeoutMs = Infinity } = this.#settings;
    const named = this.#gateways.lines;
    const some = (): boolean => this.#gateways.lines.some(({ state }) => state === 'registered');
    const none = (): boolean => named.every(({ refusal }) => refusal !== undefined);
    const inTime = await this.#until(() => some() || none(), connectTimeoutMs);
    if (some()) return;
    if (this.#closing !== undefined) {
      throw new ConnectionError('CLOSED', 'The provider was closed before a gateway took it in');
    }
    const refusal: RpcClientError | undefined = named[0]?.refusal;
    if (inTime && refusal !== undefined) throw refusal;
    throw new TimeoutError('connect', `No gateway took the worker in within ${connectTimeoutMs} ms`, {
      retryable: true,
    });
  }

  async #drain(ms: number): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    this.#events.emit('draining', { inFlight: this.inFlight });
    this.#gateways.drain();
    const finished = (): boolean => this.#slots.taken === 0 && this.#gateways.idle;
    await this.#until(() => finished() && this.#gateways.lines.every(({ quiet }) => quiet), ms);
    if (!finished() && this.#closing === undefined) {
      this.#log.warn({ inFlight: this.inFlight }, 'the drain takes too long; what still runs is aborted');
      this.#gateways.abort(new CallError('DRAINING', 'The worker went down before the call was done', MAYBE));
      await this.#until(finished, ABORTED_MS);
    }
    await Promise.all(this.#gateways.lines.map((line) => line.confirm()));
    return this.close();
  }

  async #close(): Promise<void> {
    this.#forgetSignals?.();
    this.#settings.signal?.removeEventListener('abort', this.#onAbort);
    this.#look();
    this.#watch.stop();
    await Promise.all([this.#gateways.close(), this.#listener?.close()]);
    this.#events.emit('closed', {});
  }

  /** True when it came to be so in time; false when the time was up, or everything was closed. */
  #until(check: () => boolean, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (came: boolean): void => {
        timer?.cancel();
        this.#waiting.delete(look);
        resolve(came);
      };
      const look = (): void => {
        if (this.#closing !== undefined) finish(false);
        else if (check()) finish(true);
      };
      const timer = ms === Infinity ? undefined : this.#platform.clock.after(ms, () => finish(false));
      this.#waiting.add(look);
      look();
    });
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }

  #dialling(url: string): LineSettings {
    const { auth, facts, reconnect } = this.#settings;
    const settings = readClientOptions(
      // A worker comes back by registering again.
      { url, auth, name: facts.name, reconnect, resume: false, keepalive: { intervalMs: KEEPALIVE_MS } },
      this.#platform,
      CONNECTION_RULES,
    );
    return { ...settings, url, read: readStrictly };
  }

  #accepted(socket: WebSocket, peer: string): LineSettings {
    const url = `ws://${peer}${WORKER_PATH}`;
    const { name } = this.#settings.facts;
    const settings = readClientOptions(
      { url, name, reconnect: false, keepalive: { intervalMs: KEEPALIVE_MS } },
      { ...this.#platform, transport: acceptedTransport(socket) },
      CONNECTION_RULES,
    );
    return { ...settings, url, read: readStrictly };
  }
}

/** What was aborted may have had its effect. */
const MAYBE = { maybeExecuted: true };
