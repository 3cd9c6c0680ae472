import { FrameSizes } from './frame-sizes.ts';

/** Kinds of messages, as they are counted. */
export interface MessageCounts {
  request: number;
  response: number;
  notification: number;
  batch: number;
  ping: number;
}

/** What came and went over every connection since the start: numbers in an object, read when somebody asks. */
export class Traffic {
  readonly received: MessageCounts = { request: 0, response: 0, notification: 0, batch: 0, ping: 0 };
  readonly sent: MessageCounts = { request: 0, response: 0, notification: 0, batch: 0, ping: 0 };
  readonly frames = { in: new FrameSizes(), out: new FrameSizes() };

  get receivedBytes(): number {
    return this.frames.in.sum;
  }

  get sentBytes(): number {
    return this.frames.out.sum;
  }
}
