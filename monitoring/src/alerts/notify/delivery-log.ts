import type { ToolLog } from '@callsheet/protocol';
import { Redactor } from '../../redaction/redactor.ts';
import type { AttemptEnd } from './attempts.ts';
import { DeliveryError } from './channel.ts';
import { TimeUp } from './within.ts';

/** Says in the log what became of deliveries, without secrets: errors of channels written by others may hold some. */
export class DeliveryLog {
  readonly #log: ToolLog;
  readonly #redactor = new Redactor();
  readonly #overflowing = new Set<string>();

  constructor(log: ToolLog) {
    this.#log = log;
  }

  /** `over`: how many are given up · `again`: how many are tried again. */
  ended(channel: string, end: AttemptEnd, over: number, again: number): void {
    const fields = { event: 'alert_delivery', channel, outcome: end.state, over, again };
    const sentence = this.sentenceOf(channel, end);
    if (end.state === 'arrived') this.#log.debug(fields, sentence);
    else if (over > 0) this.#log.error(fields, `${sentence}; ${over} alerts are given up`);
    else this.#log.warn(fields, `${sentence}; ${again} alerts are tried again`);
  }

  /** Once until it has drained: a storm of alerts is no reason for a storm of lines. */
  overflows(channel: string): void {
    if (this.#overflowing.has(channel)) return;
    this.#overflowing.add(channel);
    const sentence = `Cannot keep more alerts for the channel "${channel}": its queue is full, the oldest are dropped`;
    this.#log.error({ event: 'alert_overflow', channel }, sentence);
  }

  drained(channel: string): void {
    this.#overflowing.delete(channel);
  }

  notClosed(channel: string, error: unknown): void {
    const sentence = `Cannot close the alert channel "${channel}": ${this.#messageOf(error)}`;
    this.#log.warn({ event: 'alert_channel_close', channel }, sentence);
  }

  unknownChannel(channel: string, rule: string, known: readonly string[]): void {
    const sentence = `Cannot tell the channel "${channel}" of the rule "${rule}": there is none; the channels are ${known.join(', ')}`;
    this.#log.warn({ event: 'alert_channel_unknown', channel, rule }, sentence);
  }

  sentenceOf(channel: string, end: AttemptEnd): string {
    if (end.state === 'arrived') return `Delivered to the channel "${channel}"`;
    if (end.state === 'unsettled') {
      return `Cannot deliver to the channel "${channel}": it does not end what it began; it may have heard, or hear later`;
    }
    if (end.error instanceof DeliveryError) return this.#messageOf(end.error);
    const why = end.error instanceof TimeUp ? 'it does not answer in time' : this.#messageOf(end.error);
    return `Cannot deliver to the channel "${channel}": ${why}`;
  }

  #messageOf(error: unknown): string {
    return this.#redactor.text(error instanceof Error ? error.message : String(error)).slice(0, 1_000);
  }
}
