// What this benchmark uses of packages that are installed here only: the rest of the house must compile without them.

declare module 'rpc-websockets' {
  export class Client {
    constructor(url: string, options?: { reconnect?: boolean; reconnect_interval?: number; max_reconnects?: number });
    on(event: 'open' | 'close', listener: () => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    call(method: string, params: object): Promise<unknown>;
    close(): void;
  }
}

declare module 'jayson' {
  interface WebSocketClient {
    request(method: string, params: object, done: (failed: Error | null, answer: { result?: unknown }) => void): void;
  }
  const jayson: { readonly Client: { websocket(options: { ws: object }): WebSocketClient } };
  export default jayson;
}

declare module 'json-rpc-2.0' {
  export class JSONRPCClient {
    constructor(send: (request: object) => void);
    request(method: string, params: object): PromiseLike<unknown>;
    receive(answer: object): void;
  }
}

declare module 'socket.io-client' {
  export interface Socket {
    on(event: 'connect' | 'disconnect', listener: () => void): this;
    emitWithAck(event: string, ...args: unknown[]): Promise<unknown>;
    close(): this;
  }
  export function io(url: string, options?: { transports?: string[]; forceNew?: boolean }): Socket;
}

declare module 'socket.io' {
  import type { Server as HttpServer } from 'node:http';

  export interface Socket {
    on(event: string, listener: (params: object, done: (answer: unknown) => void) => void): this;
    conn: { transport: { socket: { terminate(): void } } };
  }
  export class Server {
    constructor(server: HttpServer, options?: { transports?: string[]; perMessageDeflate?: boolean });
    on(event: 'connection', listener: (socket: Socket) => void): this;
    readonly sockets: { readonly sockets: ReadonlyMap<string, Socket> };
  }
}
