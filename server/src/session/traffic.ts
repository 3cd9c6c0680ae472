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
  receivedBytes = 0;
  sentBytes = 0;
}
