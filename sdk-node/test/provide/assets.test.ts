import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Asset, AssetFacts, JsonObject, ToolContext } from '@callsheet/protocol';
import { notificationText } from '@callsheet/protocol';
import { expect } from 'chai';
import { type Provider, provide } from '../../src/index.ts';
import { ScriptedGateway } from '../scripted-gateway.ts';
import { FakeHouse } from './fake-house.ts';

const FACTS: AssetFacts = { kind: 'audio', mime: 'audio/wav', extension: 'wav', provider: 'test', duration: 1.5 };
const ASSET: Asset = {
  ...FACTS,
  asset_id: 'ast_1',
  project: 'reef',
  url: '/assets/reef/audio/ast_1.wav?sig=x',
  sha256: '0'.repeat(64),
  bytes: 3,
  created_at: '2026-11-21T00:00:00Z',
};

describe('files of a served tool', () => {
  let gateway: ScriptedGateway;
  let house: FakeHouse;
  let provider: Provider;
  let body: (ctx: ToolContext) => unknown;
  let requests: IncomingMessage[];

  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
    house = new FakeHouse(gateway.rpc);
    requests = [];
    provider = await provide(
      {
        url: gateway.url,
        auth: { type: 'apiKey', apiKey: 'csk_test' },
        signals: false,
        tools: { go: { description: 'x', run: (_args, ctx) => body(ctx) } },
      },
      { stderr: { write: () => true } },
    );
  });
  afterEach(async () => {
    await provider.close();
    await gateway.stop();
  });

  const onRequest = (handle: (request: IncomingMessage, response: ServerResponse) => void): void => {
    gateway.onRequest = (request, response) => {
      requests.push(request);
      handle(request, response);
    };
  };
  const begin = (what: (ctx: ToolContext) => unknown): string => {
    body = what;
    return house.call('go');
  };
  /** Runs a tool and answers its answer. */
  const run = async (what: (ctx: ToolContext) => unknown): Promise<JsonObject> => {
    const id = begin(what);
    while (house.answers(id).length === 0) await new Promise(setImmediate);
    return house.answer(id);
  };
  const resultOf = async (what: (ctx: ToolContext) => unknown): Promise<unknown> =>
    ((await run(what)).result as JsonObject).structuredContent;
  const errorOf = async (what: (ctx: ToolContext) => unknown): Promise<{ code: number; message: string }> =>
    (await run(what)).error as never;

  const reply =
    (status: number, value: unknown) =>
    (request: IncomingMessage, response: ServerResponse): void => {
      request.resume();
      request.on('end', () =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value)),
      );
    };

  it('are stored for the call they belong to, by who the worker is', async () => {
    let bytes = '';
    onRequest((request, response) => {
      request.on('data', (chunk) => {
        bytes += chunk;
      });
      reply(201, ASSET)(request, response);
    });
    let call = '';
    const stored = await resultOf((ctx) => {
      call = house.line.requests('services/register').length === 1 ? 'registered once' : '';
      return ctx.assets.put(Buffer.from('abc'), FACTS);
    });
    expect(stored).to.deep.equal(ASSET);
    expect(call).to.equal('registered once');
    expect(bytes).to.equal('abc');
    const [request] = requests;
    expect(request).to.include({ method: 'PUT', url: '/v1/work/assets' });
    expect(request?.headers).to.include({ authorization: 'Bearer csk_test', 'content-length': '3' });
    expect(request?.headers['callsheet-work']).to.match(/^wk_[\w-]+\.[\w-]+$/);
    const facts = Buffer.from(String(request?.headers['callsheet-asset']), 'base64url').toString();
    expect(JSON.parse(facts)).to.deep.equal(FACTS);
  });

  it('are stored under a signature of what is sent, streams as well', async () => {
    await provider.close();
    house = new FakeHouse(gateway.rpc);
    provider = await provide(
      {
        url: gateway.url,
        auth: { type: 'hmac', clientId: 'farm', secret: 's' },
        signals: false,
        tools: { go: { description: 'x', run: (_args, ctx) => body(ctx) } },
      },
      { stderr: { write: () => true }, now: () => 1_700_000_000_000 },
    );
    let bytes = '';
    onRequest((request, response) => {
      bytes = '';
      request.on('data', (chunk) => {
        bytes += chunk;
      });
      reply(201, ASSET)(request, response);
    });
    async function* stream(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('ab');
      yield Buffer.from('c');
    }
    const sha256 = createHash('sha256').update('abc').digest();
    for (const source of [() => Buffer.from('abc'), stream]) {
      expect(await resultOf((ctx) => ctx.assets.put(source(), FACTS))).to.deep.equal(ASSET);
      expect(bytes).to.equal('abc');
      const { authorization = '', 'content-digest': digest } = requests.at(-1)?.headers ?? {};
      expect(digest).to.equal(`sha-256=:${sha256.toString('base64')}:`);
      const [, nonce, sig] = /id=farm, ts=1700000000, nonce=(.*), sig=(.*)$/.exec(authorization) ?? [];
      const host = new URL(gateway.origin).host;
      const lines = [
        'CALLSHEET-HMAC-SHA256',
        1_700_000_000,
        nonce,
        'PUT',
        '/v1/work/assets',
        '',
        host,
        sha256.toString('hex'),
      ];
      expect(sig).to.equal(createHmac('sha256', 's').update(lines.join('\n')).digest('base64url'));
    }
  });

  it('are streamed no faster than the gateway takes them', async () => {
    let produced = 0;
    const chunk = Buffer.alloc(64 * 1024);
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; produced < 1_000; produced++) yield chunk;
    }
    const arrived = new Promise<[IncomingMessage, ServerResponse]>((resolve) => onRequest((...both) => resolve(both)));
    const id = begin((ctx) => ctx.assets.put(endless(), FACTS));
    const [request, response] = await arrived;
    // Nobody reads: what is produced must come to rest.
    let seen = -1;
    while (produced !== seen) {
      seen = produced;
      for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    }
    expect(produced).to.be.lessThan(600);
    reply(201, ASSET)(request, response);
    while (house.answers(id).length === 0) await new Promise(setImmediate);
    expect(produced).to.equal(1_000);
    expect(request.headers).to.include({ 'transfer-encoding': 'chunked' });
  });

  it('end with their call', async () => {
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      await new Promise(() => undefined);
    }
    const arrived = new Promise<IncomingMessage>((resolve) => onRequest((request) => resolve(request)));
    const id = begin((ctx) => ctx.assets.put(slow(), FACTS));
    const request = await arrived;
    request.on('error', () => undefined);
    request.resume();
    house.line.say(notificationText('notifications/cancelled', { requestId: id }));
    await new Promise((resolve) => request.on('close', resolve));
    while (house.answers(id).length === 0) await new Promise(setImmediate);
    expect(house.error(id).code).to.equal(4990);
    expect(request.complete).to.equal(false);
  });

  it('are refused in the words of the gateway', async () => {
    const data = { name: 'STORAGE_FULL', retryable: true };
    onRequest(reply(507, { error: { code: 5070, message: 'The disk is full', data } }));
    expect(await errorOf((ctx) => ctx.assets.put(Buffer.from('a'), FACTS))).to.deep.equal({
      code: 5070,
      message: 'The disk is full',
      data,
    });
  });

  for (const [status, code] of [
    [401, 4010],
    [413, 4130],
    [404, 4040],
    [502, 5020],
  ] as const) {
    it(`are refused with HTTP ${status} by somebody who speaks otherwise`, async () => {
      onRequest((request, response) => {
        request.resume();
        request.on('end', () => response.writeHead(status).end('<html>'.repeat(20_000)));
      });
      expect(await errorOf((ctx) => ctx.assets.put(Buffer.from('a'), FACTS))).to.include({ code });
    });
  }

  it('fail with the fault of the stream they come from', async () => {
    onRequest((request) => request.on('error', () => undefined).resume());
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      throw new Error('the disk is gone');
    }
    const caught = await resultOf((ctx) => ctx.assets.put(broken(), FACTS).catch((error: Error) => error.message));
    expect(caught).to.equal('the disk is gone');
  });

  it('say when nobody can be reached, or no asset is answered', async () => {
    onRequest((request) => request.socket.destroy());
    expect(await errorOf((ctx) => ctx.assets.put(Buffer.from('a'), FACTS))).to.include({ code: 5020 });
    onRequest(reply(201, { ok: true }));
    const answer = await errorOf((ctx) => ctx.assets.put(Buffer.from('a'), FACTS));
    expect(answer.message).to.contain('answered no asset');
    onRequest((request, response) => {
      request.resume();
      response.end('not json');
    });
    expect(await errorOf((ctx) => ctx.assets.put(Buffer.from('a'), FACTS))).to.include({ code: 5020 });
  });

  it('are not stored with facts larger than a header may be', async () => {
    const facts = { ...FACTS, params: { text: 'x'.repeat(20_000) } };
    expect(await errorOf((ctx) => ctx.assets.put(Buffer.from('a'), facts))).to.include({ code: 4130 });
    expect(requests).to.deep.equal([]);
  });

  it('do not follow a redirect with the credential', async () => {
    onRequest((request, response) => {
      request.resume();
      response.writeHead(307, { location: `${gateway.origin}/elsewhere` }).end();
    });
    expect(await errorOf((ctx) => ctx.assets.put(Buffer.from('a'), FACTS))).to.include({ code: 5020 });
    expect(requests).to.have.length(1);
  });

  describe('that are stored', () => {
    beforeEach(() => {
      gateway.rpc.handlers['work/link'] = ({ ref }) => ({
        asset: { ...ASSET, asset_id: ref } as unknown as JsonObject,
        url: ASSET.url,
      });
    });

    const read = async (ctx: ToolContext): Promise<unknown> => {
      const { asset, stream } = await ctx.assets.open('ast_1');
      let text = '';
      for await (const chunk of stream) text += Buffer.from(chunk).toString();
      return [asset.asset_id, text];
    };

    it('are read by their link, without a credential', async () => {
      onRequest((_request, response) => response.end('abc'));
      expect(await resultOf(read)).to.deep.equal(['ast_1', 'abc']);
      expect(requests[0]?.url).to.equal(ASSET.url);
      expect(requests[0]?.headers).to.not.have.property('authorization');
    });

    it('have a link anybody may fetch', async () => {
      expect(await resultOf((ctx) => ctx.assets.url('ast_1'))).to.equal(`${gateway.origin}${ASSET.url}`);
    });

    it('may be gone', async () => {
      onRequest((_request, response) => response.writeHead(404).end());
      expect(await errorOf(read)).to.include({ code: 4040 });
      gateway.rpc.handlers['work/link'] = (_params, request, line) => {
        line.fail(request.id, 4040, { name: 'NOT_FOUND', retryable: false });
        return undefined;
      };
      expect(await errorOf(read)).to.include({ code: 4040 });
    });

    it('may break off', async () => {
      onRequest((_request, response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('abc', () => response.destroy());
      });
      expect(await errorOf(read)).to.include({ code: 5020 });
    });

    it('are let go when the call ends before they are read', async () => {
      let gone: Promise<unknown> = Promise.resolve();
      onRequest((_request, response) => {
        response.writeHead(200);
        response.write(Buffer.alloc(65_536));
        gone = once(response, 'close');
      });
      await run(async (ctx) => {
        await ctx.assets.open('ast_1');
      });
      await gone;
    });

    it('need a link that is one', async () => {
      gateway.rpc.handlers['work/link'] = () => ({ asset: 'ast_1' });
      const answer = await errorOf(read);
      expect(answer.message).to.contain('answered no link');
    });
  });
});
