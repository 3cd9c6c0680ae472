import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A wire to the gateway that somebody can cut: a TCP proxy on a port of its own. */
export class CuttingProxy {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  /** Bytes of clients that still pass before everything is cut; undefined while nobody plans to. */
  #left: number | undefined;

  private constructor(port: number) {
    this.#server = createServer((client) => this.#join(client, connect({ port, host: '127.0.0.1' })));
  }

  static async before(port: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(port);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/rpc`;
  }

  /** Cuts every connection after so many more bytes of clients, in the middle of a frame as likely as not. */
  cutAfter(bytes: number): void {
    this.#left = bytes;
  }

  async close(): Promise<void> {
    this.#cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, gateway: Socket): void {
    const pair = [client, gateway] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    gateway.pipe(client);
    client.on('data', (chunk) => {
      const passing = this.#left === undefined ? chunk : chunk.subarray(0, this.#left);
      if (this.#left === undefined) gateway.write(passing);
      else {
        this.#left -= passing.length;
        if (this.#left > 0) gateway.write(passing);
        // Written to the end first: what has passed the cut is on its way.
        else gateway.end(passing, () => this.#cut());
      }
    });
  }

  #cut(): void {
    this.#left = undefined;
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }
}
