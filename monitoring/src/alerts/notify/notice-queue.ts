import type { AlertNotice } from './notice.ts';
import { merge, type Waiting } from './waiting.ts';

export interface NoticeQueueOptions {
  /** How many may wait, those being delivered not counted. */
  readonly most: number;
  /** How many are delivered together. */
  readonly mostTogether: number;
  readonly groupOf: (notice: AlertNotice) => string;
}

/** What became of others when one came. */
export interface Added {
  /** Told by others, the newcomer perhaps among them. */
  readonly merged: number;
  /** Never told. */
  readonly dropped: number;
}

/** What one channel has still to be told, in its order, and never more than so many. */
export class NoticeQueue {
  readonly #options: NoticeQueueOptions;
  #waiting: Waiting[] = [];
  /** How many wait of each alert: most newcomers are the first of theirs, and need not be compared with all others. */
  readonly #ofAlert = new Map<string, number>();

  constructor(options: NoticeQueueOptions) {
    this.#options = options;
  }

  /** Those being delivered included. */
  get size(): number {
    return this.#waiting.length;
  }

  /** When the oldest came that is not being delivered. */
  get since(): number | undefined {
    return this.#waiting.find(({ inFlight }) => !inFlight)?.since;
  }

  add(kind: Waiting['kind'], notice: AlertNotice, since: number): Added {
    const newcomer = { kind, notice, group: this.#groupOf(kind, notice), since, attempts: 0, inFlight: false };
    const { joins, leave } = merge(this.#idleOf(notice.fingerprint), newcomer);
    this.remove(leave);
    if (joins) {
      this.#waiting.push(newcomer);
      this.#ofAlert.set(notice.fingerprint, (this.#ofAlert.get(notice.fingerprint) ?? 0) + 1);
    }
    return { merged: leave.length + (joins ? 0 : 1), dropped: this.#shorten() };
  }

  /** The oldest and what may be delivered with it: of the same group, each alert once. They stay until they are removed. */
  take(): readonly Waiting[] {
    const taken: Waiting[] = [];
    const seen = new Set<string>();
    for (const entry of this.#waiting) {
      const { fingerprint } = entry.notice;
      const fits = entry.group === (taken[0] ?? entry).group && !seen.has(fingerprint);
      // Whatever comes later of an alert waits for what came before it, of another group or not.
      seen.add(fingerprint);
      if (!fits) continue;
      entry.inFlight = true;
      taken.push(entry);
      if (taken.length === this.#options.mostTogether) break;
    }
    return taken;
  }

  /** They were not delivered and wait again, in their old places. */
  putBack(entries: readonly Waiting[]): void {
    for (const entry of entries) entry.inFlight = false;
  }

  remove(entries: readonly Waiting[]): void {
    if (entries.length === 0) return;
    const gone = new Set(entries);
    this.#waiting = this.#waiting.filter((entry) => {
      if (!gone.has(entry)) return true;
      this.#forget(entry.notice.fingerprint);
      return false;
    });
  }

  /** Forgets all of them, and answers how many there were. */
  clear(): number {
    const { length } = this.#waiting;
    this.#waiting = [];
    this.#ofAlert.clear();
    return length;
  }

  #idleOf(alert: string): readonly Waiting[] {
    if (!this.#ofAlert.has(alert)) return [];
    return this.#waiting.filter(({ inFlight, notice }) => !inFlight && notice.fingerprint === alert);
  }

  #forget(alert: string): void {
    const left = (this.#ofAlert.get(alert) ?? 0) - 1;
    if (left > 0) this.#ofAlert.set(alert, left);
    else this.#ofAlert.delete(alert);
  }

  /** Gives up the oldest of the least worth: reminders first, as the alert itself was told. */
  #shorten(): number {
    if (this.#waiting.length <= this.#options.most) return 0;
    const idle = this.#waiting.filter(({ inFlight }) => !inFlight);
    if (idle.length <= this.#options.most) return 0;
    const worthless = idle.find(({ kind, notice }) => kind === 'acknowledgement' || notice.status === 'repeated');
    const victim = worthless ?? idle[0];
    this.remove(victim === undefined ? [] : [victim]);
    return 1;
  }

  #groupOf(kind: Waiting['kind'], notice: AlertNotice): string {
    return `${kind} ${this.#options.groupOf(notice)}`;
  }
}
