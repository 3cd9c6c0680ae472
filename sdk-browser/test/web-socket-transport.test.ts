import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SUBPROTOCOL } from '@callsheet/protocol';
import type { CloseInfo, TransportSocket } from '@callsheet/sdk-core';
import { expect } from 'chai';
import { WebSocket as NodeSocket, WebSocketServer } from 'ws';
import { webSocketTransport } from '../src/web-socket-transport.ts';

/** What a transport said, in order. */
class Heard {
  readonly said: (string | CloseInfo)[] = [];
  #waiting: (() => void)[] = [];

  readonly listener = {
    onOpen: () => this.#note('open'),
    onMessage: (text: string) => this.#note(text),
    onClose: (info: CloseInfo) => this.#note(info),
  };

  async until(count: number): Promise<(string | CloseInfo)[]> {
    while (this.said.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.said;
  }

  #note(what: string | CloseInfo): void {
    this.said.push(what);
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

describe('the WebSocket of a page', () => {
  const { WebSocket: own } = globalThis;
  let server: WebSocketServer;
  let url = '';
  before(() => {
    // Node’s peer of the class a page has: the same events, codes and errors.
    Object.assign(globalThis, { WebSocket: NodeSocket });
  });
  after(() => {
    Object.assign(globalThis, { WebSocket: own });
  });
  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const client of server.clients) client.terminate();
    server.close();
    await once(server, 'close');
  });

  const dial = (to = url): { heard: Heard; socket: TransportSocket } => {
    const heard = new Heard();
    return { heard, socket: webSocketTransport.connect(to, heard.listener, undefined) };
  };
  const accepted = async (): Promise<NodeSocket> => {
    const [peer] = await once(server, 'connection');
    return peer;
  };

  it('offers the subprotocol of the gateway, and shows no credential of its own', async () => {
    expect(webSocketTransport.sendsCredential).to.equal(false);
    const { heard } = dial();
    expect((await accepted()).protocol).to.equal(SUBPROTOCOL);
    expect(await heard.until(1)).to.deep.equal(['open']);
  });

  it('carries text both ways, and tells the peer’s close once', async () => {
    const { heard, socket } = dial();
    const peer = await accepted();
    await heard.until(1);
    peer.on('message', (data) => peer.send(`${data}, too`));
    socket.send('me');
    expect((await heard.until(2))[1]).to.equal('me, too');
    peer.close(4401, 'expired');
    expect((await heard.until(3))[2]).to.deep.equal({ code: 4401, reason: 'expired' });
    socket.close(1000, 'too late');
    expect(heard.said).to.have.length(3);
  });

  it('closes with the code and reason it is given, once', async () => {
    const { heard, socket } = dial();
    const peer = await accepted();
    await heard.until(1);
    socket.close(4408, 'No answer to ping');
    socket.close(1000, 'again');
    const [code, reason] = await once(peer, 'close');
    expect([code, String(reason)]).to.deep.equal([4408, 'No answer to ping']);
    expect((await heard.until(2))[1]).to.deep.equal({ code: 4408, reason: 'No answer to ping' });
  });

  it('tells the end by itself when the peer does not answer the close', async () => {
    const { heard, socket } = dial();
    const peer = await accepted();
    await heard.until(1);
    peer.pause();
    socket.close(4408, 'No answer to ping');
    expect((await heard.until(2))[1]).to.deep.equal({ code: 1006, reason: 'The peer did not answer the close' });
    peer.terminate();
  });

  it('ends a connection that sends binary frames', async () => {
    const { heard } = dial();
    const peer = await accepted();
    peer.send(new Uint8Array([1]));
    expect((await heard.until(2))[1]).to.deep.equal({ code: 1003, reason: 'Only text is understood here' });
    await once(peer, 'close');
    expect(heard.said).to.have.length(2);
  });

  it('throws for an address that can never be dialled', () => {
    expect(() => dial('mailto:me')).to.throw(SyntaxError);
  });

  it('says how much waits to be sent', async () => {
    const { heard, socket } = dial();
    const peer = await accepted();
    await heard.until(1);
    expect(socket.bufferedBytes).to.equal(0);
    peer.pause();
    socket.send('x'.repeat(10_000_000));
    expect(socket.bufferedBytes).to.be.greaterThan(1_000_000);
  });
});
