import type { ChannelCounts } from './counts.ts';
import { Courier } from './courier.ts';
import { DeliveryLog } from './delivery-log.ts';
import type { AlertNotice } from './notice.ts';
import { courierRules, type NotifierOptions } from './notifier-options.ts';
import { channelsFor } from './routes.ts';
import { testNotice } from './test-notice.ts';
import type { Waiting } from './waiting.ts';

const CLOSE_MS = 5_000;

/**
 * Tells channels of alerts: each for itself, so that one that is slow, throws or hangs delays no other. What comes within the
 * same seconds goes together; what fails is tried again, after pauses with jitter and not before the channel wants it. The
 * notices of one alert arrive in their order, some of them twice when nobody knew whether they had.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #couriers = new Map<string, Courier>();
  readonly #log: DeliveryLog;
  #closing: Promise<void> | undefined;

  /** @throws TypeError for options that do not fit, channels of the same name, and routes to none */
  constructor(options: NotifierOptions) {
    const rules = courierRules(options);
    const { channels, clock, random, log } = options;
    this.#options = options;
    this.#log = new DeliveryLog(log);
    for (const channel of channels) {
      this.#couriers.set(channel.name, new Courier(channel, rules, { clock, random, log: this.#log }));
    }
  }

  /** Names of the channels, in their order. */
  get channels(): readonly string[] {
    return [...this.#couriers.keys()];
  }

  /**
   * Tells the channels of a notice, later and by themselves. Never throws and takes no time.
   *
   * @param channels those its rule names; by the routes when it names none. Names there are not are logged and left out.
   */
  notify(notice: AlertNotice, channels?: readonly string[]): void {
    this.#tell('notice', notice, channels);
  }

  /** Tells that somebody looks after an alert: those of its channels that have a word for it. As `notify`. */
  acknowledge(notice: AlertNotice, channels?: readonly string[]): void {
    this.#tell('acknowledgement', notice, channels);
  }

  /**
   * Tells one channel at once that a test fires, then that it is over, so that nothing stays open.
   *
   * @throws RangeError when there is no such channel; DeliveryError, without trying again, when it did not arrive
   */
  async test(channelName: string): Promise<void> {
    const courier = this.#couriers.get(channelName);
    if (courier === undefined) {
      const known = this.channels.join(', ') || 'none';
      throw new RangeError(`Cannot test the channel "${channelName}": there is none; the channels are ${known}`);
    }
    const { clock } = this.#options;
    const startsAt = clock.now();
    await courier.deliverNow(testNotice('triggered', startsAt, startsAt));
    await courier.deliverNow(testNotice('resolved', startsAt, clock.now()));
  }

  /** What became of the notices of each channel. */
  counts(): readonly ChannelCounts[] {
    return [...this.#couriers.values()].map((courier) => courier.counts());
  }

  /**
   * Takes nothing more, delivers what waits, and gives up what has not arrived in time. Resolves then; a second call
   * changes nothing.
   *
   * @param deadlineMs 5,000 when not said
   */
  close(deadlineMs: number = CLOSE_MS): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  async #close(deadlineMs: number): Promise<void> {
    const couriers = [...this.#couriers.values()];
    const closeAll = () => {
      for (const courier of couriers) courier.close();
    };
    const cancel = this.#options.clock.after(deadlineMs, closeAll);
    await Promise.all(couriers.map((courier) => courier.flush()));
    cancel();
    closeAll();
  }

  #tell(kind: Waiting['kind'], notice: AlertNotice, named: readonly string[] | undefined): void {
    for (const name of channelsFor(notice, named, this.#options.routes ?? [], this.channels)) {
      const courier = this.#couriers.get(name);
      if (courier === undefined) this.#log.unknownChannel(name, notice.rule_name, this.channels);
      else courier.tell(kind, notice);
    }
  }
}
