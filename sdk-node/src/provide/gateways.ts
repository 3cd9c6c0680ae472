import type { ToolLog } from '@callsheet/protocol';
import type { Emitter } from '@callsheet/sdk-core/platform';
import { httpOrigin } from '../gateway-url.ts';
import { Desk, type DeskParts } from './desk.ts';
import type { ProviderEvents } from './events.ts';
import { followable, sameGateway } from './follow.ts';
import { Line, type LineSettings } from './line.ts';
import type { Registrations } from './registration.ts';

export interface GatewaysParts {
  readonly desk: DeskParts;
  readonly registrations: Registrations;
  readonly events: Emitter<ProviderEvents>;
  readonly log: ToolLog;
  readonly follow: boolean;
  /** How a gateway is dialled. */
  readonly dialling: (url: string) => LineSettings;
  /** The state of one is another. */
  readonly changed: () => void;
}

/** Further addresses that are followed at most: a gateway cannot make a worker dial the world. */
const MOST_FOLLOWED = 64;

interface Entry {
  readonly line: Line;
  readonly desk: Desk;
  /** True when its address was told by another one, not by the application. */
  readonly followed: boolean;
  /** What it told of, itself first. */
  told: readonly string[];
}

/** All gateways a worker serves. Those that tell of each other are a house: a call one has lost, another may still want. */
export class Gateways {
  readonly #parts: GatewaysParts;
  readonly #desks = new Set<Desk>();
  #entries: Entry[] = [];
  #draining = false;
  #over = false;

  constructor(parts: GatewaysParts) {
    this.#parts = parts;
  }

  get lines(): readonly Line[] {
    return this.#entries.map(({ line }) => line);
  }

  /** True when nothing runs and no answer is on its way. */
  get idle(): boolean {
    return [...this.#desks].every((desk) => desk.idle);
  }

  /** A house of its own. */
  house(): Desk {
    const desk = new Desk(this.#parts.desk);
    this.#desks.add(desk);
    return desk;
  }

  /** Dials an address the application named. */
  dial(url: string): void {
    this.#add(this.house(), this.#parts.dialling(url), false, () => httpOrigin(url));
  }

  /** Talks to a gateway that dialled us. */
  accept(settings: LineSettings, desk: Desk): void {
    // It cannot be seen from the socket where it serves its files.
    const originOf = ([self]: readonly string[]): string | undefined =>
      self !== undefined && /^wss?:/.test(self) ? httpOrigin(self) : undefined;
    if (!this.#over) this.#add(desk, settings, false, originOf);
  }

  /** No gateway sends new calls as soon as it agrees. */
  drain(): void {
    this.#draining = true;
    for (const { line } of this.#entries) line.drain();
  }

  abort(reason: Parameters<Desk['abort']>[0]): void {
    for (const desk of this.#desks) desk.abort(reason);
  }

  /** Ends everything. Resolves when the sockets are gone. */
  async close(): Promise<void> {
    this.#over = true;
    for (const desk of this.#desks) desk.close('the worker was closed');
    await Promise.all(this.#entries.map(({ line }) => line.close()));
  }

  #add(
    desk: Desk,
    settings: LineSettings,
    followed: boolean,
    originOf: (gateways: readonly string[]) => string | undefined,
  ): void {
    const { registrations, events, log, changed } = this.#parts;
    const line = new Line({
      settings,
      originOf,
      desk,
      registrations,
      events,
      log,
      inFlight: () => this.#parts.desk.slots.taken,
      registered: (newest) => this.#leaveTwin(newest),
      told: (teller, gateways) => this.#told(teller, gateways),
      changed: (one) => {
        if (one.state === 'closed') this.#entries = this.#entries.filter((entry) => entry.line !== one);
        changed();
      },
    });
    this.#entries.push({ line, desk, followed, told: [] });
    if (this.#draining) line.drain();
    line.start();
  }

  /**
   * A gateway keeps the key of a worker that is registered there already, so two lines with one key are two addresses of one
   * gateway. The newer registration has taken over; the older line would take it back with its next heartbeat.
   */
  #leaveTwin(newest: Line): void {
    const twin = this.#entries.find(({ line }) => line !== newest && line.workKey === newest.workKey);
    if (twin === undefined) return;
    const urls = { left: twin.line.url, kept: newest.url };
    this.#parts.log.warn(urls, 'two addresses lead to the same gateway; one of them is left');
    this.#forget(twin.line);
  }

  #told(teller: Line, gateways: readonly string[]): void {
    const entry = this.#entries.find(({ line }) => line === teller);
    if (entry === undefined || !this.#parts.follow || !teller.dialled) return;
    entry.told = gateways.flatMap((address) => followable(address, teller.url) ?? []);
    this.#forgetUntold();
    // The first is the teller itself, perhaps under another name than the one it was dialled by.
    for (const url of gateways.slice(1)) this.#follow(entry, url);
  }

  #follow({ line, desk }: Entry, address: string): void {
    const url = followable(address, line.url);
    if (this.#draining || this.#over || url === undefined || this.#knows(url)) return;
    if (this.#entries.filter(({ followed }) => followed).length >= MOST_FOLLOWED) return;
    this.#add(desk, this.#parts.dialling(url), true, () => httpOrigin(url));
  }

  #knows(url: string): boolean {
    return this.#entries.some(({ line, told: [self] }) => {
      return (
        sameGateway(line.url, url) || (self !== undefined && line.state === 'registered' && sameGateway(self, url))
      );
    });
  }

  /** A gateway that is gone, and that nobody speaks of any more, is not dialled for ever. */
  #forgetUntold(): void {
    const spokenOf = new Set(this.#entries.flatMap(({ told }) => told));
    for (const { line, followed } of this.#entries) {
      if (!followed || line.connected || spokenOf.has(line.url)) continue;
      this.#forget(line);
    }
  }

  #forget(line: Line): void {
    this.#entries = this.#entries.filter((entry) => entry.line !== line);
    void line.close();
  }
}
