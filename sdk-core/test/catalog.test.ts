import type { Json, JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { openCatalog } from '../src/catalog.ts';
import { converseOpen, rejection } from './conversation.ts';
import { SESSION } from './fake-gateway.ts';

/** A catalogue, a clock moved by hand, and a server that lists what it is told to. */
function listing() {
  const asked: JsonObject[] = [];
  const time = { ms: 0 };
  const server = { pages: [[tool('echo')]] as Json[][], fault: undefined as Error | undefined };
  const catalog = openCatalog(
    async (_method, params) => {
      asked.push(params);
      if (server.fault !== undefined) throw server.fault;
      const page = Number(params.cursor ?? 0);
      const more = page + 1 < server.pages.length;
      return { tools: server.pages[page] ?? [], ...(more && { nextCursor: String(page + 1) }) };
    },
    { now: () => time.ms },
  );
  return { catalog, asked, time, server };
}

const tool = (name: string, annotations: JsonObject = { idempotentHint: true, readOnlyHint: false }): JsonObject => ({
  name,
  annotations,
});

describe('the catalogue', () => {
  it('is read page by page, once for everybody who asks within a minute', async () => {
    const { catalog, asked, time, server } = listing();
    server.pages = [[tool('a')], [tool('b')]];
    const [first, second] = await Promise.all([catalog.load(), catalog.load()]);
    expect(first.map(({ name }) => name)).to.deep.equal(['a', 'b']);
    expect(second).to.deep.equal(first);
    time.ms = 60_000;
    first.reverse();
    expect((await catalog.load()).map(({ name }) => name)).to.deep.equal(['a', 'b']);
    expect(asked).to.deep.equal([{}, { cursor: '1' }]);
    time.ms = 60_001;
    await catalog.load();
    expect(asked).to.have.length(4);
  });

  it('is asked for anew when the caller wants that, and when the tools changed', async () => {
    const { catalog, asked } = listing();
    await catalog.load();
    await catalog.load({ cache: 'refresh' });
    await catalog.load({ cache: 'use' });
    expect(asked).to.have.length(2);
    catalog.forget();
    await catalog.load();
    expect(asked).to.have.length(3);
  });

  it('remembers no failure', async () => {
    const { catalog, server } = listing();
    server.fault = new Error('not now');
    expect(await rejection(catalog.load())).to.equal(server.fault);
    server.fault = undefined;
    expect(await catalog.load()).to.have.length(1);
  });

  it('says what the server says about a tool, as soon as it was read', async () => {
    const { catalog, server } = listing();
    const annotations = { idempotentHint: false, readOnlyHint: true, cacheTtlMs: 5 };
    server.pages = [[tool('echo'), tool('look', annotations)]];
    expect([catalog.annotations('look'), catalog.isIdempotent('look')]).to.deep.equal([undefined, undefined]);
    await catalog.load();
    expect(catalog.annotations('look')).to.deep.equal(annotations);
    expect(['echo', 'look', 'toString'].map((name) => catalog.isIdempotent(name))).to.deep.equal([true, false, false]);
    catalog.forget();
    expect(catalog.isIdempotent('echo')).to.equal(undefined);
  });

  it('keeps what it knows of tools while it asks again', async () => {
    const { catalog, server } = listing();
    await catalog.load();
    server.pages = [[tool('echo', { idempotentHint: false })]];
    const again = catalog.load({ cache: 'refresh' });
    expect(catalog.isIdempotent('echo')).to.equal(true);
    await again;
    expect(catalog.isIdempotent('echo')).to.equal(false);
  });

  it('does not believe what is no list of tools', async () => {
    const { catalog, server } = listing();
    server.pages = [['echo']];
    expect(await rejection(catalog.load())).to.include({ code: 'PROTOCOL' });
    server.pages = [[{ name: 'echo' }]];
    expect(await rejection(catalog.load())).to.include({ code: 'PROTOCOL' });
    server.pages = Array.from({ length: 101 }, () => []);
    expect(await rejection(catalog.load())).to.include({ code: 'PROTOCOL' });
  });
});

describe('the catalogue of a client', () => {
  it('is asked for again when the next session is another principal’s, and only then', async () => {
    const { client, gateway, clock } = await converseOpen();
    gateway.handlers['tools/list'] = () => ({ tools: [tool('echo')] });
    let asked = 0;
    const comeBackAs = async (id: string): Promise<number> => {
      gateway.handlers['session/open'] = () => ({ ...SESSION, principal: { id, role: 'admin', scopes: [] } });
      gateway.line.drop();
      await clock.advance(2_000);
      await client.catalog();
      asked += gateway.line.requests('tools/list').length;
      return asked;
    };
    await client.catalog();
    expect(await comeBackAs('key_1')).to.equal(0);
    expect(await comeBackAs('key_2')).to.equal(1);
    await client.close();
  });
});
