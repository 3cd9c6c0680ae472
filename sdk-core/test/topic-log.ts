import type { Json } from '@callsheet/protocol';
import { type ScriptedGateway, TestTopic, TestTopics } from '../src/testing.ts';

/** One topic of a gateway that has no other. */
export class TopicLog extends TestTopic {
  constructor(gateway: ScriptedGateway, topic = 'jobs/1') {
    super(topic);
    new TestTopics(gateway).add(this);
  }

  /** Adds the same event some times and tells it. */
  publish(count: number, data: Json = {}): void {
    for (let at = 0; at < count; at++) this.tell(data);
  }
}
