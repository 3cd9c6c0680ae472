import { type Client, createClient } from '@callsheet/sdk-core';
import { browserPlatform } from '../../src/platform.ts';
import { workerTransport } from '../../src/worker.ts';

/** A tab's client, for a test to look at. */
export interface TabLife {
  readonly client: Client;
  /** Close codes of lines to the worker that were lost. */
  readonly lost: number[];
  /** Answers and codes of errors of calls made by `ask`. */
  readonly answers: string[];
  ask(tool: string, args: object): void;
}

declare global {
  var tab: TabLife;
  /** Makes the client of this tab, served by the script at this path. */
  var join: (script: string) => void;
}

globalThis.join = (script) => {
  const transport = workerTransport(() => new SharedWorker(script));
  const client = createClient({ url: 'wss://by-the-worker.test' }, { ...browserPlatform, transport });
  const tab: TabLife = {
    client,
    lost: [],
    answers: [],
    ask(tool, args) {
      client.call(tool, args).then(
        (answer) => tab.answers.push(JSON.stringify(answer)),
        (error) => tab.answers.push(error.code),
      );
    },
  };
  client.on('disconnect', ({ code }) => tab.lost.push(code));
  globalThis.tab = tab;
};
