import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import type { ScriptedGateway } from '../../src/testing.ts';
import type { CloseInfo, TransportSocket } from '../../src/transport.ts';
import { settle } from '../fake-clock.ts';

/** A client without any wits: says what it is told to, and keeps what it hears. */
export class RawClient {
  readonly heard: JsonObject[] = [];
  readonly frames: string[] = [];
  closed: CloseInfo | undefined;
  readonly #socket: TransportSocket;
  #lastId = 0;

  constructor(gateway: ScriptedGateway) {
    this.#socket = gateway.transport.connect(
      'ws://gateway.test/rpc',
      {
        onOpen: () => undefined,
        onMessage: (text) => {
          this.frames.push(text);
          const value = JSON.parse(text) as Json;
          this.heard.push(...((Array.isArray(value) ? value : [value]) as JsonObject[]));
        },
        onClose: (info) => {
          this.closed = info;
        },
      },
      undefined,
    );
  }

  send(...messages: JsonObject[]): void {
    this.#socket.send(JSON.stringify(messages.length === 1 ? messages[0] : messages));
  }

  close(code: number): void {
    this.#socket.close(code, 'bye');
  }

  /** Asks and waits one turn. Answers the result, the error object, or undefined when nothing came. */
  async ask(method: string, params: JsonObject = {}, id: number = ++this.#lastId): Promise<JsonObject | undefined> {
    this.send({ jsonrpc: '2.0', id, method, params });
    await settle();
    const answer = this.heard.find((message) => message.id === id);
    const outcome = answer?.result ?? answer?.error;
    return isJsonObject(outcome) ? outcome : undefined;
  }

  async open(capabilities: JsonObject = { resume: true }): Promise<JsonObject> {
    const session = await this.ask('session/open', { capabilities });
    if (session === undefined) throw new Error('No session');
    return session;
  }

  resume(session: JsonObject, lastSeq: number): Promise<JsonObject | undefined> {
    const { sessionId = '', resumeToken = '' } = session;
    return this.ask('session/open', { resume: { sessionId, resumeToken, lastSeq } });
  }
}
