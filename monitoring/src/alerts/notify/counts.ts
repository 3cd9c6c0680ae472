/** What became of the notices of one channel since the start. What was told is each of these once, or still waiting. */
export interface ChannelCounts {
  readonly channel: string;
  /** Arrived. */
  readonly sent: number;
  /** Given up: refused, or tried too often, or nobody knows. */
  readonly failed: number;
  /** Never tried to the end: the queue was full, or the notifier closed. */
  readonly dropped: number;
  /** Told by a newer notice of the same alert. */
  readonly merged: number;
  readonly waiting: number;
  /** Deliveries that were tried again; not notices. */
  readonly retries: number;
}

/** The same while it is counted. */
export type Tally = { -readonly [Name in Exclude<keyof ChannelCounts, 'channel' | 'waiting'>]: ChannelCounts[Name] };

export function newTally(): Tally {
  return { sent: 0, failed: 0, dropped: 0, merged: 0, retries: 0 };
}
