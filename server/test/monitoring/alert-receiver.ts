import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { until } from './until.ts';

/** What Alertmanager tells a webhook, as far as tests look at it. */
export interface Told {
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
}

/** A webhook that remembers what it was told. */
export class AlertReceiver {
  readonly #server: Server;
  readonly #told: Told[] = [];

  constructor() {
    this.#server = createServer(async (request, response) => {
      this.#told.push(JSON.parse(await text(request)));
      response.end();
    });
  }

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('Cannot listen for alerts');
    return `http://127.0.0.1:${address.port}/alerts`;
  }

  /** The alert with a name and status, once it has come. */
  alert(name: string, status: Told['status']): Promise<Told['alerts'][number]> {
    return until(`the alert "${name}" to come as ${status}`, () =>
      this.#told
        .flatMap(({ alerts }) => alerts)
        .find((alert) => alert.labels.alertname === name && alert.status === status),
    );
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
