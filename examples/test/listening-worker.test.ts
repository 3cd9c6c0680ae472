import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Provider, provide } from '@callsheet/sdk-node';
import { type Gateway, startGateway } from '@callsheet/server';
import { expect } from 'chai';

const TOKEN = 'a-token-both-sides-know-000000';

interface Tools {
  poster: { input: { text: string }; output: { asset_id: string; url: string; bytes: number } };
}

interface Seen {
  readonly name: string;
  readonly available: boolean;
}
const isPoster = ({ name, available }: Seen): boolean => name === 'poster' && available;

describe('a worker that listens', () => {
  let folder: string;
  let worker: Provider;
  let gateway: Gateway;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-listening-'));
    worker = await provide({
      ...{ name: 'poster', signals: false },
      listen: { port: 0, token: TOKEN },
      tools: {
        poster: {
          description: 'Writes a text into a file',
          run: async ({ text }, { assets }) => {
            const facts = { kind: 'text', mime: 'text/plain', extension: 'txt', provider: 'poster' } as const;
            const { asset_id, url, bytes } = await assets.put(Buffer.from(String(text)), facts);
            return { asset_id, url, bytes };
          },
        },
      },
    });
    const { port } = worker.address ?? expect.fail('it has no address');
    gateway = await startGateway({
      server: { port: 0, data_dir: folder },
      workers: { dial: { poster: { url: `ws://127.0.0.1:${port}/worker`, token: TOKEN } } },
      ollama: { detect: false },
      log: { level: 'silent' },
    });
  });
  after(async () => {
    await gateway.close();
    await worker.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is dialled, serves its tool, and stores files for its callers, without any credential of the gateway', async () => {
    const apiKey = gateway.firstKey ?? '';
    const client = await connect<Tools>({ url: gateway.url, auth: { type: 'apiKey', apiKey } });
    const before = await client.request<{ revision: number; workers: Seen[] }>('services/list');
    if (!before.workers.some(isPoster)) {
      for await (const { data } of client.subscribe('services', { fromSeq: before.revision + 1 })) {
        const { worker: changed } = data as unknown as { worker?: Seen };
        if (changed !== undefined && isPoster(changed)) break;
      }
    }
    const { url, bytes } = await client.tools.poster({ text: 'Reefs matter' });
    expect(bytes).to.equal(12);
    expect(await (await fetch(url)).text()).to.equal('Reefs matter');
    const { dialled } = await client.request<{ dialled: { name: string; state: string }[] }>('services/list');
    expect(dialled.map(({ name, state }) => `${name} ${state}`)).to.deep.equal(['poster connected']);
    await client.close();
  });
});
