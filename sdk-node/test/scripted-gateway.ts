import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SUBPROTOCOL } from '@callsheet/protocol';
import type { CloseInfo } from '@callsheet/sdk-core';
import { type WebSocket, WebSocketServer } from 'ws';
import { FakeGateway } from '../../sdk-core/test/fake-gateway.ts';

type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** The scripted gateway of sdk-core's tests behind a real HTTP server and real sockets, on a free port. */
export class ScriptedGateway {
  readonly rpc = new FakeGateway();
  /** Headers of every upgrade. */
  readonly upgrades: IncomingMessage[] = [];
  readonly sockets: WebSocket[] = [];
  /** Answers plain HTTP requests. */
  onRequest: HttpHandler = (_request, response) => response.writeHead(404).end();
  /** An HTTP status to refuse upgrades with. */
  refuseWith: number | undefined;
  readonly #http: Server;
  readonly #ws: WebSocketServer;

  private constructor() {
    this.#http = createServer((request, response) => this.onRequest(request, response));
    this.#ws = new WebSocketServer({
      noServer: true,
      handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
    });
    this.#http.on('upgrade', (request, socket, head) => {
      this.upgrades.push(request);
      if (this.refuseWith !== undefined) {
        socket.end(`HTTP/1.1 ${this.refuseWith} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
        return;
      }
      this.#ws.handleUpgrade(request, socket, head, (ws) => this.#accept(ws, request));
    });
  }

  static async start(): Promise<ScriptedGateway> {
    const gateway = new ScriptedGateway();
    await new Promise<void>((resolve) => gateway.#http.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Cuts every connection without a word. */
  cut(): void {
    for (const socket of this.sockets.splice(0)) socket.terminate();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #accept(ws: WebSocket, request: IncomingMessage): void {
    this.sockets.push(ws);
    const listener = {
      onOpen: () => undefined,
      onMessage: (text: string) => ws.send(text),
      onClose: ({ code, reason }: CloseInfo) => ws.close(code, reason),
    };
    const end = this.rpc.transport.connect(request.url ?? '', listener, undefined);
    ws.on('message', (data) => end.send(String(data)));
    ws.on('error', () => undefined);
    ws.on('close', (code, reason) => end.close(code, String(reason)));
  }
}
