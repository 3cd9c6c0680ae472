import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Everything said on one channel while a test runs: begins with the test's `beforeEach`, ends with it. */
export function hear<Message>(name: string): Message[] {
  const heard: Message[] = [];
  const listen = (message: unknown): void => {
    heard.push(message as Message);
  };
  beforeEach(() => {
    heard.length = 0;
    subscribe(name, listen);
  });
  afterEach(() => {
    unsubscribe(name, listen);
  });
  return heard;
}
