import type { Duplex } from 'node:stream';
import type { ToolLog } from '@callsheet/protocol';
import type { WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import type { FrameLimits } from '../../doors/websocket.ts';
import { openSocket } from './open-socket.ts';
import { redialDelay } from './redial-delay.ts';

/**
 * connecting: on its way, or lost and dialled again soon · connected · refused: the last attempt failed or was turned away;
 * the next one is on its way.
 */
export type KeptState = 'connecting' | 'connected' | 'refused';

export interface KeeperParts {
  /** For logs: `the worker "gpu-7"`. */
  readonly who: string;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly limits: FrameLimits;
  readonly connectTimeoutMs: number;
  /** Made anew for every attempt. A rejection is told like a refusal. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  /** Attach to the socket before returning. */
  readonly onOpen: (socket: WebSocket, stream: Duplex) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Pick<ToolLog, 'info' | 'warn'>;
}

/** A connection that held for so long was a good one, and its loss is no reason to wait long. */
const STEADY_MS = 10_000;
/** RFC 6455 section 7.4.2: from here on the application says why. */
const FIRST_OWN_CODE = 4_000;

/** Keeps one WebSocket to somebody else open, for as long as it is not told to stop. */
export class ConnectionKeeper {
  readonly #parts: KeeperParts;
  #state: KeptState = 'connecting';
  #reason: string | undefined;
  #told: string | undefined;
  #failures = 0;
  #socket: WebSocket | undefined;
  #stopped = false;
  #cancel: () => void = () => undefined;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  get state(): KeptState {
    return this.#state;
  }

  /** Why the last attempt or the last connection ended; undefined while there is nothing to tell. */
  get reason(): string | undefined {
    return this.#reason;
  }

  start(): void {
    void this.#dial();
  }

  /** Ends the open connection with these words, or the dialling when none is open; nobody is dialled any more. */
  stop(code: number, reason: string): void {
    this.leave();
    this.#socket?.close(code, reason);
  }

  /** Nobody is dialled any more. What is open stays open. */
  leave(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** The open connection is of no use: it ends, this is why, and another is tried later. */
  giveUp(reason: string): void {
    if (this.#socket === undefined) return;
    this.#state = 'refused';
    this.#reason = reason;
    this.#socket.close();
    this.#socket.terminate();
  }

  async #dial(): Promise<void> {
    const { url, protocols, limits, connectTimeoutMs: timeoutMs, headers, clock } = this.#parts;
    let shown: Readonly<Record<string, string>>;
    try {
      shown = await headers();
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : String(error));
      return;
    }
    if (this.#stopped) return;
    this.#cancel = openSocket({ url, protocols, limits, timeoutMs, headers: shown }, clock, {
      opened: (socket, stream) => this.#opened(socket, stream),
      failed: (reason) => this.#failed(reason),
    });
  }

  #opened(socket: WebSocket, stream: Duplex): void {
    const { who, url, log, clock, onOpen } = this.#parts;
    const since = clock.monotonic();
    this.#socket = socket;
    this.#state = 'connected';
    this.#reason = undefined;
    this.#told = undefined;
    log.info({ url }, `connected to ${who}`);
    let fault: string | undefined;
    socket.on('error', ({ message }) => {
      fault = message;
    });
    socket.once('close', (code, words) => {
      this.#socket = undefined;
      if (clock.monotonic() - since >= STEADY_MS) this.#failures = 0;
      this.#lost(code, fault ?? words.toString('utf8'));
    });
    onOpen(socket, stream);
  }

  #lost(code: number, words: string): void {
    if (this.#stopped) return;
    // Whoever gave it up has said why.
    if (this.#state === 'connected') {
      this.#state = code >= FIRST_OWN_CODE ? 'refused' : 'connecting';
      this.#reason = `the connection closed with ${code}${words === '' ? '' : `, "${words}"`}`;
    }
    this.#again();
  }

  #failed(reason: string): void {
    if (this.#stopped) return;
    this.#state = 'refused';
    this.#reason = `could not connect: ${reason}`;
    this.#again();
  }

  #again(): void {
    const { who, url, clock, random, log } = this.#parts;
    // Once for every reason: a worker that is switched off for a week is not news every 30 seconds.
    if (this.#reason !== undefined && this.#reason !== this.#told) {
      this.#told = this.#reason;
      log.warn({ url, reason: this.#reason }, `no connection to ${who}; dialling again`);
    }
    this.#failures += 1;
    this.#cancel = clock.after(redialDelay(this.#failures, random), () => void this.#dial());
  }
}
