import { type Client, createClient, type ErrorCode } from '../../src/index.ts';

/** What a page notes down about its one client, for a test to look at. */
export interface Life {
  client: Client;
  /** Sessions as they opened: whether the server kept the one before. */
  sessions: boolean[];
  /** Close codes of connections that were lost. */
  lost: { code: number; at: number }[];
  /** Answers and errors of calls made by `ask`. */
  answers: (string | ErrorCode)[];
  /** When the page came back: on line, or out of the back/forward cache. Milliseconds as of `performance.now()`. */
  backAt: number;
  readyAt: number;
  /** Calls a tool that takes so long, and notes the answer down. */
  ask(ms: number): void;
  /** Jobs and how their events were numbered. */
  seqs: number[];
  follow(ms: number): void;
}

declare global {
  var life: Life;
  /** Makes the client of this page. */
  var begin: (options: Parameters<typeof createClient>[0]) => void;
}

globalThis.begin = (options) => {
  const client = createClient(options);
  const life: Life = {
    client,
    sessions: [],
    lost: [],
    answers: [],
    seqs: [],
    backAt: 0,
    readyAt: 0,
    ask(ms) {
      client.call('diagnostics_sleep', { ms }).then(
        () => life.answers.push('answered'),
        ({ code }) => life.answers.push(code),
      );
    },
    async follow(ms) {
      const job = await client.submit('diagnostics_sleep', { ms });
      for await (const { seq } of job) life.seqs.push(seq);
      life.answers.push('followed');
    },
  };
  client.on('ready', ({ resumed }) => {
    life.sessions.push(resumed);
    life.readyAt = performance.now();
  });
  client.on('disconnect', ({ code }) => {
    life.lost.push({ code, at: performance.now() });
  });
  const back = (): void => {
    life.backAt = performance.now();
  };
  addEventListener('online', back);
  addEventListener('pageshow', back);
  globalThis.life = life;
};
