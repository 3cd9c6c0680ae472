import type { Json } from '@callsheet/protocol';

/** One thing that happened on a topic. */
export interface TopicEvent {
  /** Gapless per topic, starting at 1. */
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly data: Json;
}
