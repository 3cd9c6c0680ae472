import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { jsonRpcError } from '../../../src/workers/upstream/jsonrpc-error.ts';
import { readToolsFile } from '../../../src/workers/upstream/read-tools-file.ts';
import { comesTrue } from '../listening.ts';
import { asked, rejection } from './asked.ts';
import { GatewaySide, only, TOOLS_FILE } from './house.ts';

describe('any JSON-RPC server as an upstream', () => {
  let here: GatewaySide;

  beforeEach(() => {
    here = new GatewaySide();
  });
  afterEach(() => here.close());

  const connected = async () => {
    const server = await here.listening();
    const changes = {
      url: server.url,
      dialect: 'jsonrpc',
      toolsFile: '/tools.json',
      tokenHeader: 'X-API-Key',
    } as const;
    const upstreams = await here.open(changes);
    const peer = await server.accept();
    await comesTrue(() => only(upstreams).tools === 1);
    return { peer, upstreams };
  };

  it('is called by the methods the file names, with the credential in its own header', async () => {
    const { peer } = await connected();
    expect(peer.headers).to.include({ 'x-api-key': 'the-token' });
    expect(peer.headers).not.to.have.any.keys('authorization', 'sec-websocket-protocol');
    const answer = here.send(asked('speak', here.clock, { args: { text: 'hello' } }));
    const request = await peer.hear();
    expect(request).to.deep.equal({ jsonrpc: '2.0', id: request.id, method: 'tts.speak', params: { text: 'hello' } });
    peer.say({ jsonrpc: '2.0', method: 'tts.progress', params: [1, 2] });
    peer.say({ jsonrpc: '2.0', method: 'session/draining' });
    peer.say({ jsonrpc: '2.0', id: request.id, result: { url: 'x' } });
    expect(await answer).to.deep.equal({ url: 'x' });
    expect(here.states).to.deep.equal(['ready']);
    expect(here.probes).to.have.length(0);
  });

  it('may answer anything: what is no object becomes one', async () => {
    const { peer } = await connected();
    for (const result of ['text', [1], null, 0]) {
      const answer = here.send(asked('speak', here.clock));
      peer.say({ jsonrpc: '2.0', id: (await peer.hear()).id, result });
      expect(await answer).to.deep.equal({ result });
    }
  });

  it('is not waited for when nobody wants the answer any more', async () => {
    const { peer } = await connected();
    const call = asked('speak', here.clock);
    const answer = here.send(call);
    const { id } = await peer.hear();
    call.abort(new CallError('DEADLINE_EXCEEDED', 'too late'));
    expect(await rejection(answer)).to.include({ errorName: 'DEADLINE_EXCEEDED' });
    peer.say({ jsonrpc: '2.0', id, result: {} });
    const next = here.send(asked('speak', here.clock));
    peer.say({ jsonrpc: '2.0', id: (await peer.hear()).id, result: { fine: true } });
    expect(await next).to.deep.equal({ fine: true });
  });

  it('fails the one call in flight with an error that names none, and never its neighbours', async () => {
    const { peer } = await connected();
    const nameless = { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'what?' } };
    const alone = here.send(asked('speak', here.clock));
    await peer.hear();
    peer.say(nameless);
    expect(await rejection(alone)).to.include({ errorName: 'UPSTREAM_ERROR', retryable: false });
    const two = [here.send(asked('speak', here.clock)), here.send(asked('speak', here.clock))];
    const ids = [(await peer.hear()).id, (await peer.hear()).id];
    peer.say(nameless);
    peer.say([ids[1], ids[0]].map((id) => ({ jsonrpc: '2.0', id, result: { id } })));
    expect(await Promise.all(two)).to.deep.equal(ids.map((id) => ({ id })));
  });

  it('fails the call it answered with both an error and a result', async () => {
    const { peer } = await connected();
    const answer = here.send(asked('speak', here.clock));
    const { id } = await peer.hear();
    peer.say({ jsonrpc: '2.0', id, result: {}, error: { code: 1, message: '' } });
    expect(await rejection(answer)).to.include({ errorName: 'UPSTREAM_ERROR' });
  });

  it('may answer more values than a request may hold, as long as its bytes are within bounds', async () => {
    const { peer } = await connected();
    const answer = here.send(asked('speak', here.clock));
    peer.say({ jsonrpc: '2.0', id: (await peer.hear()).id, result: { marks: Array(15_000).fill(0) } });
    expect(await answer)
      .to.have.property('marks')
      .with.length(15_000);
  });

  it('does not start with a list of tools that cannot be read', async () => {
    const readFile = () => Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' }));
    const opening = here.open({ url: 'ws://127.0.0.1:1', dialect: 'jsonrpc', toolsFile: '/t.json' }, { readFile });
    expect((await rejection(opening)).message).to.equal(
      'Cannot use the upstream "studio": its tools_file "/t.json" cannot be read (EACCES)',
    );
  });
});

describe('jsonRpcError', () => {
  const told: readonly (readonly [code: number, name: string, retryable: boolean])[] = [
    [-32602, 'INVALID_PARAMS', false],
    [-32601, 'NOT_IMPLEMENTED', false],
    [-32600, 'UPSTREAM_ERROR', false],
    [-32700, 'UPSTREAM_ERROR', false],
    [-32603, 'UPSTREAM_ERROR', true],
    [-32000, 'UPSTREAM_ERROR', true],
    [-32099, 'UPSTREAM_ERROR', true],
    [-32100, 'TOOL_FAILED', false],
    [0, 'TOOL_FAILED', false],
    [4290, 'TOOL_FAILED', false],
  ];
  for (const [code, name, retryable] of told) {
    it(`tells ${code} as ${name}`, () => {
      const data = { name: '', retryable: true, details: 'hunter2' };
      const error = jsonRpcError({ code, message: 'it\r\n\u001b[31m failed', data }, 'voices');
      expect(error).to.include({ errorName: name, retryable });
      expect(error.message).to.equal(`"voices" answered ${code}: it [31m failed`);
      expect(JSON.stringify(error.toWire())).not.to.include('hunter2');
    });
  }
});

describe('readToolsFile', () => {
  it('reads tools as they are listed, and what they are called there', () => {
    expect(readToolsFile(TOOLS_FILE, 't.json')).to.deep.equal([
      {
        method: 'tts.speak',
        row: {
          name: 'speak',
          inputSchema: { type: 'object' },
          annotations: { idempotentHint: true, readOnlyHint: false, timeoutMs: 9_000 },
        },
      },
    ]);
  });

  const good = { name: 'a', method: 'm', inputSchema: {} };
  const wrong: readonly (readonly [text: string, says: RegExp])[] = [
    ['{', /"t.json": it is not JSON$/],
    ['[]', /expected an array of at least one tool$/],
    ['[5]', /tool 1 is no object$/],
    [JSON.stringify([{ ...good, name: 'A' }]), /tool 1, "A", lacks a "name" of 1 to 64/],
    [JSON.stringify([{ ...good, method: '' }]), /tool 1, "a", lacks a "method"/],
    [JSON.stringify([{ ...good, inputSchema: [] }]), /lacks an "inputSchema"/],
    [JSON.stringify([{ ...good, execution: 'soon' }]), /neither "call" nor "job"$/],
    [JSON.stringify([good, good]), /tool 2, "a", is listed twice$/],
    [JSON.stringify([{ ...good, input: {} }]), /has no field "input"; known are name, method/],
  ];
  for (const [text, says] of wrong) {
    it(`refuses ${text}`, () => expect(() => readToolsFile(text, 't.json')).to.throw(says));
  }
});
